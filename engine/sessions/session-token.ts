import { randomUUID } from 'node:crypto'
import type { Session } from '../../storage/sessions.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { signToken, type TokenRefusal, verifyToken } from './token.ts'

export interface SessionClaims {
  sessionId: string
  accountUid: string
  /** UNIX milliseconds. */
  expiresAt: number
}

/**
 * Signs a JWT that names a session. It proves nothing by itself: whoever takes it looks the session up, so that a
 * session that was ended is over at once.
 */
export async function signSessionToken(
  engine: Pick<Engine, 'keys' | 'publicUrl' | 'clock'>,
  {
    realm,
    session,
    accountUid,
    claims = {},
  }: { realm: Realm; session: Session; accountUid: string; claims?: Record<string, unknown> },
): Promise<string> {
  const key = await engine.keys.current(realm)
  const { accessTokenLifetimeSeconds: lifetime } = realm.policy
  const expiresAt =
    lifetime === null ? session.expiresAt : Math.min(session.expiresAt, engine.clock.now() + lifetime * 1_000)
  return signToken(engine, {
    realm,
    app: session.app,
    key,
    type: 'session+jwt',
    subject: accountUid,
    id: randomUUID(),
    claims: { ...claims, sid: session.id },
    expiresAt,
  })
}

/** @returns what a session's token says, or why it is refused. */
export async function verifySessionToken(
  engine: Pick<Engine, 'keys' | 'publicUrl' | 'clock'>,
  { realm, app, token }: { realm: Realm; app: string; token: string },
): Promise<SessionClaims | TokenRefusal> {
  const claims = await verifyToken(engine, {
    realm,
    app,
    token,
    type: 'session+jwt',
    requiredClaims: ['sid'],
  })
  if ('code' in claims) return claims as TokenRefusal
  if (typeof claims.sid !== 'string' || typeof claims.sub !== 'string') return { code: 'token_not_valid' }
  return { sessionId: claims.sid, accountUid: claims.sub, expiresAt: (claims.exp ?? 0) * 1_000 }
}
