import type { Client } from '../../client.ts'
import type { Engine } from '../../engine.ts'
import { type TooManyRequests, tooManyRequests } from '../../limits/limits.ts'
import { providerStartsPerClient } from '../../limits/rules.ts'
import type { Realm } from '../../realm.ts'
import { decline, type Result, succeed } from '../../result.ts'
import { digest, equalBytes, randomToken } from '../../secrets/secrets.ts'
import { consumeLink, issueLink } from '../one-time-secret.ts'
import type { IdentityProvider } from './provider.ts'

/** What somebody goes to a provider for. */
export type Flow = 'login' | 'link'

const PURPOSE = 'oauth_state'
const LIFETIME_SECONDS = 300

/** What is kept while somebody is away at a provider; sealed, since the verifier is a secret. */
interface Kept {
  app: string
  provider: string
  flow: Flow
  /** The digest of what knows the browser again. */
  browser: string
  /** Who links; null where the flow was begun without a session. */
  accountId: number | null
  codeVerifier: string
  nonce: string
  redirectUri: string
}

export interface BeginWithProvider {
  realm: Realm
  client: Client
  provider: string
  flow: Flow
  /** What the contract knows the browser by: a cookie of 128 bits or more, which no page can read. */
  browser: string
  /** Bound to this account, for a flow that was begun with a session. */
  accountId: number | null
  /** Where the provider sends the browser back to; it has to be registered there. */
  redirectUri: string
}

/** In order of precedence. */
export type BeginFailure =
  /** Not set up, or not in this realm. */
  { code: 'provider_unknown' } | TooManyRequests | { code: 'provider_unavailable' }

type Parts = Pick<Engine, 'db' | 'clock' | 'secrets' | 'limits' | 'providers'>

/** Begins a flow. @returns where to send the browser. */
export async function beginWithProvider(
  { db, clock, secrets, limits, providers }: Parts,
  { realm, client, provider: name, flow, browser, accountId, redirectUri }: BeginWithProvider,
): Promise<Result<{ url: string }, BeginFailure>> {
  const provider = providers.findFor(realm, name)
  if (!provider) return decline({ code: 'provider_unknown' })
  const limit = await limits.take(providerStartsPerClient, `${realm.id} ${client.addressBlock}`)
  if (!limit.isAllowed) return decline(tooManyRequests(limit, clock))
  const [codeVerifier, nonce] = [randomToken(), randomToken()]
  const kept: Kept = {
    app: client.app,
    provider: name,
    flow,
    browser: digestOf(browser),
    accountId,
    codeVerifier,
    nonce,
    redirectUri,
  }
  const state = await issueLink(
    db,
    { clock },
    {
      realm,
      purpose: PURPOSE,
      accountId,
      payload: { sealed: secrets.seal(PURPOSE, JSON.stringify(kept)).toString('base64') },
      lifetimeSeconds: LIFETIME_SECONDS,
    },
  )
  // RFC 7636 §4.2, S256.
  const codeChallenge = digest(codeVerifier).toString('base64url')
  const url = await provider.authorizationUrl({ redirectUri, state, codeChallenge, nonce })
  return url.ok ? succeed({ url: url.value }) : url
}

export interface BackFromProvider {
  realm: Realm
  client: Client
  provider: string
  flow: Flow
  browser: string | null
  /** The account of the session that links; null for a sign-in. */
  accountId: number | null
  state: string
}

export type Taken = Pick<Kept, 'codeVerifier' | 'nonce' | 'redirectUri'> & { provider: IdentityProvider }

/**
 * Takes a state back, once, whatever comes of it: who presents it elsewhere (another app, provider, flow, browser or
 * account than it was made for) has spent it too.
 */
export async function takeState(
  { db, clock, secrets, providers }: Omit<Parts, 'limits'>,
  { realm, client, provider: name, flow, browser, accountId, state }: BackFromProvider,
): Promise<Result<Taken, { code: 'provider_unknown' } | { code: 'state_wrong' }>> {
  const provider = providers.findFor(realm, name)
  if (!provider) return decline({ code: 'provider_unknown' })
  const secret = await consumeLink(db, { clock }, { realm, purpose: PURPOSE, token: state })
  if (!secret) return decline({ code: 'state_wrong' })
  const kept: Kept = JSON.parse(secrets.unseal(PURPOSE, Buffer.from(String(secret.payload.sealed), 'base64')))
  const isTheirs =
    kept.app === client.app &&
    kept.provider === name &&
    kept.flow === flow &&
    (kept.accountId === null || kept.accountId === accountId) &&
    isSameBrowser(kept.browser, browser)
  return isTheirs ? succeed({ ...kept, provider }) : decline({ code: 'state_wrong' })
}

/** Of what knows a browser again only the digest is kept. */
export function digestOf(browser: string): string {
  return digest(browser).toString('base64url')
}

export function isSameBrowser(kept: string, browser: string | null): boolean {
  return browser !== null && equalBytes(Buffer.from(kept), Buffer.from(digestOf(browser)))
}
