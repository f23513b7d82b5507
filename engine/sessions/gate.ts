import { randomUUIDv7 } from 'node:crypto'
import { type Account, getAccount, lockAccount } from '../../storage/accounts.ts'
import type { Tx } from '../../storage/database.ts'
import { insertSession, type Session } from '../../storage/sessions.ts'
import { recordAction } from '../activity/record.ts'
import { issueLink } from '../authenticators/one-time-secret.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'

/** How a session was opened. */
export type SignInMethod =
  | 'password'
  | 'email_code'
  | 'link'
  | 'set_up'
  | 'passkey'
  /** With the provider's name. */
  | `oauth:${string}`

/** The account has a second factor: `token` names this first step, for whoever makes the second. */
export interface SecondStepDue {
  code: 'second_step_due'
  token: string
}

/** In order of precedence. */
export type GateFailure = { code: 'account_disabled' } | { code: 'method_off' } | SecondStepDue

/** Of an account that is new: it has no second factor yet. */
export type NewcomerFailure = Exclude<GateFailure, SecondStepDue>

/** What the first step was, kept until the second is made. */
export interface FirstStep {
  app: string
  method: SignInMethod
  isPersistent: boolean
  lifetimeSeconds: number
  wantsRefreshToken: boolean
}

/** Time to take the phone out, and short enough that nobody finds the first step made. */
const SECOND_STEP_SECONDS = 120
const SECOND_STEP_TRIES = 5

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
    wantsRefreshToken = false,
    isSecondStepDone = false,
  }: {
    realm: Realm
    accountId: number
    method: SignInMethod
    client: Client
    isPersistent?: boolean
    lifetimeSeconds?: number
    /** Remembered for the second step; whoever has the session makes the token. */
    wantsRefreshToken?: boolean
    isSecondStepDone?: boolean
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
  if (account.isTotpOn && !isSecondStepDone) {
    const firstStep: FirstStep = { app: client.app, method, isPersistent, lifetimeSeconds, wantsRefreshToken }
    return decline(await keepFirstStep(tx, { clock }, { realm, accountId, firstStep }))
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

/** As {@link openSession}, for an account that was made in this very transaction. */
export async function openFirstSession(
  tx: Tx,
  parts: Pick<Engine, 'clock'>,
  way: Parameters<typeof openSession>[2],
): Promise<Result<{ session: Session; account: Account }, NewcomerFailure>> {
  const opened = await openSession(tx, parts, way)
  if (opened.ok) return opened
  const { failure } = opened
  if (failure.code === 'second_step_due') throw new Error('A new account has no second factor.')
  return decline(failure)
}

async function keepFirstStep(
  tx: Tx,
  { clock }: Pick<Engine, 'clock'>,
  { realm, accountId, firstStep }: { realm: Realm; accountId: number; firstStep: FirstStep },
): Promise<SecondStepDue> {
  const token = await issueLink(
    tx,
    { clock },
    {
      realm,
      purpose: 'second_step',
      accountId,
      payload: { ...firstStep },
      lifetimeSeconds: SECOND_STEP_SECONDS,
      attemptsMax: SECOND_STEP_TRIES,
    },
  )
  return { code: 'second_step_due', token }
}

function refusalOf(realm: Realm, account: Account, method: SignInMethod): GateFailure | undefined {
  if (account.disabledAt !== null || account.deletedAt !== null) return { code: 'account_disabled' }
  if (method === 'password' && !realm.policy.passwordSignIn) return { code: 'method_off' }
  if (method === 'passkey' && !realm.policy.passkeySignIn) return { code: 'method_off' }
  if (method === 'email_code' && !realm.policy.emailCodeSignIn) return { code: 'method_off' }
  if (method.startsWith('oauth:')) {
    const { providers } = realm.policy
    if (providers !== 'all' && !providers.includes(method.slice('oauth:'.length)))
      return { code: 'method_off' }
  }
  return undefined
}
