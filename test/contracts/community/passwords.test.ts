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
  FRONT,
  isLive,
  login,
  mailTo,
  newcomer,
  OTHER_PASSWORD,
  PASSWORD,
  race,
  signIn,
  startCommunity,
  tokenIn,
} from './support.ts'

const MINUTE_MS = 60_000

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

const forgot = (email: unknown) => server.visitor().post(`${BASE}/v0/auth/forgot-password`, { email })
const reset = (token: unknown, new_password: unknown = OTHER_PASSWORD) =>
  server.visitor().post(`${BASE}/v0/auth/reset-password`, { token, new_password })
const assertDead = (answer: Awaited<ReturnType<typeof reset>>) =>
  assertProblem(answer, 400, 'token:invalid_reset')

async function resetToken(email: string): Promise<string> {
  assertEmpty(await forgot(email))
  return tokenIn(await mailTo(server, email, 'Reset your password'))
}

test('forgetting a password answers the same for everybody, and mails who has an account', async () => {
  const { email } = await newcomer(server)
  assertEmpty(await forgot('nobody@example.com'))
  assertEmpty(await forgot(` ${email.toUpperCase()} `))
  const { text } = await mailTo(server, email, 'Reset your password')
  assert.match(text, new RegExp(`${FRONT}/reset-password\\?token=[\\w-]{43}\\b`))
  assert.match(text, /15 minutes/)
  assert.equal(
    server.smtp.mails.some(({ to }) => to.includes('nobody@example.com')),
    false,
  )
  for (const wrong of [undefined, null, 1, {}]) assertBad(await forgot(wrong))
  for (const wrong of ['', 'x', 'x@']) assertInvalid(await forgot(wrong))
})

test('a token sets a new password once: every session ends, none begins, and a mail tells', async () => {
  const { session, ...user } = await newcomer(server)
  const other = await signIn(server.visitor(), user)
  const token = await resetToken(user.email)
  const answer = await reset(token)
  assertEmpty(answer)
  assert.equal(answer.cookies.has('session_id'), false)
  for (const ended of [session, other]) assert.equal(await isLive(server, ended), false)
  await mailTo(server, user.email, 'Security alert')
  assertProblem(await login(server.visitor(), user), 401, 'auth:invalid_credentials')
  assertEmpty(await login(server.visitor(), { ...user, password: OTHER_PASSWORD }))
  assertDead(await reset(token))
})

test('several tokens are good at once; using one ends the others', async () => {
  const { email } = await newcomer(server)
  const [first, second] = [await resetToken(email), await resetToken(email)]
  assertEmpty(await reset(first))
  assertDead(await reset(second))
  const third = await resetToken(email)
  await resetToken(email)
  assert.deepEqual(await race(4, () => reset(third)), { 204: 1, 400: 3 })
})

test('a token that is unknown, of another kind, or too old', async () => {
  const { email, verification } = await newcomer(server)
  for (const token of ['x', 'A'.repeat(43), verification]) assertDead(await reset(token))
  const token = await resetToken(email)
  server.clock.advance(15 * MINUTE_MS + 1_000)
  assertDead(await reset(token))
})

test('resetting: missing fields, other types, passwords out of bounds; the token stays good', async () => {
  const { email } = await newcomer(server)
  const token = await resetToken(email)
  for (const wrong of [undefined, null, 1]) {
    assertBad(await server.visitor().post(`${BASE}/v0/auth/reset-password`, { token, new_password: wrong }))
    assertBad(await reset(wrong))
  }
  assertInvalid(await reset(''))
  for (const password of ['', 'x'.repeat(7), 'x'.repeat(129)]) assertInvalid(await reset(token, password))
  assertEmpty(await reset(token))
})

const CHANGE = `${BASE}/v0/auth/change-password`

test('changing the password ends the other sessions and no more, and a mail tells', async () => {
  const { visitor, session, ...user } = await newcomer(server)
  const other = await signIn(server.visitor(), user)
  const token = await resetToken(user.email)
  const body = { current_password: PASSWORD, new_password: OTHER_PASSWORD }
  assertEmpty(await visitor.post(CHANGE, body))
  assert.equal(await isLive(server, session), true)
  assert.equal(await isLive(server, other), false)
  await mailTo(server, user.email, 'Security alert')
  assertDead(await reset(token))
  assertEmpty(await login(server.visitor(), { ...user, password: OTHER_PASSWORD }))
})

test('changing: the session, the form, the current password, a new one that is the same', async () => {
  const { visitor } = await newcomer(server)
  const change = (current_password: unknown, new_password: unknown) =>
    visitor.post(CHANGE, { current_password, new_password })
  assertUnauthorized(await server.visitor().post(CHANGE, {}))
  for (const wrong of [undefined, null, 1]) {
    assertBad(await change(wrong, OTHER_PASSWORD))
    assertBad(await change(PASSWORD, wrong))
  }
  for (const wrong of ['', 'x'.repeat(7), 'x'.repeat(129)]) assertInvalid(await change('wrong', wrong))
  for (const wrong of ['', 'wrong'])
    assertProblem(await change(wrong, OTHER_PASSWORD), 401, 'user:invalid_password')
  // Not told to whoever does not know it.
  assertProblem(await change('wrong password', 'wrong password'), 401, 'user:invalid_password')
  assertBad(await change(PASSWORD, PASSWORD))
})

test('of several changes at once one is made', async () => {
  const { visitor } = await newcomer(server)
  const counts = await race(4, () =>
    visitor.post(CHANGE, { current_password: PASSWORD, new_password: OTHER_PASSWORD }),
  )
  assert.deepEqual(counts, { 204: 1, 401: 3 })
})
