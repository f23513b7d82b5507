import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from '../forms/form.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { TextField } from '../forms/text-field.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { MailHint } from '../frame/mail-hint.tsx'
import { client } from '../queries.ts'
import { isAddress, readBegun } from '../sign-in/begun.ts'
import { currentLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/use-texts.ts'

const route = getRouteApi('/card/forgot-password')

export function ForgotPasswordPage() {
  const { t } = useTexts()
  const { realm } = route.useSearch()
  const [sentTo, setSentTo] = useState<string | null>(null)
  // What was typed while signing in is not asked for again.
  const [{ identifier }] = useState(readBegun)
  const submit = useSubmit({
    fields: { email: 'required' },
    blame: { email_not_valid: 'email' },
    send: ({ email }) =>
      client.sendRecoveryLink({
        email,
        language: currentLanguage(),
        ...(realm === undefined ? {} : { realm }),
      }),
    done: (_sent, { email }) => setSentTo(email.trim()),
  })
  const back = <Link to="/sign-in">{t('forgot.back')}</Link>
  if (sentTo !== null) {
    return (
      <Card
        key="sent"
        title={t('forgot.sentTitle')}
        text={t('forgot.sentText', { email: sentTo })}
        ways={back}
      >
        <MailHint />
      </Card>
    )
  }
  return (
    <Card key="form" title={t('forgot.title')} text={t('forgot.text')} ways={back}>
      <Form submit={submit}>
        <TextField
          kind="email"
          name="email"
          label={t('field.email')}
          defaultValue={isAddress(identifier) ? identifier : ''}
          error={submit.errorOf('email')}
          autoComplete="username"
          enterKeyHint="send"
          autoFocus
        />
        <SubmitButton busy={submit.busy}>{t('forgot.submit')}</SubmitButton>
      </Form>
    </Card>
  )
}
