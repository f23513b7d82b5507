import { eraseAccount } from '../../storage/account-erasure.ts'
import { indexAccountWords } from '../../storage/account-words.ts'
import { type Account, findAccount, lockAccount } from '../../storage/accounts.ts'
import { type Db, inTransaction, RollBack, type Tx } from '../../storage/database.ts'
import {
  deleteClaimsOf,
  findEmailClaim,
  findPrimaryClaim,
  insertEmailClaim,
} from '../../storage/email-claims.ts'
import { type OneTimeSecret, spendAllOfAccount } from '../../storage/one-time-secrets.ts'
import { deleteSessionsOf, type Session } from '../../storage/sessions.ts'
import { recordAction } from '../activity/record.ts'
import { consumeLink, lookAtLink, mailedPurposes } from '../authenticators/one-time-secret.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../limits/limits.ts'
import { failuresPerClient } from '../limits/rules.ts'
import { chooseLanguage } from '../mail/texts/language.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { openSession } from '../sessions/gate.ts'
import type { SignedIn } from '../sessions/session-cache.ts'
import { type NewSignIn, withToken } from '../sessions/sign-in.ts'
import { createAccount } from './create-account.ts'
import { spendInvitation } from './invitation.ts'
import { proveClaim } from './prove-claim.ts'

const purposes = ['registration', 'email_confirmation', 'email_change'] as const
type ConfirmationPurpose = (typeof purposes)[number]

/** What a link asks, for the page that shows it. */
export interface EmailConfirmation {
  purpose: ConfirmationPurpose
  email: string
  username: string | null
  createdAt: number
}

type Parts = Pick<Engine, 'db' | 'clock' | 'outbox' | 'keys' | 'publicUrl' | 'bus' | 'limits' | 'secrets'>
interface Link {
  realm: Realm
  client: Client
  token: string
}

/** Looks at a link without spending it. */
export async function lookAtEmailConfirmation(
  engine: Pick<Engine, 'db' | 'clock' | 'limits'>,
  link: Link,
): Promise<Result<EmailConfirmation, TooManyRequests | { code: 'link_dead' }>> {
  const found = await findLink(engine, link)
  if (!found.ok) return found
  const { purpose, secret, account } = found.value
  const email = String(secret.payload.address ?? account?.email)
  const { createdAt } = secret
  return succeed({ purpose, email, username: account?.username ?? null, createdAt })
}

/** In order of precedence. */
export type ConfirmEmailFailure =
  | TooManyRequests
  | { code: 'link_dead' }
  /** A change of address is confirmed by whoever is signed in to that account, not by whoever has the link. */
  | { code: 'sign_in_first' }
  | { code: 'email_taken' }

export interface EmailConfirmed {
  outcome: 'confirmed' | 'refused'
  /** Set when a registration was confirmed in the browser that began it. */
  signIn: NewSignIn | null
}

/**
 * Answers the link of a registration, of a claim, or of a change of address: `isMine` confirms; otherwise
 * nothing of the registration is left (an account with this unproved address is deleted), or the address
 * stays as it was. The link is spent either way, once.
 */
export async function confirmEmail(
  engine: Parts,
  { isMine, signedIn, ...link }: Link & { isMine: boolean; signedIn: SignedIn | null },
): Promise<Result<EmailConfirmed, ConfirmEmailFailure>> {
  const found = await findLink(engine, link)
  if (!found.ok) return found
  const { purpose, account } = found.value
  const { realm } = link
  if (purpose === 'email_change' && isMine && signedIn?.account.id !== account?.id) {
    return decline({ code: 'sign_in_first' })
  }
  const result = await inTransaction(engine.db, async (tx): Promise<Result<Opened, ConfirmEmailFailure>> => {
    if (account) await lockAccount(tx, account.id)
    const secret = await consumeLink(tx, engine, { realm, purpose, token: link.token })
    if (!secret) return decline({ code: 'link_dead' })
    if (purpose === 'registration') return isMine ? register(tx, engine, link, secret) : succeed(null)
    if (!account) return decline({ code: 'link_dead' })
    const step = { ...link, account, secret }
    if (purpose === 'email_confirmation') {
      return isMine ? confirmClaim(tx, engine, step) : refuseClaim(tx, engine, step)
    }
    return isMine
      ? changeAddress(tx, engine, { ...step, keepSessionId: signedIn?.session.id ?? null })
      : succeed(null)
  })
  if (!result.ok) return result
  if (account) engine.bus.publish({ kind: 'account_changed', accountId: account.id })
  engine.outbox.wake()
  return succeed({
    outcome: isMine ? 'confirmed' : 'refused',
    signIn: result.value && (await withToken(engine, link, result.value)),
  })
}

/** In order of precedence. */
export type ConfirmEmailChangeFailure =
  | TooManyRequests
  | { code: 'link_dead' }
  /** Somebody has it meanwhile; the link is spent all the same. */
  | { code: 'email_taken' }

/**
 * Changes the address by the link alone, as documents have it whose link leads to a page without a session: who reads
 * the new address's mail confirms. Ends every session, and tells both addresses.
 */
export async function confirmEmailChange(
  engine: Parts,
  link: Link,
): Promise<Result<null, ConfirmEmailChangeFailure>> {
  const found = await findLink(engine, link, ['email_change'])
  if (!found.ok) return found
  const { purpose, account } = found.value
  const { realm, token } = link
  if (!account) return decline({ code: 'link_dead' })
  const result = await inTransaction(
    engine.db,
    async (tx): Promise<Result<Opened, ConfirmEmailChangeFailure>> => {
      await lockAccount(tx, account.id)
      const secret = await consumeLink(tx, engine, { realm, purpose, token })
      if (!secret) return decline({ code: 'link_dead' })
      return changeAddress(tx, engine, { ...link, account, secret, keepSessionId: null, isNewTold: true })
    },
  )
  if (!result.ok) {
    if (result.failure.code === 'email_taken') await consumeLink(engine.db, engine, { realm, purpose, token })
    return result
  }
  engine.bus.publish({ kind: 'account_changed', accountId: account.id })
  engine.outbox.wake()
  return succeed(null)
}

type Opened = { session: Session; account: Account } | null
interface Step extends Link {
  account: Account
  secret: OneTimeSecret
}

async function findLink(
  { db, clock, limits }: Pick<Engine, 'db' | 'clock' | 'limits'>,
  { realm, client, token }: Link,
  among: readonly ConfirmationPurpose[] = purposes,
): Promise<
  Result<
    { purpose: ConfirmationPurpose; secret: OneTimeSecret; account: Account | undefined },
    TooManyRequests | { code: 'link_dead' }
  >
> {
  const key = `${realm.id} ${client.addressBlock}`
  const limit = await limits.take(failuresPerClient, key)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  for (const purpose of among) {
    const secret = await lookAtLink(db as Db, { clock }, { realm, purpose, token })
    if (!secret) continue
    await limits.giveBack(failuresPerClient, key)
    const account = secret.accountId === null ? undefined : await findAccount(db, secret.accountId)
    return succeed({ purpose, secret, account })
  }
  return decline({ code: 'link_dead' })
}

async function register(
  tx: Tx,
  engine: Parts,
  { realm, client }: Link,
  { payload }: OneTimeSecret,
): Promise<Result<Opened, ConfirmEmailFailure>> {
  const {
    address,
    key,
    phc,
    name,
    language,
    device,
    invitation = null,
  } = payload as {
    address: string
    key: string
    phc: string | null
    name: string | null
    language: string | null
    device: string | null
    invitation: string | null
  }
  // The policy as it is now: what was closed since the link was mailed is closed to the link too.
  const { signUp, passwordSignIn, passkeySignIn } = realm.policy
  const isOpen = signUp === 'open' || (signUp === 'invitation' && invitation !== null)
  const isOn = phc === null ? passkeySignIn : passwordSignIn
  if (!isOpen || !isOn) return decline({ code: 'link_dead' })
  const inviter =
    invitation === null ? succeed(null) : await spendInvitation(tx, engine, { realm, token: invitation })
  // Used up or ended since the link was mailed: the link stays as it was, in vain.
  if (!inviter.ok) throw new RollBack(decline({ code: 'link_dead' }))
  const email = { address, key }
  const created = await createAccount(tx, engine, {
    realm,
    client,
    email,
    proof: 'link',
    name,
    language,
    phc,
    referrerId: inviter.value?.id ?? null,
  })
  // Somebody proved the address by another way meanwhile.
  if (!created.ok) throw new RollBack(decline({ code: 'email_taken' }))
  const isSameDevice = client.deviceHash && device === Buffer.from(client.deviceHash).toString('hex')
  if (!isSameDevice) return succeed(null)
  const opened = await openSession(tx, engine, { realm, accountId: created.value, method: 'link', client })
  return opened.ok ? opened : succeed(null)
}

async function confirmClaim(tx: Tx, engine: Parts, step: Step): Promise<Result<Opened, ConfirmEmailFailure>> {
  const { realm, client, account, secret } = step
  const claim = await findEmailClaim(tx, { realmId: realm.id, addressKey: secret.subject ?? '' })
  if (claim?.accountId !== account.id) return decline({ code: 'link_dead' })
  await proveClaim(tx, engine, { realm, client, account, claim, proof: 'link' })
  return succeed(null)
}

async function refuseClaim(tx: Tx, engine: Parts, step: Step): Promise<Result<Opened, ConfirmEmailFailure>> {
  const { realm, client, account, secret } = step
  const claim = await findEmailClaim(tx, { realmId: realm.id, addressKey: secret.subject ?? '' })
  if (claim?.accountId !== account.id || claim.provedAt !== null) return decline({ code: 'link_dead' })
  await recordAction(tx, engine, {
    realm,
    client,
    action: 'email.refused',
    accountId: account.id,
    actorId: null,
  })
  await eraseAccount(tx, { id: account.id, now: engine.clock.now() })
  return succeed(null)
}

async function changeAddress(
  tx: Tx,
  { clock, outbox }: Parts,
  {
    realm,
    client,
    account,
    secret,
    keepSessionId,
    isNewTold = false,
  }: Step & { keepSessionId: string | null; isNewTold?: boolean },
): Promise<Result<null, { code: 'email_taken' }>> {
  const { address, key } = secret.payload as { address: string; key: string }
  const accountId = account.id
  const now = clock.now()
  const old = await findPrimaryClaim(tx, accountId)
  await deleteClaimsOf(tx, accountId)
  const isFree = await insertEmailClaim(tx, {
    realmId: realm.id,
    accountId,
    address,
    addressKey: key,
    isPrimary: true,
    deviceHash: client.deviceHash,
    proof: 'link',
    now,
  })
  if (!isFree) throw new RollBack(decline({ code: 'email_taken' }))
  await indexAccountWords(tx, accountId)
  await spendAllOfAccount(tx, { accountId, purposes: mailedPurposes, now })
  await deleteSessionsOf(tx, { accountId, keepSessionId })
  await recordAction(tx, { clock }, { realm, client, action: 'email.changed', accountId })
  for (const to of [old?.address, isNewTold ? address : undefined]) {
    if (to === undefined) continue
    await outbox.write(tx, {
      realm,
      accountId,
      to,
      kind: 'email_changed',
      language: chooseLanguage(account.language, realm.policy.language),
      facts: { place: realm.policy.title, newEmail: address },
    })
  }
  return succeed(null)
}
