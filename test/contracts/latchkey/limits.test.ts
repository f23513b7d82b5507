import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  askForCode,
  assertOk,
  assertProblem,
  countMails,
  isSignedIn,
  MINUTE_MS,
  newAddress,
  PASSWORD,
  setUp,
  signIn,
  signUp,
} from './support.ts'

const QUARTER_HOUR_MS = 15 * MINUTE_MS

let server: TestServer
before(async () => {
  // Tests of limits by address come from many addresses, by way of a proxy that is believed.
  server = await startLatchkey({ env: { RATE_LIMIT: 'on', TRUST_PROXY: '127.0.0.1' } })
  await setUp(server)
})
after(() => server.close())

let last = 0
const newAddressBlock = () => `198.51.100.${++last}`
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

function guess(identifier: string, password: string, address: string) {
  return server.visitor().post('/api/sign-in/password', { identifier, password }, from(address))
}

test('fifteen wrong passwords for one account close it for a while, from wherever they come', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  for (let i = 0; i < 15; i++) {
    assertProblem(await guess(email, `wrong ${i}`, newAddressBlock()), 401, 'credentials_wrong')
  }
  const late = await guess(email.toUpperCase(), PASSWORD, newAddressBlock())
  const { retryAfterSeconds } = late.body
  assertProblem(late, 429, 'too_many_requests', { retryAfterSeconds })
  assert.ok(retryAfterSeconds > 0 && retryAfterSeconds <= 900)
  assert.equal(late.headers.get('retry-after'), String(retryAfterSeconds))
  assert.equal(await isSignedIn(owner), true, 'who is in stays in')
  server.clock.advance(retryAfterSeconds * 1_000)
  assertOk(await guess(email, PASSWORD, newAddressBlock()))
})

test('a name that nobody has is closed just like an account', async () => {
  const email = newAddress()
  for (let i = 0; i < 15; i++) {
    assertProblem(await guess(email, `wrong ${i}`, newAddressBlock()), 401, 'credentials_wrong')
  }
  const late = await guess(email, PASSWORD, newAddressBlock())
  assertProblem(late, 429, 'too_many_requests', { retryAfterSeconds: late.body.retryAfterSeconds })
})

test('right passwords do not count, and forty at once pass', async () => {
  const email = newAddress()
  await signUp(server, email)
  const address = newAddressBlock()
  for (let i = 0; i < 20; i++) assertOk(await guess(email, PASSWORD, address))
})

test('sixty wrong passwords from one address close it for a while, whoever they were for', async () => {
  const email = newAddress()
  await signUp(server, email)
  const address = newAddressBlock()
  const wrong = Array.from({ length: 60 }, () => guess(newAddress('nobody'), 'wrong one', address))
  for (const answer of await Promise.all(wrong)) assertProblem(answer, 401, 'credentials_wrong')
  const late = await guess(email, PASSWORD, address)
  assertProblem(late, 429, 'too_many_requests', { retryAfterSeconds: late.body.retryAfterSeconds })
  assertOk(await guess(email, PASSWORD, newAddressBlock()))
  server.clock.advance(QUARTER_HOUR_MS)
  assertOk(await guess(email, PASSWORD, address))
})

test('an IPv6 caller counts by its /64', async () => {
  const email = newAddress()
  await signUp(server, email)
  const wrong = Array.from({ length: 60 }, (_, i) =>
    guess(newAddress('nobody'), 'wrong one', `2001:db8:1:2:${i.toString(16)}::1`),
  )
  for (const answer of await Promise.all(wrong)) assertProblem(answer, 401, 'credentials_wrong')
  const sameBlock = await guess(email, PASSWORD, '2001:db8:1:2:ffff::9')
  assert.equal(sameBlock.status, 429)
  assertOk(await guess(email, PASSWORD, '2001:db8:1:3::1'))
})

test('many wrong passwords at once cannot outrun the counter', async () => {
  const email = newAddress()
  await signUp(server, email)
  const address = newAddressBlock()
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => guess(email, `wrong ${i}`, address)))
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 401).length, 15)
  assert.equal(statuses.filter((status) => status === 429).length, 25)
})

test('guessed links are slowed down by address', async () => {
  const address = newAddressBlock()
  const look = (token: string) =>
    server.visitor().post('/api/email-confirmation/look', { realm: 'main', token }, from(address))
  for (let i = 0; i < 60; i++) assertProblem(await look(`guess ${i}`), 410, 'link_dead')
  const late = await look('guess')
  assertProblem(late, 429, 'too_many_requests', { retryAfterSeconds: late.body.retryAfterSeconds })
  const { retryAfterSeconds } = late.body
  const confirm = { realm: 'main', token: 'x', answer: 'mine' }
  const confirmed = await server.visitor().post('/api/email-confirmation', confirm, from(address))
  assert.equal(confirmed.status, 429)
  const recover = { realm: 'main', token: 'x', newPassword: PASSWORD }
  const recovered = await server.visitor().post('/api/recovery/complete', recover, from(address))
  assert.equal(recovered.status, 429)
  server.clock.advance(retryAfterSeconds * 1_000)
  assertProblem(await look('guess'), 410, 'link_dead')
})

test('guessed codes close the account for a while too', async () => {
  const email = newAddress()
  await signUp(server, email)
  const verify = (code: string) =>
    server.visitor().post('/api/sign-in/code/verify', { email, code }, from(newAddressBlock()))
  for (let i = 0; i < 15; i++) assertProblem(await verify('000000'), 401, 'code_wrong')
  const late = await verify('000000')
  assertProblem(late, 429, 'too_many_requests', { retryAfterSeconds: late.body.retryAfterSeconds })
})

test('above sixty mails an hour an address of the network gets the same answer, and no more are sent', async () => {
  const address = newAddressBlock()
  const people = Array.from({ length: 65 }, () => newAddress())
  for (const email of people) {
    assertOk(await server.visitor().post('/api/sign-in/code', { email }, from(address)))
  }
  const last = people.at(-1) ?? ''
  assert.equal(await countMails(server, last), 0)
  const sent = server.smtp.mails.filter(({ to }) => people.some((email) => to.includes(email)))
  assert.equal(sent.length, 60)
  assertOk(await server.visitor().post('/api/recovery', { email: last }, from(address)))
  assertOk(
    await server.visitor().post('/api/accounts', { email: last, password: PASSWORD }, from(address)),
    202,
  )
  assert.equal(await countMails(server, last), 0)
})

test('an address is mailed five registrations a day, and then the same answer alone', async () => {
  const email = newAddress()
  for (let i = 0; i < 8; i++) {
    const body = { email, password: PASSWORD }
    assertOk(await server.visitor().post('/api/accounts', body, from(newAddressBlock())), 202)
  }
  assert.equal(await countMails(server, email), 5)
})

test('limits are of one realm: what fails in another does not close this one', async () => {
  const email = newAddress()
  await signUp(server, email)
  const address = newAddressBlock()
  for (let i = 0; i < 20; i++) {
    await server
      .visitor()
      .post('/starter/api/auth/login', { username: 'nobody1', password: `wrong ${i}` }, from(address))
  }
  assertOk(await guess(email, PASSWORD, address))
  await askForCode(server, newAddress())
  await signIn(server, email)
})
