import { findAccount, findAccountByUid, lockAccount } from '../../storage/accounts.ts'
import { deleteApiTokensOf } from '../../storage/api-tokens.ts'
import { inTransaction, RollBack } from '../../storage/database.ts'
import { findPrimaryClaim } from '../../storage/email-claims.ts'
import { parseEmailAddress } from '../accounts/email-address.ts'
import { proveClaim } from '../accounts/prove-claim.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { failuresPerClient } from '../limits/rules.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { passingSession } from '../sessions/passing-session.ts'
import type { SignedIn } from '../sessions/session-cache.ts'
import { consumeLink, lookAtLink } from './one-time-secret.ts'
import { checkNewPassword, type NewPasswordFailure } from './password/check-new-password.ts'
import { verifyRecoveryToken } from './recovery-token.ts'
import { replacePassword } from './replace-password.ts'

/** In order of precedence. */
export type CompleteRecoveryFailure = NewPasswordFailure | TooManyRequests | { code: 'link_dead' }

export interface CompleteRecovery {
  realm: Realm
  client: Client
  token: string
  newPassword: string
  /** Where a document asks for the address too. */
  email?: string
}

/**
 * Sets a new password by a mailed link: the link is spent, every session and every other link of the account
 * ends, the address counts as proved, and a mail tells. Nobody is signed in. All or nothing.
 *
 * @throws OverloadedError when too many passwords wait to be hashed.
 */
export async function completeRecovery(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits' | 'outbox' | 'bus' | 'publicUrl'>,
  { realm, client, token, newPassword, email }: CompleteRecovery,
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
  const emailKey = email === undefined ? undefined : (parseEmailAddress(email.trim())?.key ?? '')
  const owner = link.accountId
  const accountId = await inTransaction(db, async (tx) => {
    await lockAccount(tx, owner)
    const secret = await consumeLink(tx, engine, { realm, purpose, token })
    const account = secret?.accountId ? await findAccount(tx, secret.accountId) : undefined
    const claim = account && (await findPrimaryClaim(tx, account.id))
    if (!account || account.disabledAt !== null || account.deletedAt !== null || !claim) return undefined
    // An address that was asked for has to be the link's own; the link is left as it was if it is not.
    if (emailKey !== undefined && claim.addressKey !== emailKey) throw new RollBack(undefined)
    await proveClaim(tx, engine, { realm, client, account, claim, proof: 'recovery_link' })
    // Whoever got in before may have made one.
    await deleteApiTokensOf(tx, account.id)
    const action = 'recovery.completed'
    await replacePassword(tx, engine, { realm, client, account, phc, keepSessionId: null, action })
    return account.id
  })
  if (accountId === undefined) return decline({ code: 'link_dead' })
  await limits.giveBack(failuresPerClient, key)
  bus.publish({ kind: 'account_changed', accountId })
  outbox.wake()
  return succeed(null)
}

/** In order of precedence. */
export type LookAtRecoveryFailure = { code: 'token_not_valid' } | { code: 'account_disabled' }

/**
 * Whose recovery a bearer token is of: the JWT of a link, or the secret in it. It is left as it is, and opens nothing
 * but what a route says that it does.
 *
 * @returns the account for this one request, and the secret that completes the recovery.
 */
export async function lookAtRecovery(
  engine: Pick<Engine, 'db' | 'clock' | 'keys' | 'publicUrl'>,
  { realm, app, token }: { realm: Realm; app: string; token: string },
): Promise<Result<{ signedIn: SignedIn; secret: string }, LookAtRecoveryFailure>> {
  const { db, clock } = engine
  const claims = token.includes('.') ? await verifyRecoveryToken(engine, { realm, app, token }) : undefined
  if (claims && 'code' in claims) return decline({ code: 'token_not_valid' })
  const secret = claims?.secret ?? token
  const link = await lookAtLink(db, { clock }, { realm, purpose: 'recovery', token: secret })
  const account = link?.accountId
    ? await findAccount(db, link.accountId)
    : claims && (await findAccountByUid(db, claims.accountUid))
  // Disabling an account ends its links, and whoever holds one we signed is told why.
  if (account && account.realmId === realm.id && account.disabledAt !== null) {
    return decline({ code: 'account_disabled' })
  }
  if (!link || !account || account.deletedAt !== null) return decline({ code: 'token_not_valid' })
  return succeed({
    signedIn: passingSession(account, { app, method: 'recovery', now: clock.now() }),
    secret,
  })
}
