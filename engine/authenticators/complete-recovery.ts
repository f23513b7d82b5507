import { findAccount, lockAccount } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { findPrimaryClaim } from '../../storage/email-claims.ts'
import { spendAllOfAccount } from '../../storage/one-time-secrets.ts'
import { putPassword } from '../../storage/passwords.ts'
import { deleteSessionsOf } from '../../storage/sessions.ts'
import { proveClaim } from '../accounts/prove-claim.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { failuresPerClient } from '../limits/rules.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { consumeLink, lookAtLink, mailedPurposes } from './one-time-secret.ts'
import { checkNewPassword, type NewPasswordFailure } from './password/check-new-password.ts'
import { writePasswordChanged } from './write-password-changed.ts'

/** In order of precedence. */
export type CompleteRecoveryFailure = NewPasswordFailure | TooManyRequests | { code: 'link_dead' }

/**
 * Sets a new password by a mailed link: the link is spent, every session and every other link of the account
 * ends, the address counts as proved, and a mail tells. Nobody is signed in. All or nothing.
 *
 * @throws OverloadedError when too many passwords wait to be hashed.
 */
export async function completeRecovery(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'outbox' | 'bus' | 'publicUrl'>,
  { realm, client, token, newPassword }: { realm: Realm; client: Client; token: string; newPassword: string },
): Promise<Result<null, CompleteRecoveryFailure>> {
  const { db, clock, passwords, limits, outbox, bus } = engine
  const failure = await checkNewPassword(realm.policy.password, newPassword)
  if (failure) return decline(failure)
  const key = `${realm.id} ${client.addressBlock}`
  const limit = await limits.take(failuresPerClient, key)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  const purpose = 'recovery'
  // A look first: a dead link is not worth a hash.
  const link = await lookAtLink(db, engine, { realm, purpose, token })
  if (!link?.accountId) return decline({ code: 'link_dead' })

  const phc = await passwords.hash(newPassword)
  const owner = link.accountId
  const accountId = await inTransaction(db, async (tx) => {
    await lockAccount(tx, owner)
    const secret = await consumeLink(tx, engine, { realm, purpose, token })
    const account = secret?.accountId ? await findAccount(tx, secret.accountId) : undefined
    const claim = account && (await findPrimaryClaim(tx, account.id))
    if (!account || account.disabledAt !== null || account.deletedAt !== null || !claim) return undefined
    const now = clock.now()
    await proveClaim(tx, engine, { realm, client, account, claim, proof: 'recovery_link' })
    await putPassword(tx, { accountId: account.id, phc, now })
    await spendAllOfAccount(tx, { accountId: account.id, purposes: mailedPurposes, now })
    await deleteSessionsOf(tx, { accountId: account.id, keepSessionId: null })
    await recordAction(tx, engine, { realm, client, action: 'recovery.completed', accountId: account.id })
    await writePasswordChanged(tx, engine, { realm, account })
    return account.id
  })
  if (accountId === undefined) return decline({ code: 'link_dead' })
  await limits.giveBack(failuresPerClient, key)
  bus.publish({ kind: 'account_changed', accountId })
  outbox.wake()
  return succeed(null)
}
