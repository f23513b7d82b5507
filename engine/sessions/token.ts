import { type KeyObject, sign } from 'node:crypto'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { SIGNING_ALGORITHM } from './signing-keys.ts'

/** No token of ours is longer; a longer one is not looked at. */
const TOKEN_LENGTH_MAX = 2_048
/**
 * Three parts of base64url, the last the 64 bytes of an ES256 signature (RFC 7518 §3.4), in the one spelling that
 * it has: decoders also take blanks and other last letters, and a token would have any number of forms.
 */
const TOKEN_FORM = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/

export interface SigningKey {
  id: string
  privateKey: KeyObject
}

/** What a token is for, so that no other token of ours can pass for it (RFC 8725 §3.11). */
export type TokenType = 'session+jwt' | 'recovery+jwt'

/**
 * Signs a JWT (RFC 7519) of a realm for one app, as a JWS in its compact form (RFC 7515 §3.1). Asks no database, so it
 * may stand in a transaction. By hand, since every sign-in and every refresh waits for it: a library's way round by
 * the thread pool takes four times as long.
 */
export function signToken(
  { publicUrl, clock }: Pick<Engine, 'publicUrl' | 'clock'>,
  {
    realm,
    app,
    key,
    type,
    subject,
    id,
    claims = {},
    expiresAt,
  }: {
    realm: Realm
    app: string
    key: SigningKey
    type: TokenType
    subject: string
    id: string
    claims?: Record<string, unknown>
    /** UNIX milliseconds. */
    expiresAt: number
  },
): string {
  const header = { alg: SIGNING_ALGORITHM, kid: key.id, typ: type }
  const payload: JWTPayload = {
    ...claims,
    iss: issuerOf(publicUrl, realm),
    aud: app,
    sub: subject,
    jti: id,
    iat: Math.floor(clock.now() / 1_000),
    exp: Math.floor(expiresAt / 1_000),
  }
  const signed = `${encode(header)}.${encode(payload)}`
  // The two numbers of the signature as they are, each in 32 bytes (RFC 7518 §3.4).
  const options = { key: key.privateKey, dsaEncoding: 'ieee-p1363' } as const
  return `${signed}.${sign('sha256', Buffer.from(signed), options).toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

export type TokenRefusal = { code: 'token_not_valid' } | { code: 'token_expired' }

/**
 * Checks signature, algorithm, type, issuer, audience and expiry (RFC 8725).
 *
 * @returns the claims, or why the token is refused.
 */
export async function verifyToken(
  { keys, publicUrl, clock }: Pick<Engine, 'keys' | 'publicUrl' | 'clock'>,
  {
    realm,
    app,
    token,
    type,
    requiredClaims,
  }: { realm: Realm; app: string; token: string; type: TokenType; requiredClaims: string[] },
): Promise<JWTPayload | TokenRefusal> {
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
        typ: type,
        issuer: issuerOf(publicUrl, realm),
        audience: app,
        requiredClaims: ['exp', 'sub', ...requiredClaims],
        currentDate: new Date(clock.now()),
      },
    )
    return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { code: 'token_expired' }
    if (error instanceof errors.JOSEError || error instanceof TypeError) return { code: 'token_not_valid' }
    throw error
  }
}

function issuerOf(publicUrl: string, realm: Realm): string {
  return `${publicUrl}/realms/${realm.name}`
}
