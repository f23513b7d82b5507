/** A server with two providers in its neighbourhood, and people who come from them. */
import assert from 'node:assert/strict'
import { type GithubPerson, startGithub, type TestGithub } from '../../support/github.ts'
import type { TestServer, TestServerOptions } from '../../support/latchkey.ts'
import { type Lie, type Person, startOidcProvider, type TestProvider } from '../../support/oidc-provider.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'
import { BASE, FRONT, startCommunity } from './support.ts'

export const OAUTH = `${BASE}/v0/auth/oauth`
export const RETURN = `${FRONT}/auth/{provider}`
export type ProviderName = 'google' | 'github'

export interface Neighbourhood {
  server: TestServer
  google: TestProvider
  github: TestGithub
  close(): Promise<void>
}

export function providerEnv(google: TestProvider, github: TestGithub): Record<string, string> {
  return {
    OAUTH_GOOGLE_CLIENT_ID: google.clientId,
    OAUTH_GOOGLE_CLIENT_SECRET: google.clientSecret,
    OAUTH_GOOGLE_ISSUER: google.issuer,
    OAUTH_GITHUB_CLIENT_ID: github.clientId,
    OAUTH_GITHUB_CLIENT_SECRET: github.clientSecret,
    OAUTH_GITHUB_URL: github.url,
  }
}

export async function startNeighbourhood(options: TestServerOptions = {}): Promise<Neighbourhood> {
  const [google, github] = await Promise.all([startOidcProvider(), startGithub()])
  const yaml = `apps:\n  - { contract: community, prefix: ${BASE}, frontendUrl: '${FRONT}', providerReturnUrl: '${RETURN}' }\n`
  const env = { ...providerEnv(google, github), ...options.env }
  const server = await startCommunity({ yaml, providerPatienceMs: 1_000, ...options, env })
  return {
    server,
    google,
    github,
    async close() {
      await server.close()
      await Promise.all([google.close(), github.close()])
    },
  }
}

export async function authUrl(visitor: Visitor, provider: ProviderName, flow?: string): Promise<string> {
  const query = flow === undefined ? '' : `?flow=${flow}`
  const answer = await visitor.get(`${OAUTH}/${provider}/authorize${query}`)
  assert.equal(answer.status, 200, answer.text)
  return answer.body.auth_url
}

/** Goes to the provider and comes back with what it says. */
export async function visit(
  { google, github }: Pick<Neighbourhood, 'google' | 'github'>,
  visitor: Visitor,
  provider: ProviderName,
  login: string,
  flow?: string,
): Promise<{ code: string; state: string }> {
  const url = await authUrl(visitor, provider, flow)
  const back = await (provider === 'google' ? google : github).signIn(url, login)
  return { code: back.code, state: back.state }
}

export const postLogin = (visitor: Visitor, provider: ProviderName, body: object): Promise<Answer> =>
  visitor.post(`${OAUTH}/${provider}/login`, body)
export const postLink = (visitor: Visitor, provider: ProviderName, body: object): Promise<Answer> =>
  visitor.post(`${OAUTH}/${provider}/link`, body)
export const complete = (visitor: Visitor, body: object): Promise<Answer> =>
  visitor.post(`${BASE}/v0/auth/complete-signup`, body)

/** A login with a person behind it whom nobody else is. */
let people = 0
export const newLogin = (): string => `p${++people}x`

export function atGoogle({ google }: Neighbourhood, changes: Partial<Person> = {}): string {
  const login = newLogin()
  const email = `${login}@gmail.example`
  google.people.set(login, {
    sub: `sub-${login}`,
    email,
    email_verified: true,
    name: 'Ann Example',
    ...changes,
  })
  return login
}

export function atGithub({ github }: Neighbourhood, changes: Partial<GithubPerson> = {}): string {
  const login = newLogin()
  const emails = [{ email: `${login}@github.example`, primary: true, verified: true }]
  github.people.set(login, { id: 5_000 + people, login, name: null, email: null, emails, ...changes })
  return login
}

/** Somebody who made an account by a provider. */
export async function newcomerBy(
  place: Neighbourhood,
  provider: ProviderName,
  login = provider === 'google' ? atGoogle(place) : atGithub(place),
): Promise<{ visitor: Visitor; login: string; handle: string; email: string }> {
  const visitor = place.server.visitor()
  const pending = await postLogin(visitor, provider, await visit(place, visitor, provider, login))
  assert.equal(pending.status, 200, pending.text)
  const handle = `by_${login}`
  const done = await complete(visitor, { pending_token: pending.body.pending_token, handle })
  assert.equal(done.status, 204, done.text)
  return { visitor, login, handle, email: pending.body.email }
}

/** For as long as it is told. */
export async function lying<T>({ google }: Neighbourhood, lie: Lie, act: () => Promise<T>): Promise<T> {
  google.lie = lie
  try {
    return await act()
  } finally {
    google.lie = {}
  }
}
