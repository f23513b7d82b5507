/** A server with the shape of GitHub: its page where one agrees, its token endpoint, and the two routes of its API. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readForm } from './oidc-provider.ts'

export interface GithubPerson {
  id: number
  login: string
  name?: string | null
  /** What the public profile says, which is nobody's promise. */
  email?: string | null
  avatar_url?: string
  emails: { email: string; primary: boolean; verified: boolean }[]
}

export interface TestGithub {
  url: string
  clientId: string
  clientSecret: string
  people: Map<string, GithubPerson>
  /** Who agrees on the page, for a browser. */
  visitor: string
  /** An answer of its own at a path. */
  lie: { path: string; status: number; body: string } | null
  /** Never answers at this path. */
  silentAt: string | null
  asked: { path: string; headers: IncomingMessage['headers'] }[]
  /** Agrees at once. @returns what GitHub sends back. */
  signIn(authUrl: string, login: string): Promise<{ code: string; state: string }>
  close(): Promise<void>
}

interface Code {
  login: string
  redirectUri: string
  challenge: string
}

export async function startGithub(): Promise<TestGithub> {
  const http = createServer()
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  const url = `http://localhost:${typeof address === 'object' ? address?.port : 0}`
  const codes = new Map<string, Code>()
  const tokens = new Map<string, string>()
  let people = 1_000
  const github: TestGithub = {
    url,
    clientId: 'Iv1.github-client',
    clientSecret: 'github.secret-of_the-client',
    people: new Map(),
    visitor: 'octocat',
    lie: null,
    silentAt: null,
    asked: [],
    async signIn(authUrl, login) {
      const asked = new URL(authUrl)
      const to = new URL(agree(asked.searchParams, login))
      return { code: to.searchParams.get('code') ?? '', state: to.searchParams.get('state') ?? '' }
    },
    async close() {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
  const personOf = (login: string): GithubPerson => {
    const known = github.people.get(login)
    if (known) return known
    const emails = [{ email: `${login}@example.org`, primary: true, verified: true }]
    const made = { id: ++people, login, name: null, email: null, emails }
    github.people.set(login, made)
    return made
  }
  const agree = (asked: URLSearchParams, login: string): string => {
    const code = randomBytes(10).toString('hex')
    const redirectUri = asked.get('redirect_uri') ?? ''
    codes.set(code, { login, redirectUri, challenge: asked.get('code_challenge') ?? '' })
    const to = new URL(redirectUri)
    to.searchParams.set('code', code)
    to.searchParams.set('state', asked.get('state') ?? '')
    return to.href
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams } = new URL(request.url ?? '', url)
    github.asked.push({ path, headers: request.headers })
    if (github.silentAt === path) return
    if (github.lie?.path === path) return json(response, github.lie.status, github.lie.body)
    if (path === '/login/oauth/authorize') {
      const yes = agree(searchParams, github.visitor)
      const no = `${searchParams.get('redirect_uri')}?error=access_denied&state=${searchParams.get('state')}`
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(
        `<!doctype html><html lang="en"><title>GitHub</title><h1>Authorize Latchkey</h1>` +
          `<a href="${escaped(yes)}">Authorize</a> <a href="${escaped(no)}">Cancel</a>`,
      )
      return
    }
    if (path === '/login/oauth/access_token') {
      const form = await readForm(request)
      const code = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const basic = Buffer.from(`${github.clientId}:${github.clientSecret}`).toString('base64')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      const isRight =
        code?.challenge === challenge &&
        code.redirectUri === form.get('redirect_uri') &&
        form.get('grant_type') === 'authorization_code'
      if (request.headers.authorization !== `Basic ${basic}`) {
        return json(response, 200, JSON.stringify({ error: 'incorrect_client_credentials' }))
      }
      if (!isRight) return json(response, 200, JSON.stringify({ error: 'bad_verification_code' }))
      const token = randomBytes(10).toString('hex')
      tokens.set(token, code.login)
      return json(
        response,
        200,
        JSON.stringify({ access_token: token, token_type: 'bearer', scope: 'read:user' }),
      )
    }
    const login = tokens.get((request.headers.authorization ?? '').replace('Bearer ', ''))
    if (login === undefined || !request.headers['user-agent']) return json(response, 401, '{}')
    const { emails, ...user } = personOf(login)
    if (path === '/api/v3/user') return json(response, 200, JSON.stringify(user))
    if (path === '/api/v3/user/emails') return json(response, 200, JSON.stringify(emails))
    json(response, 404, '{}')
  }
  http.on('request', (request, response) => {
    answer(request, response).catch((error) => response.destroy(error))
  })
  return github
}

function json(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
}
