import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { usePlaceName } from '../frame/use-place-name.ts'
import { here } from '../here.ts'
import { client, signedIn, startQuery } from '../queries.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'

/** The first run: makes the operator's account. */
export function SetupPage() {
  const { t } = useTexts()
  const navigate = useNavigate()
  const { data: start } = useQuery(startQuery)
  const place = usePlaceName()
  const codeDue = start?.setupCodeDue ?? false
  const submit = useSubmit({
    fields: {
      setupCode: codeDue ? 'required' : 'optional',
      name: 'required',
      email: 'required',
      password: 'required',
    },
    blame: {
      setup_code_wrong: 'setupCode',
      email_not_valid: 'email',
      password_too_short: 'password',
      password_too_long: 'password',
      password_common: 'password',
    },
    send: ({ setupCode, ...person }) =>
      client.setUp({
        ...person,
        language: currentLanguage(),
        ...(codeDue ? { setupCode: setupCode.trim() } : {}),
      }),
    done: async ({ account }) => {
      await signedIn(account)
      await navigate({ to: '/' })
    },
  })
  return (
    <Card
      title={here.isMain ? t('setup.title') : t('setup.titleOf', { place })}
      text={here.isMain ? t('setup.text') : t('setup.textOf', { place })}
    >
      <Form submit={submit}>
        {codeDue && (
          <TextField
            kind="text"
            name="setupCode"
            label={t('field.setupCode')}
            description={t('setup.codeHelp')}
            error={submit.errorOf('setupCode')}
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
          error={submit.errorOf('name')}
          enterKeyHint="next"
          autoFocus={!codeDue}
        />
        <TextField
          kind="email"
          name="email"
          label={t('field.email')}
          error={submit.errorOf('email')}
          autoComplete="username"
          enterKeyHint="next"
        />
        <NewPasswordField name="password" label={t('field.password')} error={submit.errorOf('password')} />
        <SubmitButton busy={submit.busy}>{t('setup.submit')}</SubmitButton>
      </Form>
    </Card>
  )
}
