import type { ProblemCode } from '../../client/index.ts'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useTexts } from '../texts/use-texts.ts'

type PersonField = 'setupCode' | 'name' | 'email' | 'password'

export const PERSON_BLAME = {
  setup_code_wrong: 'setupCode',
  email_not_valid: 'email',
  password_too_short: 'password',
  password_too_long: 'password',
  password_common: 'password',
} as const satisfies Partial<Record<ProblemCode, PersonField>>

export function personFields(codeDue: boolean): Record<PersonField, 'required' | 'optional'> {
  return {
    setupCode: codeDue ? 'required' : 'optional',
    name: 'required',
    email: 'required',
    password: 'required',
  }
}

/** The code is left out where none was asked for. */
export function toPerson({ setupCode, name, email, password }: Record<PersonField, string>) {
  return { name, email, password, ...(setupCode === '' ? {} : { setupCode: setupCode.trim() }) }
}

/** Who runs it from now on. */
export function PersonFields({
  codeDue,
  errorOf,
}: {
  codeDue: boolean
  errorOf: (name: PersonField) => string | undefined
}) {
  const { t } = useTexts()
  return (
    <>
      {codeDue && (
        <TextField
          kind="text"
          name="setupCode"
          label={t('field.setupCode')}
          description={t('setup.codeHelp')}
          error={errorOf('setupCode')}
          autoComplete="off"
          autoCapitalize="none"
          enterKeyHint="next"
          autoFocus
        />
      )}
      <TextField
        kind="name"
        name="name"
        label={t('field.name')}
        error={errorOf('name')}
        enterKeyHint="next"
        autoFocus={!codeDue}
      />
      <TextField
        kind="email"
        name="email"
        label={t('field.email')}
        error={errorOf('email')}
        autoComplete="username"
        enterKeyHint="next"
      />
      <NewPasswordField name="password" label={t('field.password')} error={errorOf('password')} />
    </>
  )
}
