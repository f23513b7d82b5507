import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
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
  newUser,
  PASSWORD,
  race,
  register,
  startCommunity,
  tokenIn,
} from './support.ts'

const MINUTE_MS = 60_000
const ME = `${BASE}/v0/user/me`
const CHANGE = `${BASE}/v0/auth/change-email`

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

const change = (visitor: Visitor, new_email: unknown, password: unknown = PASSWORD) =>
  visitor.post(CHANGE, { new_email, password })
const confirm = (token: unknown) => server.visitor().post(`${BASE}/v0/auth/confirm-email-change`, { token })
const assertDead = (answer: Awaited<ReturnType<typeof confirm>>) =>
  assertProblem(answer, 400, 'token:invalid_email_change')

async function changeToken(visitor: Visitor, email: string): Promise<string> {
  assertEmpty(await change(visitor, email))
  return tokenIn(await mailTo(server, email, 'Confirm your email change'))
}

test('a change is asked for, mailed to the new address, and made by that mail alone', async () => {
  const { visitor, session, ...user } = await newcomer(server)
  const { email } = newUser()
  assertEmpty(await change(visitor, email))
  const mail = await mailTo(server, email, 'Confirm your email change')
  assert.match(mail.text, new RegExp(`${FRONT}/confirm-email-change\\?token=[\\w-]{43}\\b`))
  assert.match(mail.text, /15 minutes/)
  await mailTo(server, user.email, 'Security alert')
  assert.equal((await visitor.get(ME)).body.email, user.email)

  const answer = await confirm(tokenIn(mail))
  assertEmpty(answer)
  assert.equal(answer.cookies.has('session_id'), false)
  for (const address of [user.email, email]) await mailTo(server, address, 'Security alert')
  assert.equal(await isLive(server, session), false)
  assertProblem(await login(server.visitor(), user), 401, 'auth:invalid_credentials')
  assertEmpty(await login(visitor, { ...user, email }))
  const { body } = await visitor.get(ME)
  assert.deepEqual([body.email, body.is_verified], [email, true])
  assertDead(await confirm(tokenIn(mail)))
  // The old one is free.
  assert.equal((await register(server.visitor(), newUser({ email: user.email }))).status, 201)
})

test('asking: session, form, password, the same address, a taken one, in this order', async () => {
  const [{ visitor, email }, other] = [await newcomer(server), await newcomer(server)]
  assertUnauthorized(await server.visitor().post(CHANGE, {}))
  for (const wrong of [undefined, null, 1]) {
    assertBad(await visitor.post(CHANGE, { new_email: wrong, password: PASSWORD }))
    assertBad(await visitor.post(CHANGE, { new_email: other.email, password: wrong }))
  }
  for (const wrong of ['', 'x', 'x@']) assertInvalid(await change(visitor, wrong, 'wrong'))
  for (const address of [email, other.email, newUser().email]) {
    assertProblem(await change(visitor, address, 'wrong'), 401, 'user:invalid_password')
  }
  assertBad(await change(visitor, email.toUpperCase()))
  assertProblem(await change(visitor, other.email.toUpperCase()), 409, 'user:email_already_exists')
})

test('an address that was taken meanwhile: 409, and the token is spent', async () => {
  const { visitor, email: old } = await newcomer(server)
  const { email } = newUser()
  const token = await changeToken(visitor, email)
  await newcomer(server, { email })
  assertProblem(await confirm(token), 409, 'user:email_already_exists')
  assertDead(await confirm(token))
  assert.equal((await visitor.get(ME)).body.email, old)
})

test('a token that is unknown, of another kind, or too old; a bad body', async () => {
  const { visitor, verification } = await newcomer(server)
  for (const token of ['x', 'A'.repeat(43), verification]) assertDead(await confirm(token))
  for (const token of [undefined, null, 1]) assertBad(await confirm(token))
  assertInvalid(await confirm(''))
  const token = await changeToken(visitor, newUser().email)
  server.clock.advance(15 * MINUTE_MS + 1_000)
  assertDead(await confirm(token))
})

test('of many at once one confirms; of two people who want one address, one has it', async () => {
  const [one, other] = [await newcomer(server), await newcomer(server)]
  const { email } = newUser()
  const [token, rival] = [await changeToken(one.visitor, email), await changeToken(other.visitor, email)]
  const answers = await Promise.all([token, rival, token, rival].map(confirm))
  assert.equal(answers.filter(({ status }) => status === 204).length, 1)
  const own = await newcomer(server)
  const again = await changeToken(own.visitor, newUser().email)
  assert.deepEqual(await race(4, () => confirm(again)), { 204: 1, 400: 3 })
})

test('a change of password ends a change of address that was begun before', async () => {
  const { visitor } = await newcomer(server)
  const token = await changeToken(visitor, newUser().email)
  const body = { current_password: PASSWORD, new_password: 'another-long-one' }
  assertEmpty(await visitor.post(`${BASE}/v0/auth/change-password`, body))
  assertDead(await confirm(token))
})
