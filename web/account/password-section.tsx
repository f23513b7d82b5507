import type { Account } from '../../client/index.ts'
import { Form } from '../forms/form.tsx'
import { NewPasswordField } from '../forms/new-password-field.tsx'
import { PasswordField } from '../forms/password-field.tsx'
import { SubmitButton } from '../forms/submit-button.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { toast } from '../frame/toast.tsx'
import { accountQuery, client, queryClient, sessionsQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import classes from './account.module.css'
import { CancelButton, OpenButton, SignInAgain, useOpening } from './parts.tsx'
import { Section } from './section.tsx'

export function PasswordSection({ account }: { account: Account }) {
  const { t } = useTexts()
  const opening = useOpening()
  return (
    <Section title={t('account.password')} text={t('account.passwordText')}>
      {opening.isOpen ? (
        <ChangePassword account={account} close={opening.close} />
      ) : (
        <>
          <p>{account.hasPassword ? t('account.passwordSet') : t('account.passwordNone')}</p>
          <div className={classes.actions}>
            <OpenButton
              opening={opening}
              text={account.hasPassword ? t('account.changePassword') : t('account.setPassword')}
            />
          </div>
        </>
      )}
    </Section>
  )
}

function ChangePassword({ account, close }: { account: Account; close: () => void }) {
  const { t } = useTexts()
  const { hasPassword, email } = account
  const submit = useSubmit({
    fields: { currentPassword: hasPassword ? 'required' : 'optional', newPassword: 'required' },
    blame: {
      password_wrong: 'currentPassword',
      password_too_short: 'newPassword',
      password_too_long: 'newPassword',
      password_common: 'newPassword',
      password_same: 'newPassword',
    },
    send: ({ currentPassword, newPassword }) =>
      client.changePassword({ newPassword, ...(hasPassword ? { currentPassword } : {}) }),
    async done({ sessionsEnded }) {
      const ended = t('account.passwordChangedEnded', { count: sessionsEnded })
      toast(t, sessionsEnded === 0 ? t('account.passwordChanged') : ended)
      close()
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
        queryClient.invalidateQueries({ queryKey: accountQuery.queryKey }),
      ])
    },
  })
  return (
    <Form submit={submit}>
      {/* Tells a password manager whose password is changed. */}
      <input
        type="hidden"
        name="username"
        autoComplete="username"
        value={email ?? account.username ?? ''}
        readOnly
      />
      {hasPassword && (
        <PasswordField
          name="currentPassword"
          label={t('field.currentPassword')}
          autoComplete="current-password"
          enterKeyHint="next"
          error={submit.errorOf('currentPassword')}
          autoFocus
        />
      )}
      <NewPasswordField
        name="newPassword"
        label={t('field.newPassword')}
        error={submit.errorOf('newPassword')}
        autoFocus={!hasPassword}
      />
      <SignInAgain problem={submit.problem} />
      <div className={classes.actions}>
        <SubmitButton busy={submit.busy} wide={false}>
          {hasPassword ? t('account.changePassword') : t('account.setPassword')}
        </SubmitButton>
        <CancelButton cancel={close} />
      </div>
    </Form>
  )
}
