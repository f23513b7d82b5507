import { getAccount, lockAccount } from '../../storage/accounts.ts'
import { inTransaction, type Tx } from '../../storage/database.ts'
import { findRefreshToken, insertRefreshToken, rotateRefreshToken } from '../../storage/refresh-tokens.ts'
import { deleteSession, extendSession, type Session } from '../../storage/sessions.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import { SECOND_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { failuresPerClient } from '../limits/rules.ts'
import { askRecoveryLink } from '../links.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { digest, randomToken } from '../secrets/secrets.ts'
import { type NewSignIn, withToken } from './sign-in.ts'

/** Within so long of its rotation, a token that comes again is a repeated request: two tabs, a lost answer. */
const REPEAT_MS = 10 * SECOND_MS

/** Makes a refresh token (RFC 6749 §1.5) of the session, in the transaction that opens it or spends the last one. */
export async function issueRefreshToken(
  tx: Tx,
  { clock }: Pick<Engine, 'clock'>,
  { realm, session }: { realm: Realm; session: Pick<Session, 'id' | 'accountId'> },
): Promise<string> {
  const token = randomToken()
  const now = clock.now()
  const expiresAt = now + realm.policy.refreshTokenLifetimeSeconds * 1_000
  const { id: sessionId, accountId } = session
  await insertRefreshToken(tx, { sessionId, accountId, tokenHash: digest(token), expiresAt, now })
  return token
}

/** In order of precedence. */
export type RefreshFailure =
  | TooManyRequests
  /** Unknown, expired, rotated before, of another app, or its session or account was ended. */
  | { code: 'refresh_token_not_valid' }

/**
 * Exchanges a refresh token for a new one and a new access token. The old one is spent: of any number of callers
 * at once, one succeeds. One that comes back later has two holders (refresh token replay, RFC 9700 §4.14): its
 * whole family ends, and the owner is told by mail.
 */
export async function refreshSession(
  engine: Pick<Engine, 'db' | 'clock' | 'limits' | 'keys' | 'publicUrl' | 'bus' | 'outbox'>,
  { realm, client, refreshToken }: { realm: Realm; client: Client; refreshToken: string },
): Promise<Result<NewSignIn & { refreshToken: string }, RefreshFailure>> {
  const { db, clock, limits, bus, outbox } = engine
  const key = `${realm.id} ${client.addressBlock}`
  const limit = await limits.take(failuresPerClient, key)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  const tokenHash = digest(refreshToken)
  const which = { tokenHash, realmId: realm.id, app: client.app }

  const rotated = await inTransaction(db, async (tx) => {
    const found = await findRefreshToken(tx, which)
    if (!found) return undefined
    // Before its tokens, as everybody who ends sessions does.
    await lockAccount(tx, found.accountId)
    const now = clock.now()
    // A session takes its tokens with it when it ends: whoever gets the row has its session as it was found.
    const spent = await rotateRefreshToken(tx, { ...which, now })
    const { session } = found
    if (!spent || session.expiresAt <= now) return undefined
    const account = await getAccount(tx, session.accountId)
    if (account.disabledAt !== null || account.deletedAt !== null) return undefined
    const expiresAt = now + realm.policy.refreshTokenLifetimeSeconds * 1_000
    await extendSession(tx, { id: session.id, expiresAt })
    const next = await issueRefreshToken(tx, engine, { realm, session })
    return { account, session: { ...session, expiresAt }, refreshToken: next }
  })
  if (rotated) {
    await limits.giveBack(failuresPerClient, key)
    return succeed({
      ...(await withToken(engine, { realm, client }, rotated)),
      refreshToken: rotated.refreshToken,
    })
  }
  const endedId = await inTransaction(db, (tx) => endReplayed(tx, engine, { realm, client, which }))
  if (endedId) {
    bus.publish({ kind: 'session_ended', sessionId: endedId })
    outbox.wake()
  }
  return decline({ code: 'refresh_token_not_valid' })
}

/** @returns the session that was ended, if the token was one that had been rotated a while ago. */
async function endReplayed(
  tx: Tx,
  { clock, outbox, publicUrl }: Pick<Engine, 'clock' | 'outbox' | 'publicUrl'>,
  {
    realm,
    client,
    which,
  }: { realm: Realm; client: Client; which: { tokenHash: Uint8Array; realmId: number; app: string } },
): Promise<string | undefined> {
  const found = await findRefreshToken(tx, which)
  if (found?.rotatedAt == null || clock.now() - found.rotatedAt <= REPEAT_MS) return undefined
  await lockAccount(tx, found.accountId)
  const { sessionId: id, accountId } = found
  if (!(await deleteSession(tx, { id, accountId }))) return undefined
  const detail = { reason: 'refresh_token_replay' }
  await recordAction(
    tx,
    { clock },
    { realm, client, action: 'session.ended', accountId, actorId: null, detail },
  )
  const account = await getAccount(tx, accountId)
  if (account.email !== null) {
    await outbox.write(tx, {
      realm,
      accountId,
      to: account.email,
      kind: 'sign_in_ended',
      language: chooseLanguage(account.language, realm.policy.language),
      facts: { place: realm.policy.title, recoveryLink: askRecoveryLink(publicUrl, realm) },
    })
  }
  return id
}

/** Ends the session of the caller's own refresh token, and so its whole family. Anybody else's stays untouched. */
export async function revokeRefreshToken(
  { db, clock, bus }: Pick<Engine, 'db' | 'clock' | 'bus'>,
  {
    realm,
    client,
    accountId,
    refreshToken,
  }: { realm: Realm; client: Client; accountId: number; refreshToken: string },
): Promise<void> {
  const endedId = await inTransaction(db, async (tx) => {
    const which = { tokenHash: digest(refreshToken), realmId: realm.id, app: client.app }
    const found = await findRefreshToken(tx, which)
    if (found?.accountId !== accountId) return undefined
    await lockAccount(tx, accountId)
    if (!(await deleteSession(tx, { id: found.sessionId, accountId }))) return undefined
    await recordAction(tx, { clock }, { realm, client, action: 'session.ended', accountId })
    return found.sessionId
  })
  if (endedId) bus.publish({ kind: 'session_ended', sessionId: endedId })
}
