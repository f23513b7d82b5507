import { type ReactNode, useState } from 'react'
import type { Start } from '../../client/index.ts'
import { rememberNext } from '../email-confirmation/next-after-mail.ts'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { client } from '../queries.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'

export type NewPerson = { name: string; email: string }

type Props = {
  start: Start
  typed: NewPerson
  next: string | undefined
  done: (at: 'link_sent' | 'code_sent', person: NewPerson) => void
  children: ReactNode
}

export function SignUpForm({ start, typed, next, done, children }: Props) {
  const { t } = useTexts()
  const [way, setWay] = useState<'password' | 'code'>(start.passwordSignIn ? 'password' : 'code')
  const submit = useSubmit({
    fields: { name: 'optional', email: 'required', password: way === 'password' ? 'required' : 'optional' },
    blame: {
      email_not_valid: 'email',
      password_too_short: 'password',
      password_too_long: 'password',
      password_common: 'password',
    },
    send({ name, email, password }) {
      const language = currentLanguage()
      if (way === 'code') return client.sendSignInCode({ email, language })
      return client.signUp({
        email,
        password,
        language,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
      })
    },
    done(_sent, { name, email }) {
      rememberNext(next)
      done(way === 'code' ? 'code_sent' : 'link_sent', { name: name.trim(), email: email.trim() })
    },
  })
  const ways = (
    <>
      {start.passwordSignIn && start.emailCodeSignIn && (
        <button type="button" className="link" onClick={() => setWay(way === 'code' ? 'password' : 'code')}>
          {way === 'code' ? t('signUp.withPassword') : t('signUp.withCode')}
        </button>
      )}
      {children}
    </>
  )
  return (
    <Card title={t('signUp.title')} ways={ways}>
      <Form submit={submit}>
        <TextField
          kind="name"
          name="name"
          label={t('field.name')}
          defaultValue={typed.name}
          error={submit.errorOf('name')}
          enterKeyHint="next"
          optional
          autoFocus
        />
        <TextField
          kind="email"
          name="email"
          label={t('field.email')}
          defaultValue={typed.email}
          error={submit.errorOf('email')}
          autoComplete="username"
          enterKeyHint={way === 'code' ? 'done' : 'next'}
        />
        {way === 'password' && (
          <NewPasswordField name="password" label={t('field.password')} error={submit.errorOf('password')} />
        )}
        <SubmitButton busy={submit.busy}>
          {way === 'code' ? t('signUp.codeSubmit') : t('signUp.submit')}
        </SubmitButton>
      </Form>
    </Card>
  )
}
