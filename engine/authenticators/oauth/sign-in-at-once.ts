import { type Account, getAccount, lockAccount } from '../../../storage/accounts.ts'
import { inTransaction, RollBack, type Tx } from '../../../storage/database.ts'
import { findEmailClaim } from '../../../storage/email-claims.ts'
import { findIdentity, insertIdentity } from '../../../storage/oauth-identities.ts'
import type { Session } from '../../../storage/sessions.ts'
import { createAccount } from '../../accounts/create-account.ts'
import { parseEmailAddress } from '../../accounts/email-address.ts'
import { recordAction } from '../../activity/record.ts'
import type { Engine } from '../../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../../limits/limits.ts'
import { signUpsPerClient } from '../../limits/rules.ts'
import { decline, type Result, succeed } from '../../result.ts'
import { type GateFailure, openSession } from '../../sessions/gate.ts'
import { type NewSignIn, withToken } from '../../sessions/sign-in.ts'
import { tellOfLink } from './connections.ts'
import { suggestUsername } from './pending-sign-up.ts'
import type { ProviderFailure, ProviderUser } from './provider.ts'
import { identify, type SignInWithProvider } from './sign-in.ts'

/** In order of precedence. */
export type SignInAtOnceFailure =
  | { code: 'provider_unknown' }
  | { code: 'state_wrong' }
  | ProviderFailure
  /** The provider tells no address. */
  | { code: 'email_missing' }
  | { code: 'email_not_proved' }
  /** The address belongs to an account whose owner never proved it, or that has another identity of the provider. */
  | { code: 'email_taken' }
  | { code: 'sign_up_closed' }
  | TooManyRequests
  | GateFailure

type Parts = Pick<
  Engine,
  'db' | 'clock' | 'secrets' | 'limits' | 'keys' | 'publicUrl' | 'providers' | 'outbox'
>
type Opened = { account: Account; session: Session }

/**
 * For a document whose sign-in asks nothing: an account is made with a name of ours, and one that has the address is
 * linked. The latter only where both sides are sure whose it is: the provider vouches for the address, and here its
 * owner has proved it. Whoever registered somebody else's address in advance would otherwise share the account.
 */
export async function signInAtOnce(
  engine: Parts,
  input: SignInWithProvider,
): Promise<Result<NewSignIn, SignInAtOnceFailure>> {
  const { db, limits, clock, outbox } = engine
  const { realm, client } = input
  const identified = await identify(engine, { ...input, flow: 'login', accountId: null })
  if (!identified.ok) return identified
  const user = identified.value
  const identity = { realmId: realm.id, provider: input.provider, subject: user.subject }
  if (!(await findIdentity(db, identity))) {
    const limit = await limits.take(signUpsPerClient, `${realm.id} ${client.addressBlock}`)
    if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  }
  const enterOnce = () => inTransaction(db, (tx) => enter(tx, engine, input, user))
  let opened = await enterOnce()
  // Somebody came with the same identity, address or name at the same time: what was made is there now.
  if (!opened.ok && opened.failure.code === 'lost_race') opened = await enterOnce()
  if (!opened.ok) {
    // Lost twice: the account has another identity of this provider.
    return opened.failure.code === 'lost_race' ? decline({ code: 'email_taken' }) : decline(opened.failure)
  }
  outbox.wake()
  return succeed(await withToken(engine, { realm, client }, opened.value))
}

type LostRace = { code: 'lost_race' }

async function enter(
  tx: Tx,
  engine: Parts,
  input: SignInWithProvider,
  user: ProviderUser,
): Promise<Result<Opened, SignInAtOnceFailure | LostRace>> {
  const { realm, client, provider } = input
  const found = await findIdentity(tx, { realmId: realm.id, provider, subject: user.subject })
  const who = found ? succeed(found.accountId) : await findOrMake(tx, engine, input, user)
  if (!who.ok) throw new RollBack(who)
  const method = `oauth:${provider}` as const
  const entered = await openSession(tx, engine, { realm, accountId: who.value, method, client })
  // Whoever is not let in has linked nothing either.
  if (!entered.ok && !found) throw new RollBack(entered)
  return entered
}

async function findOrMake(
  tx: Tx,
  engine: Parts,
  { realm, client, provider }: SignInWithProvider,
  user: ProviderUser,
): Promise<Result<number, SignInAtOnceFailure | LostRace>> {
  const email = parseEmailAddress(user.email ?? '')
  if (!email) return decline({ code: 'email_missing' })
  if (!user.isEmailVerified) return decline({ code: 'email_not_proved' })
  const realmId = realm.id
  const createdAt = engine.clock.now()
  const link = (accountId: number): Promise<boolean> => {
    const { subject } = user
    return insertIdentity(tx, { realmId, accountId, provider, subject, email: email.address, createdAt })
  }
  const claim = await findEmailClaim(tx, { realmId, addressKey: email.key })
  if (!claim) {
    if (realm.policy.signUp !== 'open') return decline({ code: 'sign_up_closed' })
    const username = await suggestUsername({ db: tx }, realm, { ...user, email: email.address })
    const { name } = user
    const made = await createAccount(tx, engine, { realm, client, email, proof: 'provider', username, name })
    return made.ok && (await link(made.value)) ? made : decline({ code: 'lost_race' })
  }
  const { accountId } = claim
  await lockAccount(tx, accountId)
  const account = await getAccount(tx, accountId)
  const isSure = claim.provedAt !== null && account.disabledAt === null
  if (!isSure) return decline({ code: 'email_taken' })
  if (!(await link(accountId))) return decline({ code: 'lost_race' })
  await recordAction(tx, engine, { realm, client, action: 'oauth.linked', accountId, detail: { provider } })
  await tellOfLink(tx, engine, { realm, account, provider, kind: 'provider_linked' })
  return succeed(accountId)
}
