import { findAccountByEmail } from '../../../storage/accounts.ts'
import { inTransaction } from '../../../storage/database.ts'
import { findIdentity } from '../../../storage/oauth-identities.ts'
import { parseEmailAddress } from '../../accounts/email-address.ts'
import type { Engine } from '../../engine.ts'
import { decline, type Result, succeed } from '../../result.ts'
import { type GateFailure, openSession } from '../../sessions/gate.ts'
import { type NewSignIn, withToken } from '../../sessions/sign-in.ts'
import { issuePendingSignUp, type PendingSignUp } from './pending-sign-up.ts'
import type { ProviderFailure, ProviderUser } from './provider.ts'
import { type BackFromProvider, takeState } from './state.ts'

/** In order of precedence. */
export type SignInWithProviderFailure =
  | { code: 'provider_unknown' }
  /** Unknown, expired, used, or of another app, provider, flow or browser. */
  | { code: 'state_wrong' }
  | ProviderFailure
  /** The provider does not vouch for an address. */
  | { code: 'email_not_proved' }
  | GateFailure
  /** Nobody has this identity; from here on it would be a new account. */
  | { code: 'sign_up_closed' }
  /** The address belongs to an account without this identity. */
  | { code: 'email_taken' }

export interface SignInWithProvider extends Omit<BackFromProvider, 'flow' | 'accountId'> {
  code: string
  /** Who says that it answers (RFC 9207). */
  issuer?: string | null
  isPersistent?: boolean
  /** Also somebody whose identity is known is refused while the provider does not vouch for an address. */
  isEmailDemanded?: boolean
}

/** Either somebody whom we know, or somebody who still has to choose a name. */
export type SignedInWithProvider =
  | { kind: 'signed_in'; signIn: NewSignIn }
  | { kind: 'sign_up'; signUp: PendingSignUp }

type Parts = Pick<Engine, 'db' | 'clock' | 'secrets' | 'limits' | 'keys' | 'publicUrl' | 'providers'>

/**
 * Signs in by what a provider says of somebody. Who they are is the provider's own name for them (`subject`), never
 * their address: an address is at most a hint that they have an account here, to which they may link it when they are
 * signed in.
 */
export async function signInWithProvider(
  engine: Parts,
  input: SignInWithProvider,
): Promise<Result<SignedInWithProvider, SignInWithProviderFailure>> {
  const { db } = engine
  const { realm, client, provider, isPersistent, isEmailDemanded = false } = input
  const identified = await identify(engine, { ...input, flow: 'login', accountId: null })
  if (!identified.ok) return identified
  const user = identified.value
  if (isEmailDemanded && !user.isEmailVerified) return decline({ code: 'email_not_proved' })
  const known = await findIdentity(db, { realmId: realm.id, provider, subject: user.subject })
  if (!known) return beginSignUp(engine, input, user)
  const { accountId } = known
  const method = `oauth:${provider}` as const
  const opened = await inTransaction(db, (tx) =>
    openSession(tx, engine, { realm, accountId, method, client, isPersistent }),
  )
  if (!opened.ok) return opened
  return succeed({ kind: 'signed_in', signIn: await withToken(engine, { realm, client }, opened.value) })
}

async function beginSignUp(
  engine: Parts,
  { realm, client, provider, browser }: SignInWithProvider,
  user: ProviderUser,
): Promise<Result<SignedInWithProvider, SignInWithProviderFailure>> {
  if (realm.policy.signUp === 'closed') return decline({ code: 'sign_up_closed' })
  const email = user.isEmailVerified ? parseEmailAddress(user.email ?? '') : undefined
  if (!email || browser === null) return decline({ code: 'email_not_proved' })
  const holder = await findAccountByEmail(engine.db, { realmId: realm.id, emailKey: email.key })
  if (holder) return decline({ code: 'email_taken' })
  const pending = { ...user, email: email.address, provider }
  const signUp = await issuePendingSignUp(engine, { realm, client, browser, pending })
  return succeed({ kind: 'sign_up', signUp })
}

/** Takes the state, exchanges the code, and asks who came. */
export async function identify(
  engine: Omit<Parts, 'keys' | 'publicUrl' | 'limits'>,
  { code, issuer = null, ...back }: BackFromProvider & { code: string; issuer?: string | null },
): Promise<Result<ProviderUser, { code: 'provider_unknown' } | { code: 'state_wrong' } | ProviderFailure>> {
  const taken = await takeState(engine, back)
  if (!taken.ok) return taken
  const { provider, codeVerifier, nonce, redirectUri } = taken.value
  return provider.identify({ code, issuer, codeVerifier, nonce, redirectUri })
}
