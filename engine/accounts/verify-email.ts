import { findAccount, lockAccount } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { findPrimaryClaim } from '../../storage/email-claims.ts'
import { consumeLink, lookAtLink } from '../authenticators/one-time-secret.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { failuresPerClient } from '../limits/rules.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { proveClaim } from './prove-claim.ts'

/** In order of precedence. The link is spent by all but the first two. */
export type VerifyEmailFailure =
  | TooManyRequests
  /** Unknown, used, or expired. */
  | { code: 'link_dead' }
  | { code: 'account_gone' }
  | { code: 'email_proved' }
  /** It is of an address that the account no longer has. */
  | { code: 'email_mismatch' }

/** Proves the account's address by the link that was mailed at registration, and signs nobody in. */
export async function verifyEmail(
  engine: Pick<Engine, 'db' | 'clock' | 'limits' | 'outbox' | 'bus' | 'publicUrl'>,
  { realm, client, token }: { realm: Realm; client: Client; token: string },
): Promise<Result<null, VerifyEmailFailure>> {
  const { db, clock, limits, bus } = engine
  const key = `${realm.id} ${client.addressBlock}`
  const limit = await limits.take(failuresPerClient, key)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  const by = { realm, purpose: 'email_confirmation', token } as const
  const link = await lookAtLink(db, engine, by)
  if (!link?.accountId) return decline({ code: 'link_dead' })
  await limits.giveBack(failuresPerClient, key)
  const accountId = link.accountId
  const verified = await inTransaction(db, async (tx): Promise<Result<null, VerifyEmailFailure>> => {
    await lockAccount(tx, accountId)
    const secret = await consumeLink(tx, engine, by)
    if (!secret) return decline({ code: 'link_dead' })
    const account = await findAccount(tx, accountId)
    if (!account || account.disabledAt !== null || account.deletedAt !== null)
      return decline({ code: 'account_gone' })
    const claim = await findPrimaryClaim(tx, accountId)
    const { subject } = secret
    if (!claim || claim.addressKey !== subject) return decline({ code: 'email_mismatch' })
    if (claim.provedAt !== null) return decline({ code: 'email_proved' })
    await proveClaim(tx, engine, { realm, client, account, claim, proof: 'link' })
    return succeed(null)
  })
  if (verified.ok) bus.publish({ kind: 'account_changed', accountId })
  return verified
}
