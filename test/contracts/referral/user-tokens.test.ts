import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../engine/clock.ts'
import type { TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  assertProblem,
  assertUnauthorized,
  assertWrong,
  bearer,
  createOperator,
  newcomer,
  type Person,
  referrerOf,
  startReferral,
  tokenOf,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startReferral()
})
after(() => server.close())

const list = async (token: string): Promise<any[]> => {
  const answer = await server.visitor().post(`${AUTH}/me/tokens`, undefined, bearer(token))
  assert.equal(answer.status, 200, answer.text)
  return answer.body
}
const verify = (query: string) => server.visitor().get(`${AUTH}/verify-token${query}`)
const isGood = async (token: string): Promise<unknown> => (await verify(`?token=${token}`)).body

/** Signs in again, where the clock was moved past a session's end. */
const again = async (person: Person): Promise<string> => tokenOf(server, person)

test('a user token has ten characters without look-alikes, and ends in fifteen days', async () => {
  const person = await newcomer(server)
  assert.deepEqual(await list(person.token), [])
  const answer = await server.visitor().post(`${AUTH}/me/create-token`, undefined, bearer(person.token))
  assert.deepEqual(Object.keys(answer.body), ['token'])
  const { token } = answer.body
  assert.match(token, /^[123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz]{10}$/)
  const [listed, ...others] = await list(person.token)
  assert.deepEqual(others, [])
  const { expires_at, ...rest } = listed
  assert.deepEqual(rest, { token, user_id: person.id })
  assert.ok(Math.abs(expires_at - server.clock.now() - 15 * DAY_MS) < MINUTE_MS)
  assert.ok(Number.isInteger(expires_at))
})

test('the newest is given again while it has more than three days left, else a new one; both are good', async () => {
  const person = await newcomer(server)
  const first = await referrerOf(server, person.token)
  server.clock.advance(12 * DAY_MS - MINUTE_MS)
  const token = await again(person)
  assert.equal(await referrerOf(server, token), first)
  server.clock.advance(2 * MINUTE_MS)
  const second = await referrerOf(server, token)
  assert.notEqual(second, first)
  assert.equal(await referrerOf(server, token), second)
  assert.deepEqual(
    (await list(token)).map((one) => one.token),
    [second, first],
    'the latest end first',
  )
  assert.deepEqual([await isGood(first), await isGood(second)], [true, true])
  server.clock.advance(3 * DAY_MS)
  assert.deepEqual([await isGood(first), await isGood(second)], [false, true])
  assert.deepEqual(
    (await list(token)).map((one) => one.token),
    [second],
    'what has ended is left out',
  )
})

test('a token is valid until its end, and not at it', async () => {
  const person = await newcomer(server)
  const token = await referrerOf(server, person.token)
  const [{ expires_at }] = await list(person.token)
  server.clock.advance(expires_at - server.clock.now() - 2 * SECOND_MS)
  assert.equal(await isGood(token), true)
  server.clock.advance(2 * SECOND_MS)
  assert.equal(await isGood(token), false)
})

test('fifty requests at once make one token', async () => {
  const person = await newcomer(server)
  const tokens = await Promise.all(Array.from({ length: 50 }, () => referrerOf(server, person.token)))
  assert.equal(new Set(tokens).size, 1)
  assert.equal((await list(person.token)).length, 1)
})

test('each person sees their own tokens alone', async () => {
  const [ann, bob] = [await newcomer(server), await newcomer(server)]
  const token = await referrerOf(server, ann.token)
  assert.deepEqual(await list(bob.token), [])
  assert.notEqual(await referrerOf(server, bob.token), token)
  assert.deepEqual(
    (await list(ann.token)).map((one) => one.user_id),
    [ann.id],
  )
})

test('verify-token answers the bare true or false, and false for all that opens nothing', async () => {
  const operate = createOperator(server)
  const person = await newcomer(server)
  const token = await referrerOf(server, person.token)
  const good = await verify(`?token=${token}`)
  assert.equal(good.text, 'true')
  assert.match(good.headers.get('content-type') ?? '', /^application\/json/)
  assert.equal((await verify(`?token=%20${token}%20`)).text, 'true')
  for (const query of ['?token=', '?token=x', `?token=${token}x`, `?token=${person.token.slice(0, 400)}`]) {
    const answer = await verify(query)
    assert.deepEqual([answer.status, answer.text], [200, 'false'], query)
  }
  assert.equal((await verify(`?token=x&token=${token}`)).text, 'true', 'of several the last')
  await operate(person.id, 'disable')
  assert.equal(await isGood(token), false)
  await operate(person.id, 'enable')
  assert.equal(await isGood(token), true)
})

test('verify-token without its parameter, or with one that is too long, is 422', async () => {
  const answer = await verify('')
  assertWrong(answer, 'missing token')
  assert.deepEqual(answer.body.detail, [
    { type: 'missing', loc: ['query', 'token'], msg: 'Field required', input: null },
  ])
  assertWrong(await verify('?Token=x'), 'missing token')
  const long = await verify(`?token=${'x'.repeat(513)}`)
  assertWrong(long, 'string_too_long token')
  assert.equal(long.body.detail[0].input, '***')
})

test('a user token is never a credential', async () => {
  const person = await newcomer(server)
  const token = await referrerOf(server, person.token)
  const visitor = server.visitor()
  assertUnauthorized(await visitor.get(`${AUTH}/me`, bearer(token)))
  assertUnauthorized(await visitor.put(`${AUTH}/me/name`, { name: 'x' }, bearer(token)))
  for (const path of ['me/send-otp', 'me/create-token', 'me/tokens']) {
    assertUnauthorized(await visitor.post(`${AUTH}/${path}`, undefined, bearer(token)))
  }
  assert.equal((await visitor.get('/api/realms/referral/account', bearer(token))).status, 401)
})

test('guessing is slowed down: sixty wrong ones in a quarter of an hour, then 429; right ones do not count', async () => {
  const strict = await startReferral({ env: { RATE_LIMIT: 'on' } })
  try {
    const person = await newcomer(strict)
    const token = await referrerOf(strict, person.token)
    const look = (text: string) => strict.visitor().get(`${AUTH}/verify-token?token=${text}`)
    for (let i = 0; i < 70; i++) assert.equal((await look(token)).text, 'true')
    for (let i = 0; i < 60; i++) assert.equal((await look(`wrong${i}`)).text, 'false')
    const refused = await look(token)
    assertProblem(refused, 429, 'Too many requests')
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    strict.clock.advance(16 * MINUTE_MS)
    assert.equal((await look(token)).text, 'true')
  } finally {
    await strict.close()
  }
})
