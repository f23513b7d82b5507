import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Card } from '../frame/card.tsx'
import { useSignOut } from '../frame/use-sign-out.ts'
import { accountQuery, client, queryClient } from '../queries.ts'
import { useGoOn } from '../sign-in/use-go-on.ts'
import { useTexts } from '../texts/use-texts.ts'

const route = getRouteApi('/card/account/own-password')

/** Replaces the password that was mailed to a new account; until then nothing else opens. */
export function OwnPasswordPage() {
  const { t } = useTexts()
  const { next } = route.useSearch()
  const goOn = useGoOn()
  const signOut = useSignOut()
  const { data: account } = useQuery(accountQuery)
  const submit = useSubmit({
    fields: { currentPassword: 'required', newPassword: 'required' },
    blame: {
      password_wrong: 'currentPassword',
      password_too_short: 'newPassword',
      password_too_long: 'newPassword',
      password_common: 'newPassword',
      password_same: 'newPassword',
    },
    send: ({ currentPassword, newPassword }) => client.changePassword({ currentPassword, newPassword }),
    done() {
      queryClient.setQueryData(
        accountQuery.queryKey,
        (known) => known && { ...known, passwordChangeDue: false },
      )
      goOn(next)
    },
  })
  return (
    <Card
      title={t('ownPassword.title')}
      text={t('ownPassword.text')}
      ways={
        <button type="button" className="link" onClick={signOut}>
          {t('nav.signOut')}
        </button>
      }
    >
      <Form submit={submit}>
        {/* Tells a password manager whose password is changed. */}
        <input
          type="hidden"
          name="username"
          autoComplete="username"
          value={account?.email ?? account?.username ?? ''}
          readOnly
        />
        <PasswordField
          name="currentPassword"
          label={t('ownPassword.temporary')}
          description={t('ownPassword.temporaryHelp')}
          autoComplete="current-password"
          enterKeyHint="next"
          error={submit.errorOf('currentPassword')}
          autoFocus
        />
        <NewPasswordField
          name="newPassword"
          label={t('field.newPassword')}
          error={submit.errorOf('newPassword')}
        />
        <SubmitButton busy={submit.busy}>{t('ownPassword.submit')}</SubmitButton>
      </Form>
    </Card>
  )
}
