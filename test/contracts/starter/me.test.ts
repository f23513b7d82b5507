import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose'
import { DAY_MS, MINUTE_MS } from '../../../engine/clock.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { askForCode, assertProblem, assertUser, newPerson, signUp, uidIn, withToken } from './support.ts'

const PATH = '/starter/api/auth/me'
const INVALID = 'Invalid or expired token'

// Two apps of one realm, and one of another.
const yaml = `
apps:
  - { contract: starter, prefix: /starter }
  - { contract: starter, name: sibling, realm: starter, prefix: /sibling }
  - { contract: starter, name: stranger, realm: strangers, prefix: /stranger }
`

let server: TestServer
let alice: Awaited<ReturnType<typeof signUp>>
before(async () => {
  server = await startLatchkey({ yaml })
  alice = await signUp(server)
})
after(() => server.close())

const me = (cookie?: string) =>
  server.visitor().get(PATH, cookie === undefined ? {} : { headers: { cookie } })
const meWith = (token: string) => server.visitor().get(PATH, withToken(token))

test('me shows the user of the session', async () => {
  const answer = await alice.visitor.get(PATH)
  assertUser(answer, 200, alice)
  assert.deepEqual(answer.body, alice.answer.body)
  assert.equal(answer.headers.getSetCookie().length, 0)
})

test('me answers HEAD', async () => {
  assert.equal((await alice.visitor.send('HEAD', PATH)).status, 200)
  assert.equal((await server.visitor().send('HEAD', PATH)).status, 401)
})

test('without the cookie, or with an empty one, it is 401 Authentication required', async () => {
  for (const cookie of [
    undefined,
    'token=',
    'token',
    'token=""',
    'token= ; a=b',
    `Token=${alice.token}`,
    `tokens=${alice.token}`,
    `xtoken=${alice.token}`,
  ]) {
    assertProblem(await me(cookie), 401, 'Authentication required')
  }
})

test('a bearer token alone is 401 Authentication required, and beside the cookie it is not looked at', async () => {
  for (const authorization of [`Bearer ${alice.token}`, `bearer ${alice.token}`, 'Basic YTpi']) {
    assertProblem(
      await server.visitor().get(PATH, { headers: { authorization } }),
      401,
      'Authentication required',
    )
    assertUser(await alice.visitor.get(PATH, { headers: { authorization } }), 200, alice)
  }
  assertProblem(await server.visitor().get(`${PATH}?token=${alice.token}`), 401, 'Authentication required')
})

test('malformed cookies beside the token are ignored', async () => {
  for (const other of [
    '=',
    'a',
    'a=b=c',
    '%',
    'x="',
    'x=a,b',
    'x={"a":1}',
    'na me=v',
    ';;',
    'x=%zz',
    'x=\u00ff',
    '__proto__=1',
  ]) {
    assertUser(await me(`${other}; token=${alice.token}`), 200, alice)
    assertUser(await me(`token=${alice.token}; ${other}`), 200, alice)
  }
  assertUser(await me(`  token = ${alice.token} `), 200, alice)
  assertUser(await me(`token="${alice.token}"`), 200, alice)
})

test('the cookie twice is fine with one value, and 401 with two', async () => {
  const bob = await signUp(server)
  assertUser(await me(`token=${alice.token}; token=${alice.token}`), 200, alice)
  assertUser(await me(`token=; token=${alice.token}`), 200, alice)
  assertProblem(await me(`token=${alice.token}; token=${bob.token}`), 401, INVALID)
  assertProblem(await me(`token=${bob.token}; token=${alice.token}`), 401, INVALID)
  assertProblem(await me(`token=rubbish; token=${alice.token}`), 401, INVALID)
})

test('what is no token is 401', async () => {
  const [head = '', body = '', signature = ''] = alice.token.split('.')
  for (const token of [
    'rubbish',
    'a.b.c',
    '..',
    '...',
    head,
    `${head}.${body}`,
    `${head}.${body}.`,
    `${head}..${signature}`,
    `.${body}.${signature}`,
    `${alice.token}.`,
    `${alice.token}x`,
    `${alice.token}=`,
    alice.token.toLowerCase(),
    `${head}.${body}.${signature.slice(0, -4)}`,
    `${head}.${body}.${[...signature].reverse().join('')}`,
    encodeURIComponent(`${alice.token}\n`),
    'x'.repeat(4_000),
    'undefined',
    'null',
    '%00',
  ]) {
    assertProblem(await meWith(token), 401, INVALID)
  }
})

test('a token whose claims were changed is 401', async () => {
  const bob = await signUp(server)
  const [head, body, signature] = alice.token.split('.')
  const [, bobs] = bob.token.split('.')
  assertProblem(await meWith(`${head}.${bobs}.${signature}`), 401, INVALID)
  const claims = claimsOf(alice.token)
  for (const changes of [
    { sub: uidIn(bob.token) },
    { exp: Number(claims.exp) + 1 },
    { sid: 'x' },
    { aud: 'sibling' },
  ]) {
    const changed = encode({ ...claims, ...changes })
    assertProblem(await meWith(`${head}.${changed}.${signature}`), 401, INVALID)
  }
  assertUser(await meWith(`${head}.${body}.${signature}`), 200, alice)
})

test('alg none, however it is written, is 401', async () => {
  const { kid, typ } = headerOf(alice.token)
  const [, body, signature] = alice.token.split('.')
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, undefined, 0]) {
    for (const end of ['', signature]) {
      assertProblem(await meWith(`${encode({ alg, kid, typ })}.${body}.${end}`), 401, INVALID)
    }
  }
})

test('a token signed with another key is 401, under our key id, another, and none', async () => {
  const { kid, typ } = headerOf(alice.token)
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const claims = claimsOf(alice.token)
  for (const header of [
    { alg: 'ES256', kid, typ },
    { alg: 'ES256', kid: 'unknown', typ },
    { alg: 'ES256', kid: '../../secret', typ },
    { alg: 'ES256', typ },
    { alg: 'ES256', kid, typ, jwk: await exportJWK(publicKey) },
    { alg: 'ES256', kid, typ, jku: `${server.url}/starter/.well-known/jwks.json` },
  ]) {
    const forged = await new SignJWT(claims).setProtectedHeader(header as { alg: string }).sign(privateKey)
    assertProblem(await meWith(forged), 401, INVALID)
  }
})

test('a token signed by HMAC with our public key as the secret is 401', async () => {
  const { kid, typ } = headerOf(alice.token)
  const { body: jwks } = await server.visitor().get('/starter/.well-known/jwks.json')
  const jwk = jwks.keys.find((key: { kid: string }) => key.kid === kid)
  assert.ok(jwk)
  const pem = await exportSPKI((await importJWK(jwk, 'ES256')) as CryptoKey)
  for (const alg of ['HS256', 'HS384', 'HS512']) {
    for (const secret of [pem, pem.trim(), JSON.stringify(jwk), jwk.x, Buffer.from(jwk.x, 'base64url')]) {
      const signed = `${encode({ alg, kid, typ })}.${encode(claimsOf(alice.token))}`
      const signature = createHmac(alg.replace('HS', 'sha'), secret).update(signed).digest('base64url')
      assertProblem(await meWith(`${signed}.${signature}`), 401, INVALID)
    }
  }
})

test('a token of another app in the same realm is 401', async () => {
  const { username, password } = alice
  const visitor = server.visitor()
  const answer = await visitor.post('/sibling/api/auth/login', { username, password })
  assert.equal(answer.status, 200, 'An account belongs to its realm, not to one app of it.')
  const token = visitor.jar.get('token') ?? ''
  assert.equal((await server.visitor().get('/sibling/api/auth/me', withToken(token))).status, 200)
  assertProblem(await meWith(token), 401, INVALID)
  assertProblem(await server.visitor().get('/sibling/api/auth/me', withToken(alice.token)), 401, INVALID)
})

test('a token of another realm is 401, also where name and address are the same', async () => {
  const { username, email, password } = alice
  const theirs = await signUp(server, { username, email, password }, '/stranger')
  assert.equal((await server.visitor().get('/stranger/api/auth/me', withToken(theirs.token))).status, 200)
  assertProblem(await meWith(theirs.token), 401, INVALID)
  assertProblem(await server.visitor().get('/stranger/api/auth/me', withToken(alice.token)), 401, INVALID)
})

test('a token of the account that owns the server is 401 here', async () => {
  const own = await startLatchkey()
  try {
    const operator = await setUp(own)
    const token = operator.jar.get('latchkey') ?? ''
    assert.equal((await operator.get('/api/account')).status, 200)
    assertProblem(await own.visitor().get(PATH, withToken(token)), 401, INVALID)
  } finally {
    await own.close()
  }
})

test('a token of another installation is 401', async () => {
  const other = await startLatchkey()
  try {
    const { token } = await signUp(other)
    assertProblem(await meWith(token), 401, INVALID)
  } finally {
    await other.close()
  }
})

test('a session lasts seven days, and not longer for being used', async () => {
  const own = await startLatchkey()
  try {
    const person = await signUp(own)
    for (let day = 1; day < 7; day++) {
      own.clock.advance(DAY_MS)
      assertUser(await person.visitor.get(PATH), 200, person)
    }
    own.clock.advance(DAY_MS - MINUTE_MS)
    assertUser(await person.visitor.get(PATH), 200, person)
    own.clock.advance(MINUTE_MS + 1_000)
    assertProblem(await person.visitor.get(PATH), 401, INVALID)
  } finally {
    await own.close()
  }
})

test('after the account is deleted its tokens are 401 User not found', async () => {
  const person = await signUp(server)
  const { username, password } = person
  const other = server.visitor()
  await other.post('/starter/api/auth/login', { username, password })
  assert.equal((await other.get(PATH)).status, 200)
  assert.equal((await person.visitor.delete('/starter/api/auth/account')).status, 200)
  assertProblem(await meWith(person.token), 401, 'User not found')
  assertProblem(await other.get(PATH), 401, 'User not found')
})

test('a disabled account is out at once, and no way in is left until it is enabled', async () => {
  const own = await startLatchkey()
  try {
    const operator = await setUp(own)
    const person = await signUp(own)
    const { username, email, password, token } = person
    const uid = uidIn(token)
    assert.equal((await own.visitor().get(PATH, withToken(token))).status, 200)
    const early = await askForCode(own, email)
    const disabled = await operator.post(`/api/admin/accounts/${uid}/disable`)
    assert.equal(disabled.status, 200, disabled.text)

    assertProblem(await own.visitor().get(PATH, withToken(token)), 401, INVALID)
    const visitor = own.visitor()
    assertProblem(
      await visitor.post('/starter/api/auth/login', { username, password }),
      401,
      'Invalid credentials',
    )
    assertProblem(
      await visitor.post('/starter/api/auth/login', { username, password: 'wrong' }),
      401,
      'Invalid credentials',
    )
    const early401 = await visitor.post('/starter/api/auth/verify-code', { email, code: early })
    assertProblem(early401, 401, 'Invalid or expired code')
    const code = await sentOrNot(own, email)
    const late401 = await visitor.post('/starter/api/auth/verify-code', { email, code })
    assertProblem(late401, 401, 'Invalid or expired code')
    for (const taken of [newPerson({ username }), newPerson({ email })]) {
      const answer = await visitor.post('/starter/api/auth/register', taken)
      assertProblem(answer, 409, 'Username or email already taken')
    }

    assert.equal((await operator.post(`/api/admin/accounts/${uid}/enable`)).status, 200)
    assertProblem(await own.visitor().get(PATH, withToken(token)), 401, INVALID)
    assertUser(await visitor.post('/starter/api/auth/login', { username, password }), 200, person)
  } finally {
    await own.close()
  }
})

/** The answer to send-code is the same for a disabled account; a code that comes all the same must not work. */
async function sentOrNot(own: TestServer, email: string): Promise<string> {
  const answer = await own.visitor().post('/starter/api/auth/send-code', { email })
  assert.deepEqual(answer.body, { sent: true })
  // Mail goes out in order: when this one is here, an earlier one is too.
  await askForCode(own, newPerson().email)
  const mail = own.smtp.mails.findLast(
    ({ to, subject }) => to.includes(email) && subject === 'Your login code',
  )
  return mail?.text.match(/\b\d{6}\b/)?.[0] ?? '000000'
}

async function setUp(own: TestServer) {
  const operator = own.visitor()
  const answer = await operator.post('/api/setup', {
    name: 'Olga',
    email: 'olga@example.com',
    password: 'plum zither quartz 42',
  })
  assert.equal(answer.status, 201, answer.text)
  return operator
}

function headerOf(token: string): { alg: string; kid: string; typ: string } {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
