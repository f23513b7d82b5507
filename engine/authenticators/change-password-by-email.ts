import { type Account, findAccountByEmail, lockAccount } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { findPasswordHash } from '../../storage/passwords.ts'
import { parseEmailAddress } from '../accounts/email-address.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { guardGuess } from '../limits/guard-guesses.ts'
import type { TooManyRequests } from '../limits/limits.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { SignedIn } from '../sessions/session-cache.ts'
import { checkNewPassword, type NewPasswordFailure } from './password/check-new-password.ts'
import { replacePassword } from './replace-password.ts'

/** In order of precedence. */
export type ChangePasswordByEmailFailure =
  | NewPasswordFailure
  | { code: 'password_same' }
  | TooManyRequests
  /** One answer for an unknown address, a wrong password, and another account's session. */
  | { code: 'credentials_wrong' }

/**
 * Changes a password by address and current password, without a session: a second sign-in in disguise, so it
 * counts its failures with sign-in and costs the same time for an unknown address. The caller's own session, if
 * it has one, goes on; every other ends.
 *
 * @throws OverloadedError when too many passwords wait to be hashed.
 */
export async function changePasswordByEmail(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'outbox' | 'bus' | 'publicUrl'>,
  input: {
    realm: Realm
    client: Client
    signedIn: SignedIn | null
    email: string
    currentPassword: string
    newPassword: string
  },
): Promise<Result<null, ChangePasswordByEmailFailure>> {
  const { db, clock, passwords, bus, outbox } = engine
  const { realm, client, signedIn, currentPassword, newPassword } = input
  const failure = await checkNewPassword(realm.policy.password, newPassword)
  if (failure) return decline(failure)
  if (currentPassword === newPassword) return decline({ code: 'password_same' })
  const email = parseEmailAddress(input.email.trim())
  const account = email && (await findAccountByEmail(db, { realmId: realm.id, emailKey: email.key }))
  const target = account ? { accountId: account.id } : { name: input.email.normalize('NFKC').toLowerCase() }
  const guard = await guardGuess(engine, { realm, client, target })
  if (guard.refusal) return decline(guard.refusal)

  const current = account ? await findPasswordHash(db, account.id, clock.now()) : null
  const isRight = await passwords.verify(currentPassword, current)
  if (!account || !isRight || !mayChange(account, signedIn)) {
    const accountId = account?.id ?? null
    await recordAction(db, engine, {
      realm,
      client,
      action: 'sign_in.failed',
      accountId,
      detail: { method: 'password' },
    })
    return decline({ code: 'credentials_wrong' })
  }
  await guard.forgive()
  const phc = await passwords.hash(newPassword)
  const changed = await inTransaction(db, async (tx): Promise<Result<null, ChangePasswordByEmailFailure>> => {
    await lockAccount(tx, account.id)
    // Of two changes at once, the second no longer finds the hash that it verified against.
    if ((await findPasswordHash(tx, account.id, clock.now())) !== current)
      return decline({ code: 'credentials_wrong' })
    const keepSessionId = signedIn?.session.id ?? null
    await replacePassword(tx, engine, { realm, client, account, phc, keepSessionId })
    return succeed(null)
  })
  if (changed.ok) {
    bus.publish({ kind: 'account_changed', accountId: account.id })
    outbox.wake()
  }
  return changed
}

function mayChange(account: Account, signedIn: SignedIn | null): boolean {
  return account.disabledAt === null && (!signedIn || signedIn.account.id === account.id)
}
