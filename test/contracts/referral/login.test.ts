import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY_MS, MINUTE_MS } from '../../../engine/clock.ts'
import type { TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  assertProblem,
  assertUnauthorized,
  assertWrong,
  bearer,
  boss,
  claimsOf,
  createOperator,
  isLive,
  newcomer,
  startReferral,
  tokenOf,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startReferral()
})
after(() => server.close())

const login = (body: unknown) => server.visitor().post(`${AUTH}/login`, body)

test('login answers a token and the whole user', async () => {
  const { status, body, headers } = await login(boss)
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body), ['token', 'user'])
  const { id, created_at, updated_at, ...user } = body.user
  assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  for (const at of [created_at, updated_at]) assert.ok(Math.abs(at - server.clock.now()) < MINUTE_MS)
  assert.deepEqual(user, {
    email: boss.email,
    name: 'Server Admin',
    role: 'admin',
    tier: 2,
    is_active: true,
    is_verified: false,
    referrer_id: null,
    extra: {},
  })
  assert.match(headers.get('content-type') ?? '', /^application\/json/)
  assert.equal(headers.getSetCookie().length, 0)
})

test('the token is a JWT with sub, exp in seconds seven days ahead, and the role and the tier as scopes', async () => {
  const { token, user } = (await login(boss)).body
  const claims = claimsOf(token)
  assert.equal(claims.sub, user.id)
  assert.ok(Math.abs(claims.exp * 1_000 - server.clock.now() - 7 * DAY_MS) < MINUTE_MS)
  assert.deepEqual(claims.scopes, ['admin', 2])
  const person = await newcomer(server)
  assert.deepEqual(claimsOf(person.token).scopes, ['user', 0])
})

test('blanks around the address and its case do not count', async () => {
  const { email, password } = await newcomer(server)
  assert.equal((await login({ email: `  ${email.toUpperCase()} `, password })).status, 200)
})

test('an unknown address, a wrong password and a name nobody has get one answer', async () => {
  const { email, password } = await newcomer(server)
  for (const body of [
    { email: 'nobody@example.com', password },
    { email, password: 'wrong' },
    { email, password: '' },
    { email, password: ` ${password}` },
    { email: 'admin', password: 'admin' },
    { email: '', password },
    { email: 'x'.repeat(5_000), password },
  ]) {
    assertUnauthorized(await login(body))
  }
})

test('an inactive account: 403 with the right password, 401 with a wrong one', async () => {
  const operate = createOperator(server)
  const person = await newcomer(server)
  await operate(person.id, 'disable')
  assertProblem(await login(person), 403, 'User is inactive')
  assertUnauthorized(await login({ ...person, password: 'wrong-one' }))
  assertProblem(await server.visitor().get(`${AUTH}/me`, bearer(person.token)), 403, 'User is inactive')
  await operate(person.id, 'enable')
  assert.equal((await login(person)).status, 200)
  assertUnauthorized(await server.visitor().get(`${AUTH}/me`, bearer(person.token)))
})

test('each field that is missing or no text is told, and nothing is signed in', async () => {
  assertWrong(await login({}), 'missing email', 'missing password')
  assertWrong(await login({ email: boss.email }), 'missing password')
  assertWrong(await login({ password: 'x' }), 'missing email')
  for (const value of [7, null, true, [], {}]) {
    assertWrong(await login({ ...boss, email: value }), 'string_type email')
    assertWrong(await login({ ...boss, password: value }), 'string_type password')
  }
})

test('the session ends after seven days', async () => {
  const token = await tokenOf(server, boss)
  server.clock.advance(7 * DAY_MS - MINUTE_MS)
  assert.ok(await isLive(server, token))
  server.clock.advance(2 * MINUTE_MS)
  assertUnauthorized(await server.visitor().get(`${AUTH}/me`, bearer(token)))
})

test('fifteen wrong passwords for an account in a quarter of an hour are enough: 429 with Retry-After', async () => {
  const strict = await startReferral({ env: { RATE_LIMIT: 'on' } })
  try {
    const attempt = (password: string) =>
      strict.visitor().post(`${AUTH}/login`, { email: boss.email, password })
    for (let i = 0; i < 15; i++) assertUnauthorized(await attempt('wrong'))
    const refused = await attempt(boss.password)
    assertProblem(refused, 429, 'Too many requests')
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    strict.clock.advance(16 * MINUTE_MS)
    assert.equal((await attempt(boss.password)).status, 200)
  } finally {
    await strict.close()
  }
})
