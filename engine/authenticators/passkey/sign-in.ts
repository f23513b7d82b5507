import { type Account, findAccount, lockAccount } from '../../../storage/accounts.ts'
import { inTransaction, type Tx } from '../../../storage/database.ts'
import { findPasskey, type Passkey, takeSignCount } from '../../../storage/passkeys.ts'
import { recordAction } from '../../activity/record.ts'
import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../../limits/limits.ts'
import { failuresPerClient, passkeyChallengesPerClient } from '../../limits/rules.ts'
import type { Realm } from '../../realm.ts'
import { decline, type Result, succeed } from '../../result.ts'
import { type NewcomerFailure, openSession } from '../../sessions/gate.ts'
import type { Session } from '../../sessions/session.ts'
import { type NewSignIn, withToken } from '../../sessions/sign-in.ts'
import type { PasskeyOffFailure } from './add.ts'
import { CHALLENGE_SECONDS, issueSignInChallenge, spendSignInChallenge } from './challenge.ts'
import { type RelyingParty, relyingPartyOf } from './relying-party.ts'
import { type AuthenticationResponse, challengeIn, verifyAuthentication } from './verify.ts'

/** In order of precedence. */
export type AskPasskeySignInFailure = PasskeyOffFailure | TooManyRequests

/**
 * Begins a sign-in by passkey: what the browser needs for it (WebAuthn Level 3 §5.5, as JSON). It names no credential
 * and asks for no name, so it is the same for everybody, and tells nobody who has an account.
 */
export async function askPasskeySignIn(
  { db, clock, limits, publicUrl }: Pick<Engine, 'db' | 'clock' | 'limits' | 'publicUrl'>,
  { realm, client }: { realm: Realm; client: Client },
): Promise<Result<object, AskPasskeySignInFailure>> {
  if (!realm.policy.passkeySignIn) return decline({ code: 'method_off' })
  const rp = relyingPartyOf(publicUrl)
  if (!rp) return decline({ code: 'passkeys_need_https' })
  const limit = await limits.take(passkeyChallengesPerClient, `${realm.id} ${client.addressBlock}`)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  const challenge = await issueSignInChallenge(db, { clock }, { realm, client })
  return succeed({
    rpId: rp.id,
    challenge,
    timeout: CHALLENGE_SECONDS * 1_000,
    userVerification: 'required',
    allowCredentials: [],
  })
}

/** In order of precedence. The challenge is spent by all but the first three. */
export type SignInWithPasskeyFailure =
  | PasskeyOffFailure
  | TooManyRequests
  /** The challenge is unknown, used, expired, or of another browser. */
  | { code: 'passkey_challenge_over' }
  /** One answer for a credential that nobody has here and a signature that is not right. */
  | { code: 'passkey_not_valid' }
  /** The signature was right, and its counter went backwards: somebody has a copy. */
  | { code: 'passkey_copied' }
  /** The signature was right. */
  | { code: 'account_disabled' }

type Parts = Pick<Engine, 'db' | 'clock' | 'limits' | 'keys' | 'publicUrl'>
type Opened = { account: Account; session: Session }

/**
 * Signs in by a passkey, which says whose it is. The user was verified by the authenticator, so it is something that
 * one has and something that one knows or is: no second step follows.
 *
 * A signature cannot be guessed: what fails counts against the caller alone, and locks nobody else out.
 */
export async function signInWithPasskey(
  engine: Parts,
  { realm, client, response }: { realm: Realm; client: Client; response: AuthenticationResponse },
): Promise<Result<NewSignIn, SignInWithPasskeyFailure>> {
  const { db, clock, limits, publicUrl } = engine
  if (!realm.policy.passkeySignIn) return decline({ code: 'method_off' })
  const rp = relyingPartyOf(publicUrl)
  if (!rp) return decline({ code: 'passkeys_need_https' })
  const key = `${realm.id} ${client.addressBlock}`
  const limit = await limits.take(failuresPerClient, key)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  const challenge = challengeIn(response.response) ?? ''
  if (!(await spendSignInChallenge(db, engine, { realm, client, challenge }))) {
    return decline({ code: 'passkey_challenge_over' })
  }
  const proved = await verify(engine, { rp, realm, challenge, response })
  if (!proved.isRight) {
    const { accountId } = proved
    const detail = { method: 'passkey' }
    await recordAction(db, engine, { realm, client, action: 'sign_in.failed', accountId, detail })
    return decline({ code: 'passkey_not_valid' })
  }
  await limits.giveBack(failuresPerClient, key)
  const opened = await inTransaction(db, (tx) => enter(tx, engine, { realm, client, ...proved }))
  return opened.ok ? succeed(await withToken(engine, { realm, client }, opened.value)) : opened
}

type Proved =
  | { isRight: true; passkey: Passkey; signCount: number; isBackedUp: boolean }
  | { isRight: false; accountId: number | null }

async function verify(
  { db }: Pick<Engine, 'db'>,
  {
    rp,
    realm,
    challenge,
    response,
  }: { rp: RelyingParty; realm: Realm; challenge: string; response: AuthenticationResponse },
): Promise<Proved> {
  const passkey = await findPasskey(db, { realmId: realm.id, credentialId: response.id })
  if (!passkey) return { isRight: false, accountId: null }
  const { accountId, publicKey } = passkey
  const account = await findAccount(db, accountId)
  const { userHandle = '' } = response.response
  // Nobody said who they are, so the authenticator has to, and it has to be the owner (§7.2 step 6).
  const isOwner = Buffer.from(userHandle, 'base64url').toString() === account?.uid
  const verified = isOwner && (await verifyAuthentication(rp, { challenge, response, publicKey }))
  return verified ? { isRight: true, passkey, ...verified } : { isRight: false, accountId }
}

async function enter(
  tx: Tx,
  { clock }: Pick<Engine, 'clock'>,
  {
    realm,
    client,
    passkey: { id, accountId, credentialId },
    signCount,
    isBackedUp,
  }: { realm: Realm; client: Client; passkey: Passkey; signCount: number; isBackedUp: boolean },
): Promise<Result<Opened, NewcomerFailure | { code: 'passkey_not_valid' } | { code: 'passkey_copied' }>> {
  await lockAccount(tx, accountId)
  if (!(await takeSignCount(tx, { id, signCount, isBackedUp, now: clock.now() }))) {
    // Removed while we looked: then it never was.
    if (!(await findPasskey(tx, { realmId: realm.id, credentialId }))) {
      return decline({ code: 'passkey_not_valid' })
    }
    const detail = { method: 'passkey', reason: 'passkey_copied' }
    await recordAction(tx, { clock }, { realm, client, action: 'sign_in.refused', accountId, detail })
    return decline({ code: 'passkey_copied' })
  }
  const way = { realm, accountId, method: 'passkey', client, isSecondStepDone: true } as const
  const opened = await openSession(tx, { clock }, way)
  if (opened.ok) return opened
  const { failure } = opened
  if (failure.code === 'second_step_due') throw new Error('A passkey is both steps.')
  return decline(failure)
}
