import type * as Oauth from 'oauth4webapi'
import { ProviderError, ProviderRefusal } from './outbound.ts'
import type { AuthorizationRequest, ProviderFailure, ProviderSettings } from './provider.ts'

/** Loaded where a provider is first asked: the start is quicker without. */
export const loadOauth = (): Promise<typeof Oauth> => import('oauth4webapi')

/** How far a sign-in had come when it failed. */
export type Stage = 'discovery' | 'exchange' | 'user' | 'user_data'

/** HTTP Basic with both parts form-encoded (RFC 6749 §2.3.1, appendix B), and no more of them than that. */
export function basicAuth({ clientId, clientSecret }: ProviderSettings): Oauth.ClientAuth {
  const credentials = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`
  return (_server, _client, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

/** The parameters in the order of the `community` document. */
export function authorizationUrl(
  endpoint: string,
  { clientId, scopes, hasNonce }: { clientId: string; scopes: string; hasNonce: boolean },
  { state, codeChallenge, redirectUri, nonce }: AuthorizationRequest,
): string {
  const url = new URL(endpoint)
  const parameters: Record<string, string> = {
    response_type: 'code',
    client_id: clientId,
    state,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    redirect_uri: redirectUri,
    scope: scopes,
    ...(hasNonce && { nonce }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** Errors of the library carry what was sent; of that no more than a code of the standard is passed on. */
const STANDARD_CODE = /^[a-z_]{1,40}$/

/** What went wrong, for administrators. @throws what is no trouble with a provider but a bug of ours. */
export async function troubleOf(error: unknown, stage: Stage): Promise<string> {
  if (error instanceof ProviderError || error instanceof ProviderRefusal) return error.message
  const oauth = await loadOauth()
  if (error instanceof oauth.ResponseBodyError) {
    return refusalOf(error.error)
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return stage === 'exchange'
      ? 'it does not accept the client id or the client secret'
      : 'it does not accept the access token that it gave'
  }
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
    const status = statusOf(error)
    return status === undefined ? `its answer is not right: ${error.message}` : `it answered ${status}`
  }
  throw error
}

/** What a provider means by an error code of the standard or its own. */
export function refusalOf(code: string): string {
  if (code === 'invalid_client' || code === 'incorrect_client_credentials') {
    return 'it does not accept the client id or the client secret'
  }
  return `it refused: ${STANDARD_CODE.test(code) ? code : 'in words that are no code'}`
}

/** What it comes to, for the person who waits. */
export async function failureOf(error: unknown, stage: Stage): Promise<ProviderFailure['code']> {
  if (stage === 'user') return 'provider_user_failed'
  if (stage === 'user_data') return 'provider_user_not_readable'
  if (error instanceof ProviderError || stage === 'discovery') return 'provider_unavailable'
  return (statusOf(error) ?? 0) >= 500 ? 'provider_unavailable' : 'provider_refused'
}

function statusOf(error: unknown): number | undefined {
  const { cause, status } = error as { cause?: unknown; status?: unknown }
  if (typeof status === 'number') return status
  const response = cause instanceof Response ? cause : (cause as { response?: unknown } | undefined)?.response
  return response instanceof Response && response.status >= 300 ? response.status : undefined
}
