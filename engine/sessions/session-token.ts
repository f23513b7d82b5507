import { randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { Session } from '../../storage/sessions.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { SIGNING_ALGORITHM } from './signing-keys.ts'

/** Says what the token is for, so that no other token of ours can pass for one (RFC 8725 §3.11). */
const TOKEN_TYPE = 'session+jwt'
/** No token of ours is longer; a longer one is not looked at. */
const TOKEN_LENGTH_MAX = 2_048
/**
 * Three parts of base64url, the last the 64 bytes of an ES256 signature (RFC 7518 §3.4), in the one spelling that
 * it has: decoders also take blanks and other last letters, and a token would have any number of forms.
 */
const TOKEN_FORM = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/

export interface SessionClaims {
  sessionId: string
  accountUid: string
  /** UNIX milliseconds. */
  expiresAt: number
}

/**
 * Signs a JWT (RFC 7519) that names a session. It proves nothing by itself: whoever takes it looks the session
 * up, so that a session that was ended is over at once.
 */
export async function signSessionToken(
  { keys, publicUrl, clock }: Pick<Engine, 'keys' | 'publicUrl' | 'clock'>,
  {
    realm,
    session,
    accountUid,
    claims = {},
  }: { realm: Realm; session: Session; accountUid: string; claims?: Record<string, unknown> },
): Promise<string> {
  const { id, privateKey } = await keys.current(realm)
  const { accessTokenLifetimeSeconds: lifetime } = realm.policy
  const now = clock.now()
  const expiresAt =
    lifetime === null ? session.expiresAt : Math.min(session.expiresAt, now + lifetime * 1_000)
  return new SignJWT({ ...claims, sid: session.id })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: id, typ: TOKEN_TYPE })
    .setIssuer(issuerOf(publicUrl, realm))
    .setAudience(session.app)
    .setSubject(accountUid)
    .setJti(randomUUID())
    .setIssuedAt(Math.floor(now / 1_000))
    .setExpirationTime(Math.floor(expiresAt / 1_000))
    .sign(privateKey)
}

export type TokenRefusal = { code: 'token_not_valid' } | { code: 'token_expired' }

/**
 * Checks signature, algorithm, type, issuer, audience and expiry (RFC 8725).
 *
 * @returns the claims, or why the token is refused.
 */
export async function verifySessionToken(
  { keys, publicUrl, clock }: Pick<Engine, 'keys' | 'publicUrl' | 'clock'>,
  { realm, app, token }: { realm: Realm; app: string; token: string },
): Promise<SessionClaims | TokenRefusal> {
  if (token.length > TOKEN_LENGTH_MAX || !TOKEN_FORM.test(token)) return { code: 'token_not_valid' }
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = typeof kid === 'string' ? await keys.find(realm, kid) : undefined
        if (!key) throw new errors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: [SIGNING_ALGORITHM],
        typ: TOKEN_TYPE,
        issuer: issuerOf(publicUrl, realm),
        audience: app,
        requiredClaims: ['exp', 'sub', 'sid'],
        currentDate: new Date(clock.now()),
      },
    )
    if (typeof payload.sid !== 'string' || typeof payload.sub !== 'string') return { code: 'token_not_valid' }
    return {
      sessionId: payload.sid,
      accountUid: payload.sub,
      expiresAt: (payload.exp ?? 0) * 1_000,
    }
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { code: 'token_expired' }
    if (error instanceof errors.JOSEError || error instanceof TypeError) return { code: 'token_not_valid' }
    throw error
  }
}

function issuerOf(publicUrl: string, realm: Realm): string {
  return `${publicUrl}/realms/${realm.name}`
}
