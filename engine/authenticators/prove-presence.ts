import { findPasswordHash } from '../../storage/passwords.ts'
import type { Client } from '../client.ts'
import { MINUTE_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { guardGuess } from '../limits/guard-guesses.ts'
import type { TooManyRequests } from '../limits/limits.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { SignedIn } from '../sessions/session-cache.ts'

/** How young a session must be to count as its owner's presence where there is no password to ask for. */
const FRESH_MS = 10 * MINUTE_MS

/** In order of precedence. */
export type PresenceFailure = TooManyRequests | { code: 'password_wrong' } | { code: 'sign_in_again' }

/**
 * A session shows that a device is known, not that its owner is present: what changes who gets in asks for the
 * password, or, of an account that has none, for a sign-in a few minutes ago.
 *
 * @returns the hash that was verified, null where there is none.
 */
export async function provePresence(
  engine: Pick<Engine, 'db' | 'clock' | 'passwords' | 'limits'>,
  {
    realm,
    client,
    signedIn,
    password,
  }: { realm: Realm; client: Client; signedIn: SignedIn; password: string | null },
): Promise<Result<string | null, PresenceFailure>> {
  const { db, clock, passwords } = engine
  const { account, session } = signedIn
  const phc = await findPasswordHash(db, account.id, clock.now())
  if (phc === null) {
    return clock.now() - session.createdAt <= FRESH_MS ? succeed(null) : decline({ code: 'sign_in_again' })
  }
  const guard = await guardGuess(engine, { realm, client, target: { accountId: account.id } })
  if (guard.refusal) return decline(guard.refusal)
  if (!(await passwords.verify(password ?? '', phc))) return decline({ code: 'password_wrong' })
  await guard.forgive()
  return succeed(phc)
}
