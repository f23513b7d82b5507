/** Which sites may call: the check of where a request comes from, the token of version 1.1, and CORS. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Answer } from '../../support/visitor.ts'
import { assertInvalid, assertProblem, assertUser, newPerson, signUp } from './support.ts'

const FRIEND = 'https://app.example.org'
const CHANGING: [string, string][] = [
  ['POST', 'register'],
  ['POST', 'login'],
  ['POST', 'send-code'],
  ['POST', 'verify-code'],
  ['POST', 'logout'],
  ['POST', 'forgot-password'],
  ['POST', 'reset-password'],
  ['DELETE', 'account'],
]

let server: TestServer
let friendly: TestServer
let guarded: TestServer
before(async () => {
  server = await startLatchkey()
  friendly = await startLatchkey({ env: { CORS_ORIGINS: `${FRIEND}, http://localhost:5173` } })
  guarded = await startLatchkey({ env: { CSRF_ENABLED: 'true' } })
})
after(async () => {
  await server.close()
  await friendly.close()
  await guarded.close()
})

test('a request of another site that would change something is 403, before anything else of it is looked at', async () => {
  const { origin, port } = new URL(server.url)
  const strangers = [
    'https://evil.example',
    'null',
    'file://',
    'nonsense',
    '',
    `${origin}.evil.example`,
    `https://localhost:${port}`,
    'http://localhost',
    `http://localhost:${Number(port) + 1}`,
    `http://sub.localhost:${port}`,
  ]
  const { visitor, token } = await signUp(server)
  for (const [method, route] of CHANGING) {
    const everyWay: Record<string, string>[] = [
      ...strangers.map((stranger) => ({ origin: stranger })),
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ]
    for (const headers of everyWay) {
      const answer = await visitor.send(method, `/starter/api/auth/${route}`, { headers, body: '{' })
      assertProblem(answer, 403, 'Forbidden')
      assert.equal(answer.headers.getSetCookie().length, 0)
    }
  }
  // Neither signed out nor deleted.
  assert.equal(
    (await server.visitor().get('/starter/api/auth/me', { headers: { cookie: `token=${token}` } })).status,
    200,
  )
})

test('requests of our own pages pass, under each name of this machine, and those without either header', async () => {
  const { username, password } = await signUp(server)
  const { port } = new URL(server.url)
  const ways: Record<string, string>[] = [
    {},
    { origin: server.url },
    { origin: `http://127.0.0.1:${port}` },
    { origin: `http://[::1]:${port}` },
    { origin: server.url, 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ]
  for (const headers of ways) {
    const answer = await server
      .visitor()
      .post('/starter/api/auth/login', undefined, { json: { username, password }, headers })
    assert.equal(answer.status, 200, JSON.stringify(headers))
  }
})

test('reading is refused to nobody, since it changes nothing', async () => {
  const { visitor } = await signUp(server)
  const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  assert.equal((await visitor.get('/starter/api/auth/me', { headers })).status, 200)
  assert.equal((await visitor.get('/starter/api/health', { headers })).status, 200)
})

test('behind https the public URL is the origin, and the address that the server listens on is not', async () => {
  const own = await startLatchkey({ env: { PUBLIC_URL: 'https://id.example.org' } })
  try {
    const login = (origin: string) =>
      own.visitor().post('/starter/api/auth/login', undefined, {
        json: { username: 'a', password: 'b' },
        headers: { origin },
      })
    assertProblem(await login('https://id.example.org'), 401, 'Invalid credentials')
    for (const origin of [
      'http://id.example.org',
      own.url,
      'https://id.example.org:8443',
      'https://example.org',
    ]) {
      assertProblem(await login(origin), 403, 'Forbidden')
    }
  } finally {
    await own.close()
  }
})

test('by default no page of another origin may read an answer', async () => {
  const { visitor } = await signUp(server)
  for (const origin of ['https://evil.example', FRIEND, 'null', server.url]) {
    const headers = { origin }
    assertNoCors(await visitor.get('/starter/api/auth/me', { headers }))
    assertNoCors(await visitor.get('/starter/api/nothing', { headers }))
    assertNoCors(await preflight(server, origin))
  }
})

test('pages of a configured origin may read answers, with cookies, and call', async () => {
  for (const origin of [FRIEND, 'http://localhost:5173']) {
    const headers = { origin, 'sec-fetch-site': 'cross-site' }
    const visitor = friendly.visitor()
    const person = newPerson()
    const answer = await visitor.post('/starter/api/auth/register', undefined, { json: person, headers })
    assertUser(answer, 201, person)
    assertCors(answer, origin)
    assertCors(await visitor.get('/starter/api/auth/me', { headers }), origin)
    const wrong = await visitor.post('/starter/api/auth/login', undefined, { json: {}, headers })
    assertInvalid(wrong, 'username', 'password')
    assertCors(wrong, origin)
    assertCors(await visitor.get('/starter/api/nothing', { headers }), origin)
  }
})

test('a preflight of a configured origin is answered with what may be sent', async () => {
  const answer = await preflight(friendly, FRIEND)
  assert.equal(answer.status, 204)
  assert.equal(answer.text, '')
  assertCors(answer, FRIEND)
  const listed = (name: string) => (answer.headers.get(name) ?? '').toLowerCase().split(',')
  for (const method of ['get', 'post', 'delete'])
    assert.ok(listed('access-control-allow-methods').includes(method))
  for (const header of ['content-type', 'x-csrf-token'])
    assert.ok(listed('access-control-allow-headers').includes(header))
  assert.ok(Number(answer.headers.get('access-control-max-age')) > 0)
})

test('an origin that is only like a configured one may neither read nor call', async () => {
  for (const origin of [
    `${FRIEND}.evil.example`,
    'https://app.example.org:444',
    'http://app.example.org',
    'https://example.org',
    'https://evil.example',
    'null',
    '*',
  ]) {
    const headers = { origin }
    assertNoCors(await friendly.visitor().get('/starter/api/health', { headers }))
    assertNoCors(await preflight(friendly, origin))
    const answer = await friendly
      .visitor()
      .post('/starter/api/auth/login', undefined, { json: { username: 'a', password: 'b' }, headers })
    assertProblem(answer, 403, 'Forbidden')
    assertNoCors(answer)
  }
})

test('without CSRF_ENABLED no crumb is set and none is asked for', async () => {
  const person = await signUp(server)
  assert.equal(person.answer.cookies.has('crumb'), false)
  assert.equal((await person.visitor.get('/starter/api/health')).cookies.has('crumb'), false)
})

test('with CSRF_ENABLED a request without a crumb gets one: 43 characters, for scripts to read, until the browser closes', async () => {
  const visitor = guarded.visitor()
  const answer = await visitor.get('/starter/api/auth/providers')
  const { value = '', line = '' } = answer.cookies.get('crumb') ?? {}
  assert.match(value, /^[\w-]{43}$/)
  assert.deepEqual(line.split('; ').slice(1).sort(), ['Path=/starter', 'SameSite=Lax'])
  const again = await visitor.get('/starter/api/auth/providers')
  assert.equal(again.cookies.has('crumb'), false)
  const other = await guarded.visitor().get('/starter/api/health')
  assert.notEqual(other.cookies.get('crumb')?.value, value)
})

test('with CSRF_ENABLED and a public URL of https the crumb is Secure', async () => {
  const own = await startLatchkey({ env: { CSRF_ENABLED: 'true', PUBLIC_URL: 'https://id.example.org' } })
  try {
    const { cookies } = await own.visitor().get('/starter/api/health')
    assert.match(cookies.get('crumb')?.line ?? '', /; Secure(;|$)/)
  } finally {
    await own.close()
  }
})

test('with CSRF_ENABLED a change without the crumb in its header is 403, and sets the crumb', async () => {
  for (const [method, route] of CHANGING.filter(([, route]) => route !== 'account')) {
    const answer = await guarded.visitor().send(method, `/starter/api/auth/${route}`, { json: {} })
    assert.deepEqual(answer.body, { statusCode: 403, error: 'Forbidden', message: 'Forbidden' })
    assert.equal(answer.status, 403)
    assert.equal(answer.cookies.get('crumb')?.value.length, 43)
  }
})

test('with CSRF_ENABLED the header must repeat the cookie, whole', async () => {
  const visitor = guarded.visitor()
  await visitor.get('/starter/api/health')
  const crumb = visitor.jar.get('crumb') ?? ''
  const person = newPerson()
  const register = (headers: Record<string, string>, from = visitor) =>
    from.post('/starter/api/auth/register', undefined, { json: person, headers })
  assertProblem(await register({}), 403, 'Forbidden')
  for (const token of ['', 'x', crumb.slice(0, -1), `${crumb}x`, `x${crumb}`, `${crumb}, ${crumb}`]) {
    assertProblem(await register({ 'x-csrf-token': token }), 403, 'Forbidden')
  }
  // A header without the cookie, an empty pair, and two cookies are no proof.
  for (const [token, cookie] of [
    [crumb, 'a=b'],
    ['', 'crumb='],
    ['undefined', 'a=b'],
    ['ambiguous', 'crumb=a; crumb=b'],
  ] as const) {
    const answer = await register({ 'x-csrf-token': token, cookie }, guarded.visitor())
    assertProblem(answer, 403, 'Forbidden')
  }

  const answer = await register({ 'x-csrf-token': crumb })
  assertUser(answer, 201, person)
  assert.match(answer.headers.getSetCookie()[0] ?? '', /^token=/)
  const headers = { 'x-csrf-token': crumb }
  assert.equal((await visitor.post('/starter/api/auth/logout', undefined)).status, 403)
  assert.equal((await visitor.get('/starter/api/auth/me')).status, 200)
  assert.deepEqual((await visitor.post('/starter/api/auth/logout', undefined, { headers })).body, {
    success: true,
  })
})

test('with CSRF_ENABLED a missing session is told before a missing crumb, and the origin is checked as ever', async () => {
  const visitor = guarded.visitor()
  assertProblem(await visitor.delete('/starter/api/auth/account'), 401, 'Authentication required')
  await visitor.get('/starter/api/health')
  const crumb = visitor.jar.get('crumb') ?? ''
  const person = newPerson()
  const headers = { 'x-csrf-token': crumb }
  await visitor.post('/starter/api/auth/register', undefined, { json: person, headers })
  assertProblem(await visitor.delete('/starter/api/auth/account'), 403, 'Forbidden')
  const evil = { ...headers, origin: 'https://evil.example' }
  assertProblem(await visitor.delete('/starter/api/auth/account', { headers: evil }), 403, 'Forbidden')
  assertUser(await visitor.get('/starter/api/auth/me'), 200, person)
  assert.deepEqual((await visitor.delete('/starter/api/auth/account', { headers })).body, { deleted: true })
})

function preflight(from: TestServer, origin: string): Promise<Answer> {
  return from.visitor().send('OPTIONS', '/starter/api/auth/login', {
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    },
  })
}

function assertNoCors({ headers }: Answer): void {
  const names = [...headers.keys()].filter((name) => name.startsWith('access-control-'))
  assert.deepEqual(names, [])
}

function assertCors({ headers }: Answer, origin: string): void {
  assert.equal(headers.get('access-control-allow-origin'), origin)
  assert.equal(headers.get('access-control-allow-credentials'), 'true')
  assert.match(headers.get('vary') ?? '', /\bOrigin\b/i)
}
