import { hash } from 'node:crypto'
import { findAccount, findAccountByUid } from '../../storage/accounts.ts'
import { findSession } from '../../storage/sessions.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { SignedIn } from './session-cache.ts'
import { verifySessionToken } from './session-token.ts'

/** In order of precedence. */
export type AuthenticateFailure =
  /** Forged, of another realm or app, or its session was ended, or not used for too long. */
  | { code: 'token_not_valid' }
  | { code: 'token_expired' }
  /** The token is genuine, and its account was disabled since. */
  | { code: 'account_disabled' }
  /** The token is genuine, and its account was deleted since. */
  | { code: 'account_gone' }

type Parts = Pick<Engine, 'db' | 'clock' | 'keys' | 'publicUrl' | 'sessions'>

/**
 * Whose session a token is. Synchronous and without a look at the database for a token that was checked within
 * the last seconds, since every request of every app comes through here; {@link authenticate} does the rest.
 */
export function authenticateFromCache(
  { clock, sessions }: Pick<Engine, 'clock' | 'sessions'>,
  { realm, app, token }: { realm: Realm; app: string; token: string },
): SignedIn | undefined {
  return sessions.find({ digest: hash('sha256', token, 'base64'), realmId: realm.id, app, now: clock.now() })
}

/** Whose session a token is, by signature and then by the session's row, as it is now. */
export async function authenticate(
  { db, clock, keys, publicUrl, sessions }: Parts,
  { realm, app, token }: { realm: Realm; app: string; token: string },
): Promise<Result<SignedIn, AuthenticateFailure>> {
  const claims = await verifySessionToken({ keys, publicUrl, clock }, { realm, app, token })
  if ('code' in claims) return decline(claims)
  // Before the look, so that a change that comes while we look is not covered by a fresh stamp.
  const now = clock.now()
  const session = await findSession(db, claims.sessionId)
  const account = session && (await findAccount(db, session.accountId))
  if (!session || !account) {
    const owner = await findAccountByUid(db, claims.accountUid)
    if (!owner) return decline({ code: 'account_gone' })
    return decline({ code: owner.disabledAt === null ? 'token_not_valid' : 'account_disabled' })
  }
  const isGenuine = session.realmId === realm.id && session.app === app && account.uid === claims.accountUid
  if (!isGenuine) return decline({ code: 'token_not_valid' })
  const { sessionIdleSeconds } = realm.policy
  const idleEnd = sessionIdleSeconds === null ? Infinity : session.lastUsedAt + sessionIdleSeconds * 1_000
  if (idleEnd <= now) return decline({ code: 'token_not_valid' })
  if (session.expiresAt <= now) return decline({ code: 'token_expired' })
  if (account.deletedAt !== null) return decline({ code: 'account_gone' })
  if (account.disabledAt !== null) return decline({ code: 'account_disabled' })
  const signedIn = { session, account }
  const endsAt = Math.min(claims.expiresAt, session.expiresAt)
  sessions.keep({ digest: hash('sha256', token, 'base64'), realmId: realm.id, app, now, endsAt }, signedIn)
  return succeed(signedIn)
}
