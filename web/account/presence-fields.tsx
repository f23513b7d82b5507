import type { Account, Problem } from '../../client/index.ts'
import { PasswordField } from '../forms/password-field.tsx'
import { useTexts } from '../texts/use-texts.ts'
import { SignInAgain } from './parts.tsx'

/**
 * What shows that its owner sits before the account: the password, or, for who has none, a sign-in that is fresh.
 * Stands in the form of every change that opens or shuts a way in.
 */
export function PresenceFields({
  account: { hasPassword, email, username },
  submit,
  enterKeyHint,
  autoFocus = false,
  next,
}: {
  account: Account
  submit: { problem: Problem | null; errorOf(name: 'password'): string | undefined }
  enterKeyHint: 'done' | 'go' | 'next'
  autoFocus?: boolean
  /** Where a new sign-in leads; the account page if left out. */
  next?: string
}) {
  const { t } = useTexts()
  return (
    <>
      {/* Tells a password manager whose password is asked for. */}
      <input type="hidden" name="username" autoComplete="username" value={email ?? username ?? ''} readOnly />
      {hasPassword && (
        <PasswordField
          name="password"
          label={t('field.currentPassword')}
          autoComplete="current-password"
          enterKeyHint={enterKeyHint}
          error={submit.errorOf('password')}
          autoFocus={autoFocus}
        />
      )}
      <SignInAgain problem={submit.problem} {...(next !== undefined && { next })} />
    </>
  )
}
