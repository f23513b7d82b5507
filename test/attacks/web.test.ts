/** D: hosts, origins, cookies, headers, bodies and mails that lie. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { addressResolver } from '../../server/http/address.ts'
import type { Storage } from '../../storage/database.ts'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import type { Visitor } from '../support/visitor.ts'
import {
  countRows,
  isConfirmation,
  isRecovery,
  joinMain,
  joinMainWithPassword,
  linkIn,
  login,
  me,
  newName,
  openBehind,
  ownAccount,
  PASSWORD,
  register,
  setUp,
} from './people.ts'

let server: TestServer
let behind: Storage
let operator: Visitor & { uid: string }
before(async () => {
  server = await startLatchkey()
  behind = openBehind(server)
  operator = await setUp(server)
})
after(async () => {
  await behind.close()
  await server.close()
})

/** Sends bytes as they are, since no client would send them so. @returns all that came back. */
async function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  socket.write(text, 'latin1')
  let answer = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => undefined)
  await once(socket, 'close')
  return answer
}

function rawRequest(line: string, headers: string[], body = ''): string {
  return [
    line,
    'Host: localhost',
    'Connection: close',
    ...headers,
    ...(body ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
    '',
    body,
  ].join('\r\n')
}

function statusOf(answer: string): number {
  return Number(answer.match(/^HTTP\/1\.1 (\d{3})/)?.[1])
}

const LIES = [
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 666',
  'X-Forwarded-Server: evil.example',
  'X-Original-Host: evil.example',
  'X-Host: evil.example',
  'Forwarded: host=evil.example;proto=https;for=203.0.113.9',
  'X-Original-URL: /evil',
  'X-Rewrite-URL: /evil',
]

test('D1: no header of a request gets into the links of its mail', async () => {
  const { email } = await register(server)
  const newcomer = `${newName()}@example.com`
  const requests = [
    ['/api/recovery', { email, realm: 'starter' }],
    ['/api/accounts', { email: newcomer, password: PASSWORD }],
  ] as const
  for (const [path, json] of requests) {
    const body = JSON.stringify(json)
    const raw = rawRequest(`POST ${path} HTTP/1.1`, ['Content-Type: application/json', ...LIES], body)
    const answer = await sendRaw(server.url, raw.replace('Host: localhost', 'Host: evil.example'))
    assert.ok([200, 202].includes(statusOf(answer)), answer)
    assert.doesNotMatch(answer, /evil/)
  }
  // An absolute form of the request line is a host too.
  const person = await register(server)
  const body = JSON.stringify({ email: person.email })
  await sendRaw(
    server.url,
    rawRequest(
      'POST http://evil.example/starter/api/auth/forgot-password HTTP/1.1',
      ['Content-Type: application/json', ...LIES],
      body,
    ),
  )
  const mails = [
    await server.smtp.waitForMail(isRecovery(email)),
    await server.smtp.waitForMail(isConfirmation(newcomer)),
    await server.smtp.waitForMail(isConfirmation(person.email)),
  ]
  for (const mail of mails) {
    const { link } = linkIn(mail)
    assert.equal(new URL(link).origin, server.server.house.publicUrl)
    assert.doesNotMatch(`${mail.text}${mail.html}${JSON.stringify(mail.headers)}`, /evil/)
  }
})

test('D1: neither do they get into what the API says of itself, or into a redirect', async () => {
  for (const path of [
    '/api/start',
    '/api/openapi.json',
    '/starter/openapi.json',
    '/api/docs',
    '/',
    '/sign-in',
    '/nothing',
  ]) {
    const answer = await sendRaw(
      server.url,
      rawRequest(`GET ${path} HTTP/1.1`, LIES).replace('Host: localhost', 'Host: evil.example'),
    )
    assert.ok(statusOf(answer) < 500, answer.slice(0, 200))
    assert.doesNotMatch(answer, /evil/)
  }
})

test('D1: an app with a host of its own is there alone, and its host is no way to another app', async () => {
  const own = await startLatchkey({
    yaml: ['apps:', '  - contract: starter', '    host: starter.example.org'].join('\n'),
  })
  try {
    const ask = async (line: string, host: string): Promise<number> =>
      statusOf(await sendRaw(own.url, rawRequest(line, []).replace('Host: localhost', `Host: ${host}`)))
    assert.equal(await ask('GET /api/health HTTP/1.1', 'starter.example.org'), 200)
    assert.equal(await ask('GET /api/health HTTP/1.1', 'STARTER.example.org:443'), 200)
    assert.equal(await ask('GET /api/health HTTP/1.1', 'starter.example.org.evil.example'), 404)
    assert.equal(await ask('GET /api/health HTTP/1.1', 'evil.example'), 404)
    assert.equal(await ask('GET /api/start HTTP/1.1', 'starter.example.org'), 404, 'our own API is not there')
    const document = await sendRaw(
      own.url,
      rawRequest('GET /openapi.json HTTP/1.1', []).replace('Host: localhost', 'Host: starter.example.org'),
    )
    assert.match(document, /"\/api\/auth\/login"/)
    assert.doesNotMatch(document, /\/~/, 'where the router keeps it is told to nobody')
    for (const path of [
      '/~starter/api/health',
      '/%7Estarter/api/health',
      '/%7estarter/api/health',
      '//~starter/api/health',
      'http://x/~starter/api/health',
      'http://x/%7Estarter/api/health',
      '/./~starter/api/health',
      '/x/../~starter/api/health',
    ]) {
      const answer = await sendRaw(own.url, rawRequest(`GET ${path} HTTP/1.1`, []))
      assert.doesNotMatch(answer, /"status":"ok"/, path)
    }
  } finally {
    await own.close()
  }
})

test('D3: what people call themselves stays text in the HTML of a mail', async () => {
  const nasty = `o'x&y/{{7*7}}=$\`${newName()}`
  const email = `${nasty}@example.com`
  const person = await joinMainWithPassword(server)
  const asked = await person.visitor.post('/api/account/email', { newEmail: email, password: PASSWORD })
  assert.equal(asked.status, 200, asked.text)
  const first = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(person.email) && /about to change/.test(subject),
  )
  assert.match(first.text, /o'x&y\/\{\{7\*7\}\}/)
  assert.match(first.html, /o'x&amp;y\/\{\{7\*7\}\}/)
  assert.doesNotMatch(first.html, /x&y/)
  for (const tag of [`<b>${newName()}</b>@example.com`, `"><script>@example.com`, `a@<img src=x>.com`]) {
    const refused = await server
      .visitor()
      .post('/starter/api/auth/register', { username: newName(), email: tag, password: PASSWORD })
    assert.equal(refused.status, 400, tag)
  }
})

test('D3: a name, a user agent or an address with HTML in it comes back as JSON, never as a page', async () => {
  const { visitor } = await joinMain(server)
  const name = '<img src=x onerror=alert(1)>'
  const headers = { 'user-agent': '<script>alert(2)</script>' }
  assert.equal((await visitor.patch('/api/account', { name }, { headers })).body.account.name, name)
  const second = server.visitor()
  const asked = await second.send('GET', '/api/account/sessions', {
    headers: { cookie: [...visitor.jar].map(([key, value]) => `${key}=${value}`).join('; ') },
  })
  assert.equal(asked.status, 200)
  for (const path of [
    '/api/account',
    '/api/account/sessions',
    '/api/nothing',
    `/api/${encodeURIComponent(name)}`,
  ]) {
    const answer = await visitor.get(path)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/(problem\+)?json/)
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  }
  for (const path of ['/', `/sign-in?next=${encodeURIComponent(name)}`, `/${encodeURIComponent(name)}`]) {
    const page = await server.visitor().get(path)
    assert.doesNotMatch(page.text, /<img src=x|alert\(/)
    if (!/html/.test(page.headers.get('content-type') ?? '')) continue
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self'(;|$)/)
    assert.equal(page.headers.get('x-frame-options'), 'DENY')
  }
})

test('D5: forwarding headers of callers are not believed, whatever they are called', async () => {
  const { visitor } = await joinMain(server)
  const before = await seenAddress(visitor, {})
  const sent: Record<string, string>[] = [
    { 'x-forwarded-for': '203.0.113.9' },
    { 'x-forwarded-for': '203.0.113.9, 127.0.0.1' },
    { forwarded: 'for=203.0.113.9' },
    { 'x-real-ip': '203.0.113.9' },
    { 'x-client-ip': '203.0.113.9' },
    { 'cf-connecting-ip': '203.0.113.9' },
    { 'true-client-ip': '203.0.113.9' },
    { x_forwarded_for: '203.0.113.9' },
  ]
  for (const headers of sent) {
    assert.equal(await seenAddress(visitor, headers), before, JSON.stringify(headers))
  }
})

/** The address that is written down when somebody signs in with these headers. */
async function seenAddress(visitor: Visitor, headers: Record<string, string>): Promise<string | null> {
  const before = await behind.db
    .selectFrom('action_log')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirstOrThrow()
  const answer = await visitor.patch('/api/account', { name: 'x' }, { headers })
  assert.equal(answer.status, 200, answer.text)
  const row = await behind.db
    .selectFrom('action_log')
    .select('address')
    .where('id', '>', before.id)
    .executeTakeFirstOrThrow()
  return row.address
}

test('D5: a trusted proxy is believed for the hop that it saw, and not for what its caller wrote', async () => {
  const proxied = await startLatchkey({ env: { TRUST_PROXY: '127.0.0.1, 10.0.0.0/8', RATE_LIMIT: 'on' } })
  try {
    await register(proxied)
    const guess = (forwarded: string) =>
      proxied
        .visitor()
        .post(
          '/starter/api/auth/login',
          { username: newName(), password: 'wrong' },
          { headers: { 'x-forwarded-for': forwarded } },
        )
    const remaining = async (forwarded: string): Promise<number> =>
      Number((await guess(forwarded)).headers.get('x-ratelimit-remaining'))
    const first = await remaining('203.0.113.9')
    assert.equal(await remaining('198.51.100.1, 203.0.113.9'), first - 1, 'what stands left of it is a claim')
    assert.equal(await remaining('198.51.100.2, 203.0.113.9, 10.1.2.3'), first - 2, 'through two proxies')
    assert.equal(await remaining('::ffff:203.0.113.9'), first - 3, 'one address has one spelling')
    assert.equal(await remaining('203.0.113.10'), first, 'somebody else has a budget of their own')
    const six = await remaining('2001:db8:1:2::1')
    assert.equal(await remaining('2001:db8:1:2:ffff::9'), six - 1, 'one /64 is one caller')
    assert.equal(await remaining('2001:0DB8:0001:0002:0:0:0:abcd'), six - 2)
    assert.equal(await remaining('2001:db8:1:3::1'), six, 'the next /64 is another')
    const broken = await remaining('no address')
    for (const text of ['', '203.0.113.9x', '0x7f.1', '999.1.1.1', '203.0.113.7,, ']) {
      assert.ok((await remaining(text)) < broken, `${text}: the proxy itself is the last that is known`)
    }
  } finally {
    await proxied.close()
  }
})

test('D5: spellings of one address are one address, and what does not parse is none', () => {
  const resolve = addressResolver(['10.0.0.0/8', '::1/128'])
  for (const [socket, forwarded, address, block] of [
    ['::ffff:192.0.2.1', undefined, '192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '203.0.113.9', '192.0.2.1', '192.0.2.1'],
    ['10.0.0.1', '203.0.113.9', '203.0.113.9', '203.0.113.9'],
    ['10.0.0.1', '203.0.113.9, 10.9.9.9', '203.0.113.9', '203.0.113.9'],
    ['10.0.0.1', '10.9.9.9', '10.9.9.9', '10.9.9.9'],
    ['10.0.0.1', '127.1', '10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '0300.0250.0.1', '10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1', '2001:db8:0:0::/64'],
    ['10.0.0.1', 'fe80::1%eth0', 'fe80::1', 'fe80:0:0:0::/64'],
    ['10.0.0.1', 'unknown', '10.0.0.1', '10.0.0.1'],
    ['::1', '2001:db8:0:0:1::2', '2001:db8::1:0:0:2', '2001:db8:0:0::/64'],
    ['', undefined, 'unknown', 'unknown'],
  ] as const) {
    assert.deepEqual(resolve(socket, forwarded), { address, block }, `${socket} ${forwarded}`)
  }
})

test('D6: a request that changes something is refused from any other origin, and lets nobody in', async () => {
  const person = await register(server)
  const { port } = new URL(server.url)
  const refused: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: `${server.url}.evil.example` },
    { origin: server.url.replace('http:', 'https:') },
    { origin: server.url.replace(port, String(Number(port) + 1)) },
    { origin: 'http://localhost' },
    { origin: 'file://' },
    { origin: `http://user@localhost:${port}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'none' },
  ]
  const before = await countRows(behind.db)
  for (const headers of refused) {
    for (const [path, body] of [
      ['/starter/api/auth/login', { username: person.username, password: PASSWORD }],
      ['/starter/api/auth/logout', undefined],
      ['/starter/api/auth/send-code', { email: person.email }],
      [
        '/starter/api/auth/register',
        { username: newName(), email: `${newName()}@example.com`, password: PASSWORD },
      ],
      ['/api/sign-in/password', { identifier: 'operator@example.com', password: PASSWORD }],
      ['/api/sign-out', undefined],
      [`/api/admin/accounts/${operator.uid}/disable`, undefined],
    ] as const) {
      const visitor = path.startsWith('/starter') ? person.visitor : operator
      const answer = await visitor.post(path, body, { headers })
      assert.equal(answer.status, 403, `${path} with ${JSON.stringify(headers)}: ${answer.text}`)
      assert.equal(answer.cookies.size, 0, 'and sets no cookie')
      assert.equal(answer.headers.get('access-control-allow-origin'), null)
    }
    const deleted = await person.visitor.delete('/starter/api/auth/account', { headers })
    assert.equal(deleted.status, 403)
  }
  assert.deepEqual(await countRows(behind.db), before, 'nothing was written')
  assert.equal((await me(person.visitor)).status, 200, 'nobody was signed out')
  assert.equal((await ownAccount(operator)).status, 200)
})

test('D6: from its own origin, and from a program without one, it is done', async () => {
  const { username } = await register(server)
  const { port } = new URL(server.url)
  const sent: Record<string, string>[] = [
    {},
    { origin: server.url },
    { origin: `http://127.0.0.1:${port}` },
    { origin: `HTTP://LOCALHOST:${port}` },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: server.url, 'sec-fetch-site': 'same-origin' },
  ]
  for (const headers of sent) {
    const answer = await server
      .visitor()
      .post('/starter/api/auth/login', { username, password: PASSWORD }, { headers })
    assert.equal(answer.status, 200, `${JSON.stringify(headers)}: ${answer.text}`)
  }
})

test('D6: a form of another site cannot post: its content types are not read, and a preflight is not granted', async () => {
  const { username } = await register(server)
  const forms: [string, string][] = [
    ['application/x-www-form-urlencoded', `username=${username}&password=${PASSWORD}`],
    [
      'multipart/form-data; boundary=x',
      `--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n${username}\r\n--x--`,
    ],
    ['text/plain', JSON.stringify({ username, password: PASSWORD })],
    ['text/plain; application/json', JSON.stringify({ username, password: PASSWORD })],
    ['application/jsonx', JSON.stringify({ username, password: PASSWORD })],
  ]
  for (const [type, body] of forms) {
    const headers = { 'content-type': type }
    const answer = await server.visitor().send('POST', '/starter/api/auth/login', { headers, body })
    assert.equal(answer.status, 415, type)
    assert.equal(answer.cookies.size, 0)
  }
  const preflight = await server.visitor().send('OPTIONS', '/api/account', {
    headers: {
      origin: 'https://evil.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'content-type',
    },
  })
  for (const name of ['origin', 'methods', 'headers', 'credentials']) {
    assert.equal(preflight.headers.get(`access-control-allow-${name}`), null)
  }
})

test('D6: an invited origin may read and write, its name is given back exactly, and its look-alikes may not', async () => {
  const open = await startLatchkey({ env: { CORS_ORIGINS: 'https://app.example.org' } })
  try {
    for (const [origin, allowed] of [
      ['https://app.example.org', 'https://app.example.org'],
      ['https://app.example.org.evil.example', null],
      ['https://evil-app.example.org', null],
      ['http://app.example.org', null],
      ['https://app.example.org:8443', null],
      ['https://APP.example.org', 'https://app.example.org'],
    ] as const) {
      const answer = await open.visitor().get('/api/start', { headers: { origin } })
      assert.equal(answer.headers.get('access-control-allow-origin'), allowed, origin)
      const post = await open
        .visitor()
        .post('/api/sign-in/code', { email: 'a@example.com' }, { headers: { origin } })
      assert.equal(post.status, allowed ? 200 : 403, origin)
    }
  } finally {
    await open.close()
  }
})

test('D6: where a cookie came twice with two values nobody is signed in, whichever came first', async () => {
  const [victim, attacker] = [await register(server), await register(server)]
  const [mine, planted] = [victim.visitor.jar.get('token'), attacker.visitor.jar.get('token')]
  for (const cookie of [
    `token=${planted}; token=${mine}`,
    `token=${mine}; token=${planted}`,
    `token=x; token=${mine}`,
    `token="${planted}"; token=${mine}`,
    ` token =${planted};token=${mine}`,
  ]) {
    const answer = await server.visitor().get('/starter/api/auth/me', { headers: { cookie } })
    assert.equal(answer.status, 401, cookie.slice(0, 20))
    assert.doesNotMatch(answer.text, /"id"/)
  }
  const twice = { headers: { cookie: `token=${mine}; token=${mine}` } }
  assert.equal(
    (await server.visitor().get('/starter/api/auth/me', twice)).status,
    200,
    'one value twice is one',
  )
  const empty = { headers: { cookie: `token=; token=${mine}` } }
  assert.equal((await server.visitor().get('/starter/api/auth/me', empty)).status, 200)
})

test('D6: over https our own cookie has the prefix that no sibling domain can set', async () => {
  const secure = await startLatchkey({ env: { PUBLIC_URL: 'https://id.example.org' } })
  try {
    const visitor = secure.visitor()
    const answer = await visitor.post('/api/setup', {
      name: 'The operator',
      email: 'operator@example.com',
      password: PASSWORD,
      setupCode: secure.server.house.setupCode,
    })
    const line = answer.cookies.get('__Host-latchkey')?.line ?? ''
    assert.match(line, /; Path=\/;.*HttpOnly; Secure; SameSite=Lax$/)
    assert.doesNotMatch(line, /Domain=/)
    const token = answer.cookies.get('__Host-latchkey')?.value ?? ''
    const tossed = secure.visitor()
    tossed.jar.set('latchkey', token)
    assert.equal((await tossed.get('/api/account')).status, 401, 'under the plain name it is nothing')
  } finally {
    await secure.close()
  }
})

test('D7: headers and cookies that make no sense are neither an error of ours nor a way in', async () => {
  const person = await register(server)
  const good = person.visitor.jar.get('token')
  const broken = [
    '%',
    '%E0%A4%A',
    '"',
    '"x',
    ';;;',
    '=;=',
    'token',
    'token==x',
    '\u00ff\u00fe',
    '{"a":1}',
    'a=b; %=%',
    `x=${'y'.repeat(4_000)}`,
  ]
  for (const cookie of broken) {
    const alone = await sendRaw(
      server.url,
      rawRequest('GET /starter/api/auth/me HTTP/1.1', [`Cookie: ${cookie}`]),
    )
    assert.equal(statusOf(alone), 401, cookie.slice(0, 30))
    const beside = await sendRaw(
      server.url,
      rawRequest('GET /starter/api/auth/me HTTP/1.1', [`Cookie: ${cookie}; other=1; token=${good}`]),
    )
    const expected = cookie.includes('token=') ? 401 : 200
    assert.equal(statusOf(beside), expected, `a broken neighbour is left alone: ${cookie.slice(0, 30)}`)
  }
  for (const authorization of [
    'Bearer',
    'Bearer ',
    'bearer  x y',
    'Basic OjE=',
    'Bearer \u00ff',
    'Digest x',
    `Bearer ${'.'.repeat(5_000)}`,
  ]) {
    const answer = await sendRaw(
      server.url,
      rawRequest('GET /api/account HTTP/1.1', [`Authorization: ${authorization}`]),
    )
    assert.equal(statusOf(answer), 401, authorization.slice(0, 20))
  }
  for (const header of [
    'Accept-Language: *;q=x,,,\u00ff',
    'Content-Type: ;;;',
    'X-Request-ID: <script>',
    'X-Request-ID: ',
    'Origin: %%%',
    'User-Agent: \u00ff\u00fe',
    'Accept: x',
    'Range: bytes=0-0,-1',
    'If-None-Match: "',
    'Content-Encoding: gzip',
    'Expect: 200-ok',
  ]) {
    const body = JSON.stringify({ email: person.email })
    const raw = rawRequest('POST /starter/api/auth/send-code HTTP/1.1', [header], body)
    const answer = await sendRaw(server.url, raw)
    assert.ok(statusOf(answer) < 500, `${header}: ${answer.slice(0, 100)}`)
    assert.doesNotMatch(answer, /<script>/)
  }
})

test('D7: an id in a path is looked for as it is, and what is none is not there', async () => {
  const ids = [
    '%00',
    '%ff',
    "'%20or%201=1--",
    '..%2f..%2fx',
    '%2e%2e',
    'x'.repeat(100),
    '%F0%9F%98%80',
    '1',
    '-1',
    '%25',
    'null',
    '%7B%7D',
  ]
  for (const id of ids) {
    for (const [method, path] of [
      ['DELETE', `/api/account/sessions/${id}`],
      ['POST', `/api/admin/accounts/${id}/disable`],
      ['POST', `/api/admin/accounts/${id}/enable`],
    ] as const) {
      const answer = await operator.send(method, path)
      assert.ok([400, 404].includes(answer.status), `${method} ${path}: ${answer.status} ${answer.text}`)
    }
  }
  assert.equal((await ownAccount(operator)).status, 200)
})

test('D7: request lines that no browser sends are refused, and the server goes on', async () => {
  for (const line of [
    'GET /starter/api/auth/me%00 HTTP/1.1',
    'GET /%c0%ae%c0%ae/ HTTP/1.1',
    'GET /%zz HTTP/1.1',
    'GET // HTTP/1.1',
    'GET /api//account HTTP/1.1',
    'GET /api/../api/account HTTP/1.1',
    'GET * HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'TRACE /api/account HTTP/1.1',
    'CONNECT evil.example:443 HTTP/1.1',
    'get /api/account HTTP/1.1',
    'GET /api/account HTTP/9.9',
    `GET /${'x'.repeat(15_000)} HTTP/1.1`,
  ]) {
    const answer = await sendRaw(server.url, rawRequest(line, []))
    const status = statusOf(answer)
    assert.ok(answer === '' || status < 500 || status === 505, `${line}: ${answer.slice(0, 100)}`)
    assert.doesNotMatch(answer, /"account":|"user":/)
  }
  const smuggled = await sendRaw(
    server.url,
    'POST /api/sign-out HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /api/start HTTP/1.1\r\nHost: x\r\n\r\n',
  )
  assert.equal(statusOf(smuggled), 400)
  assert.doesNotMatch(smuggled, /setupDue/)
  assert.equal((await server.visitor().get('/livez')).status, 200)
})

test('D9: what looks like SQL is text to every field', async () => {
  const victim = await register(server)
  const before = await countRows(behind.db)
  const probes = [
    "' or '1'='1",
    "'; drop table session; --",
    '" or ""="',
    '%',
    '_',
    '\\',
    '$1',
    '?',
    'admin\u2019--',
  ]
  for (const probe of probes) {
    const attempts = [
      login(server.visitor(), probe, probe),
      login(server.visitor(), victim.username, probe),
      login(server.visitor(), `${probe}@example.com`, probe),
      server.visitor().post('/api/sign-in/password', { identifier: probe, password: probe }),
      server.visitor().post('/starter/api/auth/reset-password', { token: probe, password: PASSWORD }),
      server.visitor().post('/api/email-confirmation', { realm: probe, token: probe, answer: 'mine' }),
      server.visitor().post('/api/recovery', { email: `${newName()}@example.com`, realm: probe }),
    ]
    for (const { status, text, cookies } of await Promise.all(attempts)) {
      assert.ok(status < 500, text)
      assert.ok(![...cookies.keys()].some((name) => name === 'token' || name === 'latchkey'), text)
    }
  }
  const after = await countRows(behind.db)
  assert.deepEqual({ ...after, one_time_secret: 0 }, { ...before, one_time_secret: 0 })
  assert.equal((await me(victim.visitor)).status, 200)
})

test('D11: an address cannot carry a second one, or a header', async () => {
  const local = newName()
  const before = server.smtp.mails.length
  for (const email of [
    `${local}@example.com\r\nBcc: evil@evil.example`,
    `${local}@example.com\nevil@evil.example`,
    `${local}\r\nBcc:evil@evil.example`,
    `${local}@example.com,evil@evil.example`,
    `${local}@example.com;evil@evil.example`,
    `${local}@example.com evil@evil.example`,
    `${local}@example.com>`,
    `<${local}@example.com> SIZE=1`,
    `${local}@example.com\u2028`,
    `${local}@exam\r\nple.com`,
    `${local}%0d%0aBcc@exam\rple.com`,
  ]) {
    for (const path of ['/starter/api/auth/send-code', '/starter/api/auth/forgot-password']) {
      const answer = await server.visitor().post(path, { email })
      assert.equal(answer.status, 400, JSON.stringify(email))
    }
    // Outer blanks are cut at our own API, line ends among them: what is left is the address itself.
    if (email.trim() !== email) continue
    const ours = await server.visitor().post('/api/sign-in/code', { email })
    assert.equal(ours.status, 422, JSON.stringify(email))
  }
  const name = 'Mallory\r\nBcc: evil@evil.example'
  const { visitor } = await joinMain(server)
  assert.equal((await visitor.patch('/api/account', { name })).status, 200)
  const email = `${local}%0d%0abcc+x@example.com`
  assert.equal((await server.visitor().post('/starter/api/auth/send-code', { email })).status, 200)
  const mail = await server.smtp.waitForMail(email)
  assert.deepEqual(mail.to, [email])
  assert.deepEqual(
    Object.keys(mail.headers).filter((header) => /^(b?cc)$/i.test(header)),
    [],
  )
  const others = server.smtp.mails
    .slice(before)
    .filter(({ to }) => to.some((address) => /evil/.test(address)))
  assert.deepEqual(others, [])
})

test('D12: keys that reach for an object’s prototype change nothing, here or later', async () => {
  const { visitor } = await joinMain(server)
  for (const body of [
    '{"__proto__":{"role":"admin","isAdmin":true},"name":"x"}',
    '{"constructor":{"prototype":{"role":"admin"}},"name":"x"}',
    '{"name":"x","\\u005f_proto__":{"role":"admin"}}',
  ]) {
    const headers = { 'content-type': 'application/json' }
    const answer = await visitor.send('PATCH', '/api/account', { headers, body })
    assert.ok([200, 400].includes(answer.status), answer.text)
    assert.equal((await ownAccount(visitor)).body.account.role, 'user')
    const forbidden = await visitor.post(`/api/admin/accounts/${operator.uid}/disable`)
    assert.equal(forbidden.status, 403)
  }
  assert.equal(({} as { role?: string }).role, undefined)
  for (const email of ['__proto__@example.com', 'constructor@example.com', 'toString@example.com']) {
    assert.equal((await server.visitor().post('/api/sign-in/code', { email })).status, 200)
  }
  for (const realm of ['__proto__', 'constructor', 'toString']) {
    const answer = await server.visitor().post('/api/recovery', { email: 'a@example.com', realm })
    assert.deepEqual([answer.status, answer.body], [200, { sent: true }])
    const body = { realm, token: 'x', newPassword: PASSWORD }
    assert.equal((await server.visitor().post('/api/recovery/complete', body)).status, 410)
  }
})
