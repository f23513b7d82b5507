import type { Clock } from '../../clock.ts'
import type { Result } from '../../result.ts'

/** What the operator has said of a provider. */
export type ProviderSettings = OidcSettings | GithubSettings

interface CommonSettings {
  /** In addresses and in the database; stable for ever. */
  name: string
  /** On buttons. */
  title: string
  clientId: string
  clientSecret: string
}

export interface OidcSettings extends CommonSettings {
  kind: 'oidc'
  issuer: string
  scopes: string
  /** The operator vouches for addresses of which the provider says nothing, as of a directory of one's own. */
  areEmailsVerified: boolean
}

export interface GithubSettings extends CommonSettings {
  kind: 'github'
  url: string
  apiUrl: string
}

/** Somebody, as a provider knows them. */
export interface ProviderUser {
  /** The provider's own name for them, which it gives to nobody else; addresses and names change hands. */
  subject: string
  email: string | null
  isEmailVerified: boolean
  name: string | null
  username: string | null
  picture: string | null
}

/** In order of precedence: of the code, then of the person. */
export type ProviderFailure =
  /** Down, slow, or out of order. */
  | { code: 'provider_unavailable' }
  /** It refused the code, or what it answered is not to be believed. */
  | { code: 'provider_refused' }
  | { code: 'provider_user_failed' }
  | { code: 'provider_user_not_readable' }

/** What a sign-in takes to the provider (RFC 6749 §4.1.1, RFC 7636 §4.3, OIDC Core §3.1.2.1). */
export interface AuthorizationRequest {
  redirectUri: string
  state: string
  codeChallenge: string
  nonce: string
}

/** What it brings back (RFC 6749 §4.1.2), and what was kept meanwhile. */
export interface AuthorizationAnswer {
  code: string
  /** Who says that it answers (RFC 9207); null where a front end does not pass it on. */
  issuer: string | null
  redirectUri: string
  codeVerifier: string
  nonce: string
}

/** The last time that something went wrong; in plain words, for administrators. */
export interface ProviderTrouble {
  at: number
  words: string
}

export interface IdentityProvider {
  settings: ProviderSettings
  authorizationUrl(request: AuthorizationRequest): Promise<Result<string, { code: 'provider_unavailable' }>>
  /** Exchanges the code, and asks who it is for. */
  identify(answer: AuthorizationAnswer): Promise<Result<ProviderUser, ProviderFailure>>
  /** Whether it answers now. */
  check(): Promise<boolean>
  lastTrouble(): ProviderTrouble | null
}

export interface ProviderParts {
  clock: Clock
  patienceMs: number
}
