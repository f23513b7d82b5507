import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { here } from '../here.ts'
import { client, signedOut } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { useLinkToken } from './use-link-token.ts'

const route = getRouteApi('/card/reset-password')

export function ResetPasswordPage() {
  const { t } = useTexts()
  const { realm } = route.useSearch()
  const navigate = useNavigate()
  const { token, forget } = useLinkToken()
  const [end, setEnd] = useState<{ token: string; dead: boolean } | null>(null)
  const submit = useSubmit({
    fields: { newPassword: 'required' },
    blame: {
      password_too_short: 'newPassword',
      password_too_long: 'newPassword',
      password_common: 'newPassword',
    },
    async send({ newPassword }) {
      const outcome = await client.completeRecovery({ realm, token: token ?? '', newPassword })
      if (!outcome.ok && outcome.problem.code === 'link_dead') {
        forget()
        setEnd({ token: token ?? '', dead: true })
      }
      return outcome
    },
    async done() {
      forget()
      // Every session of the account has ended, this browser's with them.
      signedOut()
      // An account of another realm mostly signs in at its app, and need not do it here.
      if (!here.isMain) return setEnd({ token: token ?? '', dead: false })
      await navigate({ to: '/sign-in', search: { after: 'reset' } })
    },
  })
  if (end !== null && end.token === token && !end.dead) {
    return (
      <Card
        key="done"
        title={t('reset.doneTitle')}
        text={t('reset.doneText')}
        ways={<Link to="/sign-in">{t('signIn.title')}</Link>}
      />
    )
  }
  if (token === null || end?.token === token) {
    return (
      <Card
        key="dead"
        title={t('reset.deadTitle')}
        text={t('reset.deadText')}
        ways={
          <Link to="/forgot-password" search={{ realm }}>
            {t('reset.again')}
          </Link>
        }
      />
    )
  }
  return (
    <Card key="form" title={t('reset.title')} text={t('reset.text')}>
      <Form submit={submit}>
        <NewPasswordField
          name="newPassword"
          label={t('field.newPassword')}
          error={submit.errorOf('newPassword')}
          autoFocus
        />
        <SubmitButton busy={submit.busy}>{t('reset.submit')}</SubmitButton>
      </Form>
    </Card>
  )
}
