import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HOUR_MS, SECOND_MS } from '../../../engine/clock.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  admin,
  assertInvalid,
  assertProblem,
  assertTokenRefused,
  bearer,
  isLive,
  login,
  newcomer,
  setUp,
} from './support.ts'

let server: TestServer
let adminToken: string
before(async () => {
  server = await startLatchkey()
  adminToken = await setUp(server)
})
after(() => server.close())

const wrong = (answer: Parameters<typeof assertProblem>[0]) =>
  assertProblem(answer, 401, 'Invalid credentials', 'INVALID_CREDENTIALS')

test('signing in answers an access token and the user, and no refresh token', async () => {
  const answer = await login(server.visitor(), admin)
  assert.equal(answer.status, 200)
  assert.deepEqual(Object.keys(answer.body), ['token', 'user'])
  const { id, ...user } = answer.body.user
  assert.equal(Number.isInteger(id), true)
  assert.deepEqual(user, {
    name: admin.name,
    email: admin.email,
    role: 'admin',
    require_password_change: false,
  })
  assert.equal(answer.cookies.size, 0)
})

test('the access token is a JWT of eight hours, and ends then', async () => {
  const { token } = (await login(server.visitor(), admin)).body
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
  assert.equal(claims.exp - claims.iat, 28_800)
  assert.ok(await isLive(server, token))
  server.clock.advance(8 * HOUR_MS - 10 * SECOND_MS)
  assert.ok(await isLive(server, token))
  server.clock.advance(20 * SECOND_MS)
  assert.equal(await isLive(server, token), false)
})

test('only mobile: true brings a refresh token', async () => {
  const mobile = await login(server.visitor(), admin, { mobile: true })
  assert.match(mobile.body.refresh_token, /^[\w-]{43}$/)
  assert.equal('refresh_token' in (await login(server.visitor(), admin, { mobile: false })).body, false)
  for (const value of ['true', 1, null])
    assertInvalid(await login(server.visitor(), admin, { mobile: value }), 'mobile')
})

test('the address is found whatever its case and outer blanks; unknown keys are ignored', async () => {
  const answer = await login(
    server.visitor(),
    { ...admin, email: ` ANNA@Salon.Example ` },
    { remember: 'me' },
  )
  assert.equal(answer.status, 200)
})

test('an unknown address, a wrong password and a name without an @ get one answer', async () => {
  wrong(await login(server.visitor(), { ...admin, password: 'not it at all' }))
  wrong(await login(server.visitor(), { ...admin, email: 'nobody@salon.example' }))
  wrong(await login(server.visitor(), { ...admin, email: 'anna' }))
  wrong(await login(server.visitor(), { ...admin, email: '' }))
})

test('missing and wrong-typed fields are named', async () => {
  const send = (body: unknown) => server.visitor().post(`${AUTH}/login`, body)
  assertInvalid(await send({}), 'email', 'password')
  assertInvalid(await send({ email: admin.email }), 'password')
  assertInvalid(await send({ email: 7, password: admin.password }), 'email')
  assertInvalid(await send({ email: admin.email, password: null }), 'password')
  assertInvalid(await send([]))
  assertInvalid(
    await server
      .visitor()
      .send('POST', `${AUTH}/login`, { body: '{', headers: { 'content-type': 'application/json' } }),
  )
})

test('other content types are 415, and larger bodies 413, in the error format', async () => {
  const form = { body: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  assertProblem(
    await server.visitor().send('POST', `${AUTH}/login`, form),
    415,
    'Send JSON',
    'UNSUPPORTED_MEDIA_TYPE',
  )
  const large = { ...admin, padding: 'x'.repeat(100_000) }
  assertProblem(await server.visitor().post(`${AUTH}/login`, large), 413, 'Body too large', 'TOO_LARGE')
})

test('a temporary password signs in and says that it must be changed, for seven days', async () => {
  const person = await newcomer(server, (await login(server.visitor(), admin)).body.token)
  const answer = await login(server.visitor(), { email: person.email, password: person.temporary })
  assert.equal(answer.body.user.require_password_change, true)
  server.clock.advance(7 * 24 * HOUR_MS + SECOND_MS)
  wrong(await login(server.visitor(), { email: person.email, password: person.temporary }))
})

test('Dutch is spoken to who asks for it, and Content-Language tells which', async () => {
  const ask = (acceptLanguage: string) =>
    server
      .visitor()
      .post(
        `${AUTH}/login`,
        { ...admin, password: 'not it at all' },
        { headers: { 'accept-language': acceptLanguage } },
      )
  const dutch = await ask('nl-NL,nl;q=0.9,en;q=0.8')
  assert.equal(dutch.body.error, 'Ongeldige inloggegevens')
  assert.equal(dutch.body.details.code, 'INVALID_CREDENTIALS')
  assert.equal(dutch.headers.get('content-language'), 'nl')
  assert.equal((await ask('en,nl;q=0.5')).body.error, 'Invalid credentials')
  assert.equal((await ask('de')).body.error, 'Invalid credentials')
  assert.equal((await ask('nl;q=0')).body.error, 'Invalid credentials')
  const general = await server.visitor().get(`${AUTH}/users`, { headers: { 'accept-language': 'nl' } })
  assert.equal(general.body.error, 'Token ontbreekt of is ongeldig')
  assert.equal(general.headers.get('content-language'), 'nl')
})

test('unknown paths and methods are 404 in the error format', async () => {
  assertProblem(await server.visitor().get(`${AUTH}/nothing`), 404, 'Not found', 'NOT_FOUND')
  assertProblem(await server.visitor().get(`${AUTH}/login`), 404, 'Not found', 'NOT_FOUND')
})

test('tokens of other realms and apps, forged ones, and other schemes are refused', async () => {
  const starter = server.visitor()
  await starter.post('/starter/api/auth/register', {
    username: 'alice',
    email: 'a@example.com',
    password: 'password 1',
  })
  const foreign = starter.jar.get('token') ?? ''
  const users = (headers: Record<string, string>) => server.visitor().get(`${AUTH}/users`, { headers })
  for (const token of [foreign, 'x', `${adminToken}x`, 'a.b.c', '']) {
    assertTokenRefused(await users({ authorization: `Bearer ${token}` }))
  }
  assertTokenRefused(await users({ authorization: `Basic ${btoa(`${admin.email}:${admin.password}`)}` }))
  assertTokenRefused(await users({ cookie: `token=${adminToken}` }))
  assertTokenRefused(await users({}))
  const mine = await tokenNow()
  assert.equal((await users({ authorization: `bearer ${mine}` })).status, 200)
  assert.equal(
    (await starter.get('/starter/api/auth/me', { headers: { cookie: `token=${mine}` } })).status,
    401,
  )
})

test('fifteen failures for one account, then 429 with Retry-After, in sign-in and change of password together', async () => {
  const strict = await startLatchkey({ env: { RATE_LIMIT: 'on' } })
  try {
    await setUp(strict)
    for (let i = 0; i < 8; i++) wrong(await login(strict.visitor(), { ...admin, password: `wrong ${i}` }))
    const change = { email: admin.email, newPassword: 'new password', confirmPassword: 'new password' }
    for (let i = 0; i < 7; i++) {
      const answer = await strict
        .visitor()
        .post(`${AUTH}/change-password`, { ...change, currentPassword: `wrong ${i}` })
      assert.equal(answer.status, 401)
    }
    const refused = await login(strict.visitor(), admin)
    assertProblem(refused, 429, 'Too many requests', 'RATE_LIMITED')
    const seconds = Number(refused.headers.get('retry-after'))
    assert.ok(seconds > 0 && seconds <= 900)
    assert.equal(refused.body.details.retry_after, seconds)
    strict.clock.advance(900 * SECOND_MS)
    assert.equal((await login(strict.visitor(), admin)).status, 200)
  } finally {
    await strict.close()
  }
})

async function tokenNow(): Promise<string> {
  const answer = await login(server.visitor(), admin)
  assert.equal((await server.visitor().get(`${AUTH}/users`, bearer(answer.body.token))).status, 200)
  return answer.body.token
}
