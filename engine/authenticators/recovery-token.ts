import { randomUUIDv7 } from 'node:crypto'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { type SigningKey, signToken, type TokenRefusal, verifyToken } from '../sessions/token.ts'

/**
 * Signs a JWT around the secret of a recovery link, for front ends that read when it ends and ask whose it is. What
 * it opens is decided by the secret: it is spent once, and ends with it.
 *
 * @param accountUid left out where nobody gets it: the work is the same.
 */
export function signRecoveryToken(
  engine: Pick<Engine, 'publicUrl' | 'clock'>,
  {
    realm,
    app,
    key,
    secret,
    accountUid = randomUUIDv7(),
  }: { realm: Realm; app: string; key: SigningKey; secret: string; accountUid: string | undefined },
): string {
  return signToken(engine, {
    realm,
    app,
    key,
    type: 'recovery+jwt',
    subject: accountUid,
    id: secret,
    // No right to anything: what signs in carries a role here.
    claims: { scopes: [] },
    expiresAt: engine.clock.now() + realm.policy.recovery.lifetimeSeconds * 1_000,
  })
}

/** @returns the secret and whose it is, or why the token is refused. */
export async function verifyRecoveryToken(
  engine: Pick<Engine, 'keys' | 'publicUrl' | 'clock'>,
  who: { realm: Realm; app: string; token: string },
): Promise<{ secret: string; accountUid: string } | TokenRefusal> {
  const claims = await verifyToken(engine, { ...who, type: 'recovery+jwt', requiredClaims: ['jti'] })
  if ('code' in claims) return claims as TokenRefusal
  const { jti, sub } = claims
  if (typeof jti !== 'string' || typeof sub !== 'string') return { code: 'token_not_valid' }
  return { secret: jti, accountUid: sub }
}
