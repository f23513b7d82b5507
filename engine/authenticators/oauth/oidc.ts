import type * as Oauth from 'oauth4webapi'
import { MINUTE_MS } from '../../clock.ts'
import { decline, type Result, succeed } from '../../result.ts'
import { askProvider, isAllowed, ProviderError } from './outbound.ts'
import { authorizationUrl, basicAuth, failureOf, loadOauth, type Stage, troubleOf } from './protocol.ts'
import type {
  AuthorizationAnswer,
  IdentityProvider,
  OidcSettings,
  ProviderFailure,
  ProviderParts,
  ProviderTrouble,
  ProviderUser,
} from './provider.ts'
import { readUser } from './read-user.ts'

const KNOWN_MS = 60 * MINUTE_MS
/** A provider that was down a moment ago is not waited for again by everybody who comes. */
const DOWN_MS = 5_000
/** Keys are looked for again when a token names one that is not known, but not at every forged one. */
const KEYS_PAUSE_MS = 10_000
const CLOCK_SKEW_SECONDS = 60

interface Known {
  server: Oauth.AuthorizationServer
  readAt: number
}

/** Any provider that speaks OpenID Connect with discovery: Google, Microsoft, a company's own. */
export function oidcProvider(settings: OidcSettings, { clock, patienceMs }: ProviderParts): IdentityProvider {
  const home = new URL(settings.issuer)
  const client: Oauth.Client = { client_id: settings.clientId }
  let known: Known | undefined
  let reading: Promise<Known> | undefined
  let trouble: ProviderTrouble | null = null
  let downUntil = 0
  let keysReadAt = 0

  const optionsOf = (oauth: typeof Oauth) => ({
    [oauth.customFetch]: (url: string, asked: Oauth.CustomFetchOptions<string, unknown>) =>
      askProvider({ home, patienceMs }, url, asked),
    [oauth.allowInsecureRequests]: home.protocol === 'http:',
  })
  const note = (words: string): void => {
    trouble = { at: clock.now(), words }
  }

  async function read(): Promise<Known> {
    const oauth = await loadOauth()
    const response = await oauth.discoveryRequest(home, optionsOf(oauth))
    const server = await oauth.processDiscoveryResponse(home, response)
    for (const endpoint of [server.authorization_endpoint, server.token_endpoint, server.jwks_uri]) {
      const url = endpoint === undefined ? null : URL.parse(endpoint)
      if (!url || !isAllowed(home, url)) throw new ProviderError('its discovery document lacks an address')
    }
    return { server, readAt: clock.now() }
  }

  /** What the provider says of itself; an older word of it, where it does not answer now. */
  async function discover(): Promise<Oauth.AuthorizationServer> {
    if (known && clock.now() - known.readAt < KNOWN_MS) return known.server
    if (clock.now() < downUntil) {
      if (known) return known.server
      throw new ProviderError(trouble?.words ?? 'it cannot be reached')
    }
    // Those who come at the same time wait for one answer.
    reading ??= read().finally(() => {
      reading = undefined
    })
    try {
      known = await reading
    } catch (error) {
      downUntil = clock.now() + DOWN_MS
      note(await troubleOf(error, 'discovery'))
      if (!known) throw error
    }
    return known.server
  }

  /** @throws what the library throws; `stage` says how far it came. */
  async function exchange(answer: AuthorizationAnswer, stage: { now: Stage }): Promise<ProviderUser | null> {
    const oauth = await loadOauth()
    const options = optionsOf(oauth)
    const server = await discover()
    const brought = new URLSearchParams({ code: answer.code })
    if (answer.issuer !== null) brought.set('iss', answer.issuer)
    // Who did not pass the issuer on is held apart by one redirect URI for each provider (RFC 9700 §4.4.2.2).
    const lenient = { ...server, authorization_response_iss_parameter_supported: false }
    const params = oauth.validateAuthResponse(lenient, client, brought, oauth.skipStateCheck)
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      basicAuth(settings),
      params,
      answer.redirectUri,
      answer.codeVerifier,
      options,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: answer.nonce,
      requireIdToken: true,
    })
    await checkSignature(oauth, server, response)
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    if (!claims || claims.iat > Math.ceil(clock.now() / 1_000) + CLOCK_SKEW_SECONDS) {
      throw new ProviderError('its ID token is from the future')
    }
    if (claims.email !== undefined || server.userinfo_endpoint === undefined)
      return readUser(settings, claims)
    stage.now = 'user'
    const asked = await oauth.userInfoRequest(server, client, tokens.access_token, options)
    if (asked.status !== 200) throw new ProviderError(`it answered ${asked.status} when asked who it is`)
    stage.now = 'user_data'
    const more = await oauth.processUserInfoResponse(server, client, claims.sub, asked)
    return readUser(settings, { ...claims, ...more })
  }

  /** By the provider's keys; once more by new ones when the token names one that is not among them. */
  async function checkSignature(
    oauth: typeof Oauth,
    server: Oauth.AuthorizationServer,
    response: Response,
  ): Promise<void> {
    const options = optionsOf(oauth)
    try {
      await oauth.validateApplicationLevelSignature(server, response, options)
    } catch (error) {
      const isUnknownKey =
        error instanceof oauth.OperationProcessingError && error.code === oauth.KEY_SELECTION
      if (!isUnknownKey || clock.now() - keysReadAt < KEYS_PAUSE_MS) throw error
      keysReadAt = clock.now()
      // The library keeps keys by this object: a new one has none yet.
      known = await read()
      await oauth.validateApplicationLevelSignature(known.server, response, options)
    }
  }

  return {
    settings,
    lastTrouble: () => trouble,
    async check() {
      try {
        // Asked now, whatever is known.
        known = await read()
        downUntil = 0
        return true
      } catch (error) {
        note(await troubleOf(error, 'discovery'))
        return false
      }
    },
    async authorizationUrl(request) {
      try {
        const server = await discover()
        const { clientId, scopes } = settings
        const about = { clientId, scopes, hasNonce: true }
        return succeed(authorizationUrl(server.authorization_endpoint ?? '', about, request))
      } catch (error) {
        note(await troubleOf(error, 'discovery'))
        return decline({ code: 'provider_unavailable' })
      }
    },
    async identify(answer): Promise<Result<ProviderUser, ProviderFailure>> {
      const stage: { now: Stage } = { now: 'exchange' }
      try {
        const user = await exchange(answer, stage)
        if (user) return succeed(user)
        note('it did not say who it is')
        return decline({ code: 'provider_user_not_readable' })
      } catch (error) {
        note(await troubleOf(error, stage.now))
        return decline({ code: await failureOf(error, stage.now) })
      }
    },
  }
}
