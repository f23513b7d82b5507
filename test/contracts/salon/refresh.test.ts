import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY_MS, SECOND_MS } from '../../../engine/clock.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  admin,
  assertInvalid,
  assertProblem,
  bearer,
  isLive,
  login,
  setUp,
  staff,
  tokenOf,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startLatchkey()
  await setUp(server)
})
after(() => server.close())

const refresh = (refresh_token: unknown) => server.visitor().post(`${AUTH}/refresh`, { refresh_token })
const refused = (answer: Parameters<typeof assertProblem>[0]) =>
  assertProblem(answer, 401, 'Invalid or expired refresh token', 'REFRESH_TOKEN_INVALID')

async function signInMobile(who = admin): Promise<{ token: string; refresh_token: string }> {
  const answer = await login(server.visitor(), who, { mobile: true })
  assert.equal(answer.status, 200, answer.text)
  return answer.body
}

test('a refresh answers a new access token, a new refresh token and the user as it is now', async () => {
  const first = await signInMobile()
  const answer = await refresh(first.refresh_token)
  assert.equal(answer.status, 200)
  assert.deepEqual(Object.keys(answer.body), ['token', 'refresh_token', 'user'])
  assert.notEqual(answer.body.refresh_token, first.refresh_token)
  assert.notEqual(answer.body.token, first.token)
  assert.deepEqual(Object.keys(answer.body.user), ['id', 'name', 'email', 'role', 'require_password_change'])
  assert.ok(await isLive(server, answer.body.token))
})

test('a refresh token is good for 30 days from the last refresh', async () => {
  const first = await signInMobile()
  server.clock.advance(30 * DAY_MS - 10 * SECOND_MS)
  const second = await refresh(first.refresh_token)
  assert.equal(second.status, 200)
  server.clock.advance(30 * DAY_MS - 10 * SECOND_MS)
  const third = await refresh(second.body.refresh_token)
  assert.equal(third.status, 200)
  server.clock.advance(30 * DAY_MS + SECOND_MS)
  refused(await refresh(third.body.refresh_token))
})

test('C4: of 20 uses at the same instant exactly one wins, and the family goes on', async () => {
  const { refresh_token } = await signInMobile()
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refresh_token)))
  const won = answers.filter(({ status }) => status === 200)
  assert.equal(won.length, 1)
  for (const answer of answers) if (answer.status !== 200) refused(answer)
  assert.equal((await refresh(won[0]?.body.refresh_token)).status, 200)
})

test('a rotated token that comes again within ten seconds is a repeated request: 401, nothing revoked', async () => {
  const first = await signInMobile()
  const second = await refresh(first.refresh_token)
  server.clock.advance(9 * SECOND_MS)
  refused(await refresh(first.refresh_token))
  assert.ok(await isLive(server, second.body.token))
  assert.equal((await refresh(second.body.refresh_token)).status, 200)
})

test('C4: one that comes later ends its whole family, and a mail tells (RFC 9700 §4.14)', async () => {
  const other = await signInMobile()
  const first = await signInMobile()
  const second = await refresh(first.refresh_token)
  server.clock.advance(11 * SECOND_MS)
  refused(await refresh(first.refresh_token))
  assert.equal(await isLive(server, second.body.token), false)
  refused(await refresh(second.body.refresh_token))
  assert.ok(await isLive(server, other.token))
  const mail = await server.smtp.waitForMail(
    ({ to, subject }) => to[0] === admin.email && subject.includes('ended for safety'),
  )
  assert.match(mail.text, /used again/)
})

test('unknown, empty, missing and wrong-typed tokens are refused', async () => {
  refused(await refresh('x'.repeat(43)))
  assertInvalid(await refresh(''), 'refresh_token')
  assertInvalid(await refresh(undefined), 'refresh_token')
  assertInvalid(await refresh(7), 'refresh_token')
  assertInvalid(await refresh(null), 'refresh_token')
  assertInvalid(await refresh('x'.repeat(513)), 'refresh_token')
})

test('an access token is no refresh token, and a refresh token is no access token', async () => {
  const { token, refresh_token } = await signInMobile()
  const answer = await refresh(token)
  assert.ok(answer.status === 401 || answer.status === 400)
  assert.equal(await isLive(server, refresh_token), false)
})

test('a refresh token from before a change of password is 401', async () => {
  const person = await staff(server, await tokenOf(server, admin))
  const { refresh_token } = await signInMobile({ ...admin, ...person })
  const change = { email: person.email, currentPassword: person.password, newPassword: 'a newer one' }
  await server.visitor().post(`${AUTH}/change-password`, { ...change, confirmPassword: 'a newer one' })
  refused(await refresh(refresh_token))
})

test('signing out revokes the refresh token that it names, with its family', async () => {
  const { token, refresh_token } = await signInMobile()
  const out = await server.visitor().post(`${AUTH}/logout`, { refresh_token }, bearer(token))
  assert.deepEqual(out.body, { ok: true })
  refused(await refresh(refresh_token))
})
