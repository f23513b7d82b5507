import type * as Oauth from 'oauth4webapi'
import { decline, type Result, succeed } from '../../result.ts'
import { askProvider, ProviderError, ProviderRefusal } from './outbound.ts'
import {
  authorizationUrl,
  basicAuth,
  failureOf,
  loadOauth,
  refusalOf,
  type Stage,
  troubleOf,
} from './protocol.ts'
import type {
  AuthorizationAnswer,
  GithubSettings,
  IdentityProvider,
  ProviderFailure,
  ProviderParts,
  ProviderTrouble,
  ProviderUser,
} from './provider.ts'
import { readEmail, readName, readPicture } from './read-user.ts'

const SCOPES = 'read:user user:email'

/** GitHub, or a GitHub Enterprise Server: OAuth without OpenID Connect; who came is asked of its API. */
export function githubProvider(
  settings: GithubSettings,
  { clock, patienceMs }: ProviderParts,
): IdentityProvider {
  const home = new URL(settings.url)
  const api = { home: new URL(settings.apiUrl), patienceMs }
  const server: Oauth.AuthorizationServer = {
    issuer: settings.url,
    token_endpoint: `${settings.url}/login/oauth/access_token`,
  }
  const client: Oauth.Client = { client_id: settings.clientId }
  let trouble: ProviderTrouble | null = null
  const note = (words: string): void => {
    trouble = { at: clock.now(), words }
  }

  async function exchange(answer: AuthorizationAnswer, stage: { now: Stage }): Promise<ProviderUser | null> {
    const oauth = await loadOauth()
    const brought = new URLSearchParams({ code: answer.code })
    const params = oauth.validateAuthResponse(server, client, brought, oauth.skipStateCheck)
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      basicAuth(settings),
      params,
      answer.redirectUri,
      answer.codeVerifier,
      {
        headers: { accept: 'application/json' },
        [oauth.customFetch]: (url, asked) => askProvider({ home, patienceMs }, url, asked),
        [oauth.allowInsecureRequests]: home.protocol === 'http:',
      },
    )
    // A code that it refuses comes back as 200 with an error in it.
    const told: unknown = await response
      .clone()
      .json()
      .catch(() => null)
    if (typeof told === 'object' && told !== null && 'error' in told) {
      throw new ProviderRefusal(refusalOf(String(told.error)))
    }
    const { access_token } = await oauth.processAuthorizationCodeResponse(server, client, response)
    stage.now = 'user'
    const [user, emails] = await Promise.all([
      askApi('/user', access_token, stage),
      askApi('/user/emails', access_token, stage),
    ])
    return readGithubUser(user, emails)
  }

  async function askApi(path: string, accessToken: string, stage: { now: Stage }): Promise<unknown> {
    const response = await askProvider(api, `${settings.apiUrl}${path}`, {
      method: 'GET',
      headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${accessToken}` },
    })
    if (response.status !== 200)
      throw new ProviderError(`it answered ${response.status} when asked who it is`)
    try {
      return await response.json()
    } catch {
      stage.now = 'user_data'
      throw new ProviderError('what it says of the person is not JSON')
    }
  }

  return {
    settings,
    lastTrouble: () => trouble,
    async check() {
      try {
        await askProvider(api, settings.apiUrl, { method: 'GET', headers: {} })
        return true
      } catch (error) {
        note(await troubleOf(error, 'discovery'))
        return false
      }
    },
    async authorizationUrl(request) {
      const about = { clientId: settings.clientId, scopes: SCOPES, hasNonce: false }
      return succeed(authorizationUrl(`${settings.url}/login/oauth/authorize`, about, request))
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

/**
 * The address is the one of the list that is primary and verified: what stands in the public profile may be anybody's.
 *
 * @returns nothing for what is no user, or no list.
 */
export function readGithubUser(user: unknown, emails: unknown): ProviderUser | null {
  if (typeof user !== 'object' || user === null || !Array.isArray(emails)) return null
  const { id, login, name, avatar_url } = user as Record<string, unknown>
  if (!Number.isSafeInteger(id)) return null
  const own = emails.find((entry) => entry?.primary === true && entry?.verified === true)
  const email = readEmail(own?.email)
  return {
    subject: String(id),
    email,
    isEmailVerified: email !== null,
    name: readName(name) ?? readName(login),
    username: readName(login),
    picture: readPicture(avatar_url),
  }
}
