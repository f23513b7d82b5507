import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import {
  assertBad,
  assertEmpty,
  assertInvalid,
  assertProblem,
  assertUnauthorized,
  BASE,
  bearer,
  isLive,
  login,
  newcomer,
  newUser,
  register,
  signIn,
  startCommunity,
} from './support.ts'

const HOUR_MS = 3_600_000
const ME = `${BASE}/v0/user/me`
const LOGOUT = `${BASE}/v0/auth/logout`

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

const withoutExpiry = (line = ''): string => line.replace(/; Expires=[^;]+/, '')

test('a login answers nothing but a cookie: until the browser closes, or for 720 hours', async () => {
  const person = await newcomer(server)
  for (const [more, age] of [
    [{}, ''],
    [{ remember_me: false }, ''],
    [{ remember_me: true }, ' Max-Age=2592000;'],
  ] as const) {
    const answer = await login(server.visitor(), person, more)
    assertEmpty(answer)
    const { value, line } = answer.cookies.get('session_id') ?? {}
    assert.equal(withoutExpiry(line), `session_id=${value};${age} Path=/; HttpOnly; Secure; SameSite=Lax`)
    // Simple clients read the first alone.
    assert.match(answer.headers.getSetCookie()[0] ?? '', /^session_id=/)
  }
})

test('in development the cookie comes back over plain HTTP; a cookie domain is for production', async () => {
  for (const [env, wanted] of [
    [{ ENVIRONMENT: 'development', COOKIE_DOMAIN: 'example.org' }, ' Path=/; HttpOnly; SameSite=Lax'],
    [{ ENVIRONMENT: 'development', COOKIE_SECURE: 'true' }, ' Path=/; HttpOnly; Secure; SameSite=None'],
    [{ COOKIE_SECURE: 'false' }, ' Path=/; HttpOnly; SameSite=Lax'],
    [{ COOKIE_DOMAIN: 'example.org' }, ' Path=/; Domain=example.org; HttpOnly; Secure; SameSite=Lax'],
  ] as const) {
    const other = await startCommunity({ env })
    try {
      const { email, password } = await newcomer(other)
      const { cookies } = await login(other.visitor(), { email, password })
      const { value, line } = cookies.get('session_id') ?? {}
      assert.equal(line, `session_id=${value};${wanted}`)
    } finally {
      await other.close()
    }
  }
})

test('the address is taken whatever its case and the blanks around it; nobody has to have verified it', async () => {
  const { email, password } = await newcomer(server)
  assertEmpty(await login(server.visitor(), { email: ` ${email.toUpperCase()} `, password }))
})

test('an unknown address, a wrong password, and a handle in place of an address', async () => {
  const { email, handle, password } = await newcomer(server)
  const visitor = server.visitor()
  for (const [who, tried] of [
    [email, 'wrong'],
    [email, ''],
    [email, 'x'.repeat(2_000)],
    [email, password.toUpperCase()],
    ['nobody@example.com', password],
  ] as const) {
    const answer = await login(visitor, { email: who, password: tried })
    assertProblem(answer, 401, 'auth:invalid_credentials')
    assert.equal(answer.cookies.has('session_id'), false)
  }
  assertInvalid(await login(visitor, { email: handle, password }))
})

test('a bad body', async () => {
  const { email, password } = await newcomer(server)
  const visitor = server.visitor()
  const path = `${BASE}/v0/auth/login`
  for (const body of [
    undefined,
    {},
    { email },
    { password },
    { email: 1, password },
    { email, password: null },
    { email, password, remember_me: 'true' },
    { email, password, remember_me: 1 },
  ]) {
    assertBad(await visitor.post(path, body))
  }
})

test('whoever is signed in has a session by cookie or as a bearer token; the cookie wins', async () => {
  const [one, other] = [await newcomer(server), await newcomer(server)]
  assert.equal((await one.visitor.get(ME)).body.email, one.email)
  assert.equal((await server.visitor().get(ME, bearer(other.session))).body.email, other.email)
  assert.equal((await one.visitor.get(ME, bearer(other.session))).body.email, one.email)
  const cookie = 'session_id=nonsense'
  const headers = { cookie, authorization: `Bearer ${other.session}` }
  assertUnauthorized(await server.visitor().get(ME, { headers }))
})

test('without a session, or with nonsense, and before any body is read', async () => {
  const visitor = server.visitor()
  for (const what of [{}, bearer('nonsense'), bearer(''), { headers: { cookie: 'session_id=x' } }]) {
    assertUnauthorized(await visitor.get(ME, what))
    const headers = { 'content-type': 'application/json', ...what.headers }
    assertUnauthorized(await visitor.send('PATCH', ME, { body: '{', headers }))
  }
})

test('logging out ends this session alone, clears the cookie, and cannot be done twice', async () => {
  const { visitor, session, ...user } = await newcomer(server)
  const other = await signIn(server.visitor(), user)
  const answer = await visitor.post(LOGOUT)
  assertEmpty(answer)
  const { line } = answer.cookies.get('session_id') ?? {}
  assert.equal(withoutExpiry(line), 'session_id=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax')
  assert.equal(await isLive(server, session), false)
  assert.equal(await isLive(server, other), true)
  assertUnauthorized(await visitor.post(LOGOUT))
  assertUnauthorized(await server.visitor().post(LOGOUT, undefined, bearer(session)))
  const body = { body: '{', headers: { authorization: `Bearer ${other}`, 'content-type': 'text/plain' } }
  assertEmpty(await server.visitor().send('POST', LOGOUT, body))
})

test('a session that is used lives on, to its absolute end and no longer', async () => {
  const own = await startCommunity()
  try {
    const { visitor } = await newcomer(own)
    for (let day = 0; day < 29; day++) {
      own.clock.advance(24 * HOUR_MS)
      assert.equal((await visitor.get(ME)).status, 200, `day ${day}`)
      await own.server.writeUses()
    }
    own.clock.advance(25 * HOUR_MS)
    assertProblem(await visitor.get(ME), 401, 'session:expired')
  } finally {
    await own.close()
  }
})

test('a session that nobody uses is over after 168 hours', async () => {
  const own = await startCommunity()
  try {
    const { visitor } = await newcomer(own)
    own.clock.advance(167 * HOUR_MS)
    assert.equal((await visitor.get(ME)).status, 200)
    await own.server.writeUses()
    own.clock.advance(169 * HOUR_MS)
    assertUnauthorized(await visitor.get(ME))
  } finally {
    await own.close()
  }
})

test('a page of another site can do nothing with somebody’s cookie', async () => {
  const { visitor } = await newcomer(server)
  const headers = { origin: 'https://evil.example' }
  assertProblem(await visitor.post(LOGOUT, undefined, { headers }), 403, 'FORBIDDEN')
  assert.equal((await visitor.get(ME)).status, 200)
})

test('with prefixes both cookies have them, and those without are read all the same', async () => {
  for (const [env, prefix] of [
    [{}, '__Host-'],
    [{ COOKIE_DOMAIN: 'example.org' }, '__Secure-'],
    [{ ENVIRONMENT: 'development' }, ''],
    [{ COOKIE_SECURE: 'false' }, ''],
  ] as const) {
    const own = await startCommunity({ env: { COMMUNITY_COOKIE_PREFIX: 'true', ...env } })
    try {
      const user = newUser()
      const visitor = own.visitor()
      assert.equal((await register(visitor, user)).status, 201)
      const answer = await login(visitor, user)
      assertEmpty(answer)
      const token = answer.cookies.get(`${prefix}session_id`)?.value
      assert.ok(token)
      assert.ok(visitor.jar.has(`${prefix}anonymous_user_id`))
      assert.equal((await visitor.get(ME)).cookies.size, 0)
      for (const name of ['session_id', '__Host-session_id', '__Secure-session_id']) {
        const headers = { cookie: `${name}=${token}; anonymous_user_id=x` }
        const { status, cookies } = await own.visitor().get(ME, { headers })
        assert.deepEqual([status, cookies.size], [200, 0], name)
      }
      const { cookies } = await visitor.post(LOGOUT)
      assert.equal(cookies.get(`${prefix}session_id`)?.value, '')
    } finally {
      await own.close()
    }
  }
})
