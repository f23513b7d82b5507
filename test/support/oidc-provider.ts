/** A real OpenID provider on a free port, and a wrapper around it that lies where a test wants it to. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { base64url, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import Provider from 'oidc-provider'

export interface Lie {
  /** Of the ID token, signed again by the provider's own key. */
  claims?: (claims: Record<string, unknown>) => Record<string, unknown>
  /** By whom it is signed: a key that nobody published, or nobody. */
  signer?: 'stranger' | 'nobody' | 'secret'
  /** A new key, published from now on. */
  newKey?: boolean
  /** An answer of its own at a path. */
  answer?: { path: string; status: number; body: string; headers?: Record<string, string> }
  /** Never answers at this path. */
  silentAt?: string
  /** Changes the discovery document. */
  discovery?: (document: Record<string, unknown>) => Record<string, unknown>
}

export interface Person {
  sub: string
  email?: string | undefined
  email_verified?: boolean | undefined
  name?: string | undefined
  preferred_username?: string | undefined
  picture?: string | undefined
}

export interface TestProvider {
  issuer: string
  clientId: string
  clientSecret: string
  /** Who signs in by which login; others are made up from it. */
  people: Map<string, Person>
  lie: Lie
  /** What was asked, as `GET /jwks`. */
  asked: string[]
  /** Signs in as a person does, at the provider's own pages. @returns what the provider sends back. */
  signIn(authUrl: string, login: string): Promise<{ code: string; state: string; iss: string | null }>
  close(): Promise<void>
}

interface Key {
  jwk: JWK & { kid: string }
  privateKey: CryptoKey
}

async function newKey(kid: string): Promise<Key> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' } }
}

export async function startOidcProvider(): Promise<TestProvider> {
  const http = createServer()
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  const issuer = `http://localhost:${typeof address === 'object' ? address?.port : 0}`
  const [clientId, clientSecret] = ['latchkey.test-client', 'a-secret.of the client/+']
  const own = await newKey('first')
  const stranger = await newKey('first')
  let current = own
  const people = new Map<string, Person>()
  const personOf = (login: string): Person =>
    people.get(login) ?? {
      sub: login,
      email: `${login}@example.org`,
      email_verified: true,
      name: `Person ${login}`,
    }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: ['https://front.example.org/callback'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [own.jwk] },
    cookies: { keys: ['a key for tests'] },
    // As Google: the ID token says it all.
    conformIdTokenClaims: false,
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'picture'],
    },
    findAccount: (_context: unknown, login: string) => ({
      accountId: login,
      claims: () => ({ ...personOf(login) }),
    }),
    ttl: { AuthorizationCode: 60, AccessToken: 60, IdToken: 600, Interaction: 600, Session: 600, Grant: 600 },
  })
  // The port of the server that asks is known later.
  provider.Client.prototype.redirectUriAllowed = () => true
  const handle = provider.callback()
  const made: TestProvider = {
    issuer,
    clientId,
    clientSecret,
    people,
    lie: {},
    asked: [],
    signIn: (authUrl, login) => signIn(issuer, authUrl, login),
    async close() {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const { lie } = made
    made.asked.push(`${request.method} ${path}`)
    if (lie.newKey && current === own) current = await newKey('second')
    if (lie.silentAt === path) return
    if (lie.answer?.path === path) {
      response.writeHead(lie.answer.status, { 'content-type': 'application/json', ...lie.answer.headers })
      response.end(lie.answer.body)
      return
    }
    const isChanged =
      (path === '/token' && (lie.claims || lie.signer || current !== own)) ||
      (path === '/jwks' && current !== own) ||
      (path.startsWith('/.well-known') && lie.discovery)
    if (!isChanged) return handle(request, response)
    const { status, body } = await capture(handle, request, response)
    const changed = await change(path, JSON.parse(body), { lie, current, stranger, clientSecret })
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(changed))
  }
  http.on('request', (request, response) => {
    answer(request, response).catch((error) => response.destroy(error))
  })
  return made
}

/** Lets the provider answer, and keeps what it says. */
async function capture(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<{ status: number; body: string }> {
  const chunks: Buffer[] = []
  const fake = Object.create(response, {
    writeHead: { value: () => fake },
    write: { value: (chunk: string | Buffer) => Boolean(chunks.push(Buffer.from(chunk))) },
    end: {
      value: (chunk?: string | Buffer) => {
        if (chunk) chunks.push(Buffer.from(chunk))
        return fake
      },
    },
  })
  await handle(request, fake)
  return { status: response.statusCode, body: Buffer.concat(chunks).toString() }
}

async function change(
  path: string,
  body: Record<string, unknown>,
  { lie, current, stranger, clientSecret }: { lie: Lie; current: Key; stranger: Key; clientSecret: string },
): Promise<unknown> {
  if (path.startsWith('/.well-known')) return lie.discovery?.(body)
  if (path === '/jwks') {
    const { kty, n, e, kid, alg, use } = current.jwk
    return { keys: [{ kty, n, e, kid, alg, use }] }
  }
  if (typeof body.id_token !== 'string') return body
  const told = JSON.parse(Buffer.from(body.id_token.split('.')[1] ?? '', 'base64url').toString())
  const claims = lie.claims?.(told) ?? told
  return { ...body, id_token: await sign(claims, { lie, current, stranger, clientSecret }) }
}

async function sign(
  claims: Record<string, unknown>,
  { lie, current, stranger, clientSecret }: { lie: Lie; current: Key; stranger: Key; clientSecret: string },
): Promise<string> {
  if (lie.signer === 'nobody') {
    const part = (value: unknown): string => base64url.encode(JSON.stringify(value))
    return `${part({ alg: 'none' })}.${part(claims)}.`
  }
  // Algorithm confusion: with what both sides know in place of a key.
  if (lie.signer === 'secret') {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: current.jwk.kid })
      .sign(Buffer.from(clientSecret.padEnd(32)))
  }
  const { privateKey, jwk } = lie.signer === 'stranger' ? stranger : current
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: jwk.kid }).sign(privateKey)
}

async function signIn(
  issuer: string,
  authUrl: string,
  login: string,
): Promise<{ code: string; state: string; iss: string | null }> {
  const jar = new Map<string, string>()
  const ask = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    return response
  }
  let response = await ask(authUrl)
  for (let step = 0; step < 10; step++) {
    const location = response.headers.get('location')
    if (location) {
      const to = new URL(location, issuer)
      if (to.origin !== issuer) {
        const told = Object.fromEntries(to.searchParams)
        if (told.error) throw new Error(`${told.error}: ${told.error_description}`)
        return { code: told.code ?? '', state: told.state ?? '', iss: told.iss ?? null }
      }
      response = await ask(to.href)
      continue
    }
    const page = await response.text()
    const [, action] = /<form[^>]*action="([^"]+)"/.exec(page) ?? []
    if (!action) throw new Error(`The provider says ${response.status}: ${page.slice(0, 400)}`)
    const isLogin = page.includes('name="login"')
    const form: Record<string, string> = isLogin
      ? { prompt: 'login', login, password: 'any' }
      : { prompt: 'consent' }
    response = await ask(new URL(action, issuer).href, form)
  }
  throw new Error('The provider goes round in circles.')
}

export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams((await buffer(request)).toString())
}
