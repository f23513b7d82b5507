import { findAccount, lockAccount } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { findPrimaryClaim } from '../../storage/email-claims.ts'
import { findOwnerBySubject, spendById, tryBySubject } from '../../storage/one-time-secrets.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { failuresPerClient } from '../limits/rules.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { equalBytes } from '../secrets/secrets.ts'
import { proveClaim } from './prove-claim.ts'
import { EMAIL_PROOF, subjectOf } from './send-email-code.ts'

/** In order of precedence. */
export type VerifyEmailCodeFailure =
  | TooManyRequests
  /** Not ours, expired, used, tried too often, or replaced by a newer one. */
  | { code: 'token_dead' }
  /** The try is counted. */
  | { code: 'code_wrong' }

/**
 * Proves the address of an account by the code that was mailed there and the token that its holder got for it. Used
 * once: of any number at once, one succeeds.
 */
export async function verifyEmailCode(
  engine: Pick<Engine, 'db' | 'clock' | 'secrets' | 'limits' | 'outbox' | 'publicUrl' | 'bus'>,
  { realm, client, token, code }: { realm: Realm; client: Client; token: string; code: string },
): Promise<Result<null, VerifyEmailCodeFailure>> {
  const { db, clock, secrets, limits, bus } = engine
  const key = `${realm.id} ${client.addressBlock}`
  const limit = await limits.take(failuresPerClient, key)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  const by = { realmId: realm.id, purpose: EMAIL_PROOF, subject: subjectOf(token) }
  const secretHash = secrets.keyedHash(EMAIL_PROOF, code)
  const proved = await inTransaction(db, async (tx): Promise<Result<number, VerifyEmailCodeFailure>> => {
    const now = clock.now()
    const accountId = await findOwnerBySubject(tx, { ...by, now })
    if (accountId === undefined) return decline({ code: 'token_dead' })
    await lockAccount(tx, accountId)
    const tried = await tryBySubject(tx, { ...by, secretHash, now })
    if (!tried) return decline({ code: 'token_dead' })
    if (!equalBytes(tried.secretHash, secretHash)) {
      await recordAction(tx, { clock }, { realm, client, action: 'email.code_wrong', accountId })
      return decline({ code: 'code_wrong' })
    }
    const account = await findAccount(tx, accountId)
    const claim = await findPrimaryClaim(tx, accountId)
    const isSameAddress = claim?.addressKey === tried.payload.addressKey
    if (!account || account.disabledAt !== null || !claim || !isSameAddress) {
      return decline({ code: 'token_dead' })
    }
    // The row was held since we tried it, so nobody else can be here with the same code.
    await spendById(tx, { id: tried.id, now })
    await proveClaim(tx, engine, { realm, client, account, claim, proof: 'session_code' })
    return succeed(accountId)
  })
  if (!proved.ok) return proved
  await limits.giveBack(failuresPerClient, key)
  bus.publish({ kind: 'account_changed', accountId: proved.value })
  return succeed(null)
}
