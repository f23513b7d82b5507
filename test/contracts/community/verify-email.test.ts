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
  mailTo,
  newcomer,
  race,
  startCommunity,
  tokenIn,
} from './support.ts'

const MINUTE_MS = 60_000
const RESEND = `${BASE}/v0/auth/resend-verification-email`

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

const verify = (token: unknown) => server.visitor().post(`${BASE}/v0/auth/verify-email`, { token })
const assertDead = (answer: Awaited<ReturnType<typeof verify>>) =>
  assertProblem(answer, 400, 'token:invalid_verification')

test('the mailed token verifies the address once, from any browser, and signs nobody in', async () => {
  const { visitor, verification } = await newcomer(server)
  const answer = await verify(verification)
  assertEmpty(answer)
  assert.equal(answer.cookies.has('session_id'), false)
  assert.equal((await visitor.get(`${BASE}/v0/user/me`)).body.is_verified, true)
  assertDead(await verify(verification))
})

test('of many at once one verifies', async () => {
  const { verification } = await newcomer(server)
  assert.deepEqual(await race(5, () => verify(verification)), { 204: 1, 400: 4 })
})

test('an unknown token, one of another kind, and one that is an hour old', async () => {
  const { email, verification } = await newcomer(server)
  for (const token of ['x', 'A'.repeat(43), `${verification} `]) assertDead(await verify(token))
  await server.visitor().post(`${BASE}/v0/auth/forgot-password`, { email })
  assertDead(await verify(tokenIn(await mailTo(server, email, 'Reset your password'))))
  server.clock.advance(61 * MINUTE_MS)
  assertDead(await verify(verification))
})

test('a missing token, one of another type, an empty one', async () => {
  for (const token of [undefined, null, 1, []]) assertBad(await verify(token))
  assertInvalid(await verify(''))
})

test('a second token is good beside the first, until one of them was used', async () => {
  const { visitor, email, verification } = await newcomer(server)
  assertEmpty(await visitor.post(RESEND))
  const second = tokenIn(await mailTo(server, email, 'Verify your email'))
  assertEmpty(await verify(verification))
  assertProblem(await verify(second), 400, 'email:already_verified')
  // It was spent by that.
  assertDead(await verify(second))
  assertProblem(await visitor.post(RESEND), 400, 'email:already_verified')
})

test('nobody asks for a token without a session', async () => {
  assertUnauthorized(await server.visitor().post(RESEND))
  const { email } = await newcomer(server)
  assertUnauthorized(await server.visitor().post(RESEND, { email }))
})
