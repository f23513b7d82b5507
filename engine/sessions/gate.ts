import { randomUUIDv7 } from 'node:crypto'
import { type Account, getAccount, lockAccount } from '../../storage/accounts.ts'
import type { Tx } from '../../storage/database.ts'
import { insertSession, type Session } from '../../storage/sessions.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'

/** How a session was opened. */
export type SignInMethod = 'password' | 'email_code' | 'link' | 'set_up'

/** In order of precedence. */
export type GateFailure = { code: 'account_disabled' } | { code: 'method_off' }

/**
 * The one way in. Every proof (password, code, link, set-up, and those still to come) ends here, and nothing
 * else makes a session: it looks at the realm's policy and at the account as it is now, in the transaction
 * that spends the proof.
 */
export async function openSession(
  tx: Tx,
  { clock }: Pick<Engine, 'clock'>,
  {
    realm,
    accountId,
    method,
    client,
    isPersistent = true,
    lifetimeSeconds = realm.policy.sessionLifetimeSeconds,
  }: {
    realm: Realm
    accountId: number
    method: SignInMethod
    client: Client
    isPersistent?: boolean
    lifetimeSeconds?: number
  },
): Promise<Result<{ session: Session; account: Account }, GateFailure>> {
  await lockAccount(tx, accountId)
  const account = await getAccount(tx, accountId)
  if (account.realmId !== realm.id) throw new Error('An account is let in to its own realm only.')
  const refusal = refusalOf(realm, account, method)
  if (refusal) {
    const detail = { method, reason: refusal.code }
    await recordAction(tx, { clock }, { realm, client, action: 'sign_in.refused', accountId, detail })
    return decline(refusal)
  }
  const now = clock.now()
  const session: Session = {
    id: randomUUIDv7(),
    realmId: realm.id,
    accountId,
    app: client.app,
    method,
    userAgent: client.userAgent,
    address: client.address,
    isPersistent,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + lifetimeSeconds * 1_000,
  }
  await insertSession(tx, session)
  await recordAction(
    tx,
    { clock },
    { realm, client, action: 'sign_in.succeeded', accountId, detail: { method } },
  )
  return succeed({ session, account })
}

function refusalOf(realm: Realm, account: Account, method: SignInMethod): GateFailure | undefined {
  if (account.disabledAt !== null || account.deletedAt !== null) return { code: 'account_disabled' }
  if (method === 'password' && !realm.policy.passwordSignIn) return { code: 'method_off' }
  if (method === 'email_code' && !realm.policy.emailCodeSignIn) return { code: 'method_off' }
  return undefined
}
