// runs once
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'

const SHOP = 'https://shop.example.org'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

let server: TestServer
before(async () => {
  server = await startLatchkey({ env: { CORS_ORIGINS: SHOP } })
})
after(() => server.close())

/** Every kind of answer: APIs, pages, files, health, refusals by each layer. */
const everyKind: [method: string, path: string, headers?: Record<string, string>, body?: string][] = [
  ['GET', '/api/start'],
  ['GET', '/api/account'],
  ['GET', '/api/nothing'],
  ['GET', '/api/%zz'],
  ['GET', '/api/docs'],
  ['GET', '/api/openapi.json'],
  ['GET', '/api/.well-known/jwks.json'],
  ['POST', '/api/sign-in/code', { 'content-type': 'application/json' }, '{'],
  ['POST', '/api/sign-in/code', { 'content-type': 'text/plain' }, '{}'],
  ['POST', '/api/sign-in/code', { 'content-type': 'application/json' }, `"${'x'.repeat(300_000)}"`],
  ['POST', '/api/sign-out', { origin: 'https://evil.example' }],
  ['OPTIONS', '/api/start'],
  ['OPTIONS', '/api/start', { origin: SHOP, 'access-control-request-method': 'POST' }],
  ['OPTIONS', '/api/start', { origin: 'https://evil.example', 'access-control-request-method': 'POST' }],
  ['GET', '/starter/api/health'],
  ['GET', '/starter/nothing'],
  ['GET', '/livez'],
  ['HEAD', '/readyz'],
  ['GET', '/'],
  ['GET', '/some/page'],
  ['GET', '/index.html'],
  ['GET', '/nothing.js'],
  ['POST', '/some/page'],
  ['GET', '/favicon.svg'],
  ['GET', '/%zz'],
]

test('a sane X-Request-ID comes back on every answer, and is what the problem names', async () => {
  for (const [i, [method, path, headers, body]] of everyKind.entries()) {
    const id = `trace.${i}:a-B_c`
    const sent = { headers: { ...headers, 'x-request-id': id }, body }
    const answer = await server.visitor().send(method, path, sent)
    assert.equal(answer.headers.get('x-request-id'), id, `${method} ${path}`)
    if (answer.body.requestId !== undefined) assert.equal(answer.body.requestId, id)
  }
})

test('without one, or with one that is not sane, every answer has an id of its own', async () => {
  const strange = ['', 'a b', 'x'.repeat(129), '<script>', 'ä', 'a,b', 'a"b', '{}', '../x']
  const seen = new Set<string>()
  for (const id of strange) {
    const answer = await server.visitor().get('/api/start', { headers: { 'x-request-id': id } })
    seen.add(answer.headers.get('x-request-id') ?? '')
  }
  for (const [method, path, headers, body] of everyKind) {
    const answer = await server.visitor().send(method, path, { headers, body })
    seen.add(answer.headers.get('x-request-id') ?? '')
  }
  assert.equal(seen.size, strange.length + everyKind.length)
  for (const id of seen) assert.match(id, UUID)
})

test('an id of 128 signs is kept whole', async () => {
  const id = 'x'.repeat(128)
  const answer = await server.visitor().get('/api/start', { headers: { 'x-request-id': id } })
  assert.equal(answer.headers.get('x-request-id'), id)
})

test('every answer forbids guessing its type, and no answer of an API is kept by a cache', async () => {
  for (const [method, path, headers, body] of everyKind) {
    const answer = await server.visitor().send(method, path, { headers, body })
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff', `${method} ${path}`)
    assert.equal(answer.headers.get('x-powered-by'), null)
    assert.equal(answer.headers.get('strict-transport-security'), null, 'http is all there is here')
    const isOpen = /jwks|favicon|docs/.test(path)
    const isPage = (answer.headers.get('content-type') ?? '').startsWith('text/html')
    if (!isOpen && !isPage) assert.equal(answer.headers.get('cache-control'), 'no-store', `${method} ${path}`)
  }
})

test('pages run no script but our own, are framed by nobody, and send no referrer', async () => {
  for (const path of [
    '/',
    '/sign-in',
    '/confirm-email?realm=main',
    '/index.html',
    '/api/docs',
    '/starter/docs',
  ]) {
    const { status, headers } = await server.visitor().get(path)
    assert.equal(status, 200, path)
    const policy = headers.get('content-security-policy') ?? ''
    const directives = Object.fromEntries(
      policy
        .split('; ')
        .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
    )
    assert.equal(directives['default-src'], "'self'", path)
    assert.equal(directives['script-src'], "'self'", path)
    assert.equal(directives['frame-ancestors'], "'none'", path)
    assert.equal(directives['base-uri'], "'none'", path)
    assert.equal(directives['form-action'], "'self'", path)
    assert.equal(directives['object-src'], "'none'", path)
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
  }
})

test('where the public URL is https every answer asks for https from then on', async () => {
  const secure = await startLatchkey({ env: { PUBLIC_URL: 'https://id.example.org' } })
  try {
    for (const path of ['/', '/api/start', '/api/nothing', '/livez', '/nothing.js']) {
      const { headers } = await secure.visitor().get(path)
      assert.equal(headers.get('strict-transport-security'), 'max-age=31536000', path)
    }
  } finally {
    await secure.close()
  }
})

test('a page of an invited origin may ask first, and read the answer with its credentials', async () => {
  const asking = {
    origin: SHOP,
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'content-type',
  }
  const preflight = await server.visitor().send('OPTIONS', '/api/account', { headers: asking })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.text, '')
  const said = (name: string) => preflight.headers.get(`access-control-${name}`)
  assert.equal(said('allow-origin'), SHOP)
  assert.equal(said('allow-credentials'), 'true')
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.ok(said('allow-methods')?.split(',').includes(method), method)
  }
  assert.match(said('allow-headers') ?? '', /content-type/i)
  assert.match(preflight.headers.get('vary') ?? '', /Origin/)

  for (const path of ['/api/start', '/api/account', '/api/nothing']) {
    const { headers } = await server.visitor().get(path, { headers: { origin: SHOP } })
    assert.equal(headers.get('access-control-allow-origin'), SHOP)
    assert.equal(headers.get('access-control-allow-credentials'), 'true')
    assert.match(headers.get('access-control-expose-headers') ?? '', /X-Request-ID/i)
  }
  const changed = await server.visitor().post('/api/sign-out', undefined, { headers: { origin: SHOP } })
  assert.equal(changed.status, 200)
})

test('a page of any other origin gets no leave to read, by preflight or by answer', async () => {
  const others = [
    'https://evil.example',
    `${SHOP}.evil.example`,
    'http://shop.example.org',
    'null',
    `${SHOP}:8443`,
  ]
  for (const origin of others) {
    for (const [method, extra] of [
      ['OPTIONS', { 'access-control-request-method': 'GET' }],
      ['GET', {}],
    ] as const) {
      const { headers } = await server.visitor().send(method, '/api/start', { headers: { origin, ...extra } })
      const given = [...headers.keys()].filter((name) => name.startsWith('access-control-'))
      assert.deepEqual(given, [], `${method} from ${origin}`)
      assert.match(headers.get('vary') ?? '', /Origin/)
    }
  }
})

test('a body of exactly the limit is read, and one byte more is refused', async () => {
  const send = (bytes: number) => {
    const frame = JSON.stringify({ password: '' })
    const body = JSON.stringify({ password: 'x'.repeat(bytes - frame.length) })
    return server
      .visitor()
      .send('POST', '/api/password-strength', { body, headers: { 'content-type': 'application/json' } })
  }
  assert.equal((await send(262_144)).status, 400, 'read, and the password in it is too long')
  assert.equal((await send(262_145)).status, 413)
})

test('a body of ten megabytes, announced or not, is refused and not waited for', async () => {
  const huge = await server.visitor().send('POST', '/api/password-strength', {
    body: 'x'.repeat(10_000_000),
    headers: { 'content-type': 'application/json' },
  })
  assert.equal(huge.status, 413)
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.write(
    'POST /api/password-strength HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\nConnection: close\r\n\r\n{"password":"',
  )
  assert.match(await text(socket), /^HTTP\/1\.1 413 /)
})

test('headers that are too long are refused', async () => {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.end(`GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)
  assert.match(await text(socket), /^HTTP\/1\.1 431 /)
})

test('GET routes answer HEAD alike, without a body', async () => {
  for (const path of [
    '/api/start',
    '/livez',
    '/',
    '/sign-in',
    '/favicon.svg',
    '/api/docs',
    '/api/openapi.json',
  ]) {
    const [get, head] = [await server.visitor().get(path), await server.visitor().send('HEAD', path)]
    assert.equal(head.status, get.status, path)
    assert.equal(head.text, '')
    assert.equal(head.headers.get('content-type'), get.headers.get('content-type'), path)
  }
})

test('the keys that sign tokens are published, the public half alone', async () => {
  const visitor = server.visitor()
  const operator = { name: 'Olga', email: 'olga@example.org', password: 'correct horse battery staple' }
  assert.equal((await visitor.post('/api/setup', operator)).status, 201)
  const answer = await visitor.get('/api/.well-known/jwks.json')
  assert.match(answer.headers.get('content-type') ?? '', /^application\/jwk-set\+json/)
  const [head = ''] = (visitor.jar.get('latchkey') ?? '').split('.')
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString())
  const key = answer.body.keys.find((one: { kid: string }) => one.kid === kid)
  assert.deepEqual(Object.keys(key).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  assert.ok(!answer.text.includes('"d"'))
})
