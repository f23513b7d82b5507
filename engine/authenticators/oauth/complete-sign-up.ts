import { type Account, findAccountByEmail, lockAccount } from '../../../storage/accounts.ts'
import { inTransaction, RollBack, type Tx } from '../../../storage/database.ts'
import { findIdentity, insertIdentity } from '../../../storage/oauth-identities.ts'
import { settleById } from '../../../storage/one-time-secrets.ts'
import type { Session } from '../../../storage/sessions.ts'
import { createAccount } from '../../accounts/create-account.ts'
import { parseEmailAddress } from '../../accounts/email-address.ts'
import { checkInvitation, type InvitationFailure, spendInvitation } from '../../accounts/invitation.ts'
import { isUsernameAllowed } from '../../accounts/username.ts'
import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../../limits/limits.ts'
import { signUpsPerClient } from '../../limits/rules.ts'
import type { Realm } from '../../realm.ts'
import { decline, type Result, succeed } from '../../result.ts'
import { type GateFailure, openFirstSession, openSession } from '../../sessions/gate.ts'
import { type NewSignIn, withToken } from '../../sessions/sign-in.ts'
import { lookAtLink, tryLink } from '../one-time-secret.ts'
import { PENDING_SIGN_UP, type Pending, readPending } from './pending-sign-up.ts'

/** In order of precedence. */
export type CompleteSignUpFailure =
  | { code: 'username_not_valid' }
  /** Unknown, or over. */
  | { code: 'sign_up_over' }
  /** Of another browser or app. */
  | { code: 'sign_up_not_yours' }
  | TooManyRequests
  | { code: 'sign_up_closed' }
  | InvitationFailure
  /** Somebody has come with this identity meanwhile. */
  | { code: 'identity_taken' }
  | { code: 'email_taken' }
  | { code: 'username_taken' }
  | GateFailure

export interface CompleteSignUp {
  realm: Realm
  client: Client
  /** What the contract knows the browser by. */
  browser: string | null
  token: string
  username: string
  /** Left out: as the provider has it. */
  name?: string | ((fromProvider: string | null) => string | null) | undefined
  language?: string | null
  /** Demanded where sign-up is by invitation. */
  invitation?: string | null
  isPersistent?: boolean
}

type Parts = Pick<Engine, 'db' | 'clock' | 'secrets' | 'limits' | 'keys' | 'publicUrl' | 'providers'>

type Entered = { account: Account; session: Session; picture: string | null; isNew: boolean }

/** Where the picture of somebody new can be had, for whoever keeps pictures. */
export type CompletedSignUp = NewSignIn & { picture: string | null; isNew: boolean }

/**
 * Makes the account of somebody whom a provider knows, under the name that they chose. No failure but the end of its
 * time spends the sign-up. Of two at once one makes the account; who repeats a finished one, from the browser that
 * began it, is let in again: an answer may have been lost on its way.
 */
export async function completeSignUp(
  engine: Parts,
  input: CompleteSignUp,
): Promise<Result<CompletedSignUp, CompleteSignUpFailure>> {
  const { db, clock, limits } = engine
  const { realm, client, browser, token, username, invitation = null } = input
  if (!isUsernameAllowed(realm.policy, username)) return decline({ code: 'username_not_valid' })
  const begun = await lookAtLink(db, engine, { realm, purpose: PENDING_SIGN_UP, token })
  if (!begun) return decline({ code: 'sign_up_over' })
  const pending = readPending(engine, begun.payload, { client, browser })
  if (!pending) return decline({ code: 'sign_up_not_yours' })
  const isFirst = begun.accountId === null
  if (isFirst) {
    const limit = await limits.take(signUpsPerClient, `${realm.id} ${client.addressBlock}`)
    if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
    const { signUp } = realm.policy
    const isOpen = signUp === 'open' || (signUp === 'invitation' && invitation !== null)
    if (!isOpen) return decline({ code: 'sign_up_closed' })
    const invited =
      invitation === null
        ? succeed(null)
        : await checkInvitation(engine, { realm, client, token: invitation })
    if (!invited.ok) return invited
  }
  const enterOnce = (knownAs: number | null) =>
    inTransaction(db, (tx) => enter(tx, engine, { ...input, pending, knownAs }))
  let entered = await enterOnce(begun.accountId)
  // Somebody completed it between our look and our turn.
  if (!entered.ok && entered.failure.code === 'completed_meanwhile') {
    entered = await enterOnce(entered.failure.accountId)
  }
  if (!entered.ok) {
    if (entered.failure.code === 'completed_meanwhile') return decline({ code: 'sign_up_over' })
    return decline(entered.failure)
  }
  const { picture, isNew } = entered.value
  return succeed({ ...(await withToken(engine, { realm, client }, entered.value)), picture, isNew })
}

type Meanwhile = { code: 'completed_meanwhile'; accountId: number }

async function enter(
  tx: Tx,
  engine: Parts,
  input: CompleteSignUp & { pending: Pending; knownAs: number | null },
): Promise<Result<Entered, CompleteSignUpFailure | Meanwhile>> {
  const { realm, client, token, pending, knownAs, isPersistent } = input
  // Before the secret, as everybody does.
  if (knownAs !== null) await lockAccount(tx, knownAs)
  // Held until the end: whoever comes at the same time waits, and finds whose it became.
  const secret = await tryLink(tx, engine, { realm, purpose: PENDING_SIGN_UP, token })
  if (!secret) return decline({ code: 'sign_up_over' })
  const { accountId } = secret
  if (accountId === null) return makeAccount(tx, engine, input, secret.id)
  if (accountId !== knownAs) throw new RollBack(decline({ code: 'completed_meanwhile', accountId }))
  const { provider, subject } = pending
  const identity = await findIdentity(tx, { realmId: realm.id, provider, subject })
  if (identity?.accountId !== accountId) return decline({ code: 'sign_up_over' })
  const method = `oauth:${provider}` as const
  const opened = await openSession(tx, engine, { realm, accountId, method, client, isPersistent })
  return opened.ok ? succeed({ ...opened.value, picture: null, isNew: false }) : opened
}

async function makeAccount(
  tx: Tx,
  engine: Parts,
  {
    realm,
    client,
    pending,
    username,
    name,
    language,
    invitation = null,
    isPersistent,
  }: CompleteSignUp & {
    pending: Pending
  },
  secretId: number,
): Promise<Result<Entered, CompleteSignUpFailure>> {
  const { provider, subject, picture } = pending
  const realmId = realm.id
  const refuse = (failure: CompleteSignUpFailure): never => {
    throw new RollBack(decline(failure))
  }
  if (await findIdentity(tx, { realmId, provider, subject })) return refuse({ code: 'identity_taken' })
  const email = parseEmailAddress(pending.email)
  if (!email) throw new Error('It was an address when it was kept.')
  const emailTaken = { code: 'email_taken' } as const
  if (await findAccountByEmail(tx, { realmId, emailKey: email.key })) return refuse(emailTaken)
  const inviter =
    invitation === null ? succeed(null) : await spendInvitation(tx, engine, { realm, token: invitation })
  if (!inviter.ok) return refuse(inviter.failure)
  const created = await createAccount(tx, engine, {
    realm,
    client,
    email,
    proof: 'provider',
    username,
    name: typeof name === 'function' ? name(pending.name) : (name ?? pending.name),
    language,
    referrerId: inviter.value?.id ?? null,
  })
  if (!created.ok) return refuse(created.failure)
  const accountId = created.value
  const identity = { realmId, accountId, provider, subject, email: email.address }
  const isLinked = await insertIdentity(tx, { ...identity, createdAt: engine.clock.now() })
  if (!isLinked) return refuse({ code: 'identity_taken' })
  await settleById(tx, { id: secretId, accountId })
  const method = `oauth:${provider}` as const
  const opened = await openFirstSession(tx, engine, { realm, accountId, method, client, isPersistent })
  return opened.ok ? succeed({ ...opened.value, picture, isNew: true }) : refuse(opened.failure)
}
