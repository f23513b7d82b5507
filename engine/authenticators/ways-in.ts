import { findAccount, lockAccount } from '../../storage/accounts.ts'
import { findAuthenticators } from '../../storage/authenticators.ts'
import type { Db, Tx } from '../../storage/database.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { relyingPartyOf } from './passkey/relying-party.ts'

/** One thing that lets an account in by itself, as the realm's policy stands. */
export type WayIn =
  | { kind: 'password' }
  | { kind: 'email_code' }
  | { kind: 'passkey'; id: number }
  | { kind: 'provider'; provider: string }

/**
 * Which ways in an account has. What the policy has switched off, or the operator has set up no more, is none; a mailed code is one where the address was
 * proved, since an unproved claim protects nobody. A second factor is no way in, and neither is a recovery link.
 */
export async function listWaysIn(
  db: Db,
  { clock, publicUrl, providers }: Pick<Engine, 'clock' | 'publicUrl' | 'providers'>,
  { realm, accountId }: { realm: Realm; accountId: number },
): Promise<WayIn[]> {
  const { policy } = realm
  const account = await findAccount(db, accountId)
  const found = await findAuthenticators(db, { accountId, now: clock.now() })
  const arePasskeysOn = policy.passkeySignIn && relyingPartyOf(publicUrl) !== undefined
  const isMailed = policy.emailCodeSignIn && (account?.emailProvedAt ?? null) !== null
  return [
    ...(found.hasPassword && policy.passwordSignIn ? [{ kind: 'password' } as const] : []),
    ...(isMailed ? [{ kind: 'email_code' } as const] : []),
    ...(arePasskeysOn ? found.passkeyIds.map((id) => ({ kind: 'passkey', id }) as const) : []),
    ...found.providers
      .filter((provider) => providers.findFor(realm, provider) !== undefined)
      .map((provider) => ({ kind: 'provider', provider }) as const),
  ]
}

/**
 * Whether an account could still get in without one of its ways. It is held until the transaction ends: of two that are
 * taken away at once, the second sees what the first has left. Whoever deletes a way in asks here first, in the
 * transaction that deletes it.
 */
export async function hasWayInWithout(
  tx: Tx,
  parts: Pick<Engine, 'clock' | 'publicUrl' | 'providers'>,
  { without, ...whose }: { realm: Realm; accountId: number; without: WayIn },
): Promise<boolean> {
  await lockAccount(tx, whose.accountId)
  const ways = await listWaysIn(tx, parts, whose)
  return ways.some((way) => !isSame(way, without))
}

function isSame(a: WayIn, b: WayIn): boolean {
  if (a.kind === 'passkey') return b.kind === 'passkey' && a.id === b.id
  if (a.kind === 'provider') return b.kind === 'provider' && a.provider === b.provider
  return a.kind === b.kind
}
