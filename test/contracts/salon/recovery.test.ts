import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../engine/clock.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { AUTH, admin, assertInvalid, assertProblem, isLive, login, setUp, staff, tokenOf } from './support.ts'

const yaml = `
apps:
  - contract: salon
    prefix: /salon
    frontendUrl: https://app.salon.example
`
let server: TestServer
before(async () => {
  server = await startLatchkey({ yaml })
  await setUp(server)
})
after(() => server.close())

const forgot = (email: unknown) => server.visitor().post(`${AUTH}/forgot-password`, { email })
const reset = (body: unknown) => server.visitor().post(`${AUTH}/reset-password`, body)
const dead = (answer: Parameters<typeof assertProblem>[0]) =>
  assertProblem(answer, 400, 'Invalid or expired token', 'RESET_TOKEN_INVALID')

const password = 'quite another one'

async function linkFor(email: string): Promise<string> {
  assert.deepEqual((await forgot(email)).body, { ok: true })
  const mail = await server.smtp.waitForMail(
    ({ to, text }) => to[0] === email && text.includes('reset-password'),
  )
  const [link = ''] = mail.text.match(/https:\S+/) ?? []
  const url = new URL(link)
  assert.equal(url.origin, 'https://app.salon.example')
  assert.equal(url.pathname, '/reset-password')
  assert.equal(url.searchParams.get('email'), email)
  return url.searchParams.get('token') ?? ''
}

test('a link leads to the configured front end and sets a new password, once', async () => {
  const person = await staff(server, await tokenOf(server, admin))
  const session = (await login(server.visitor(), person, { mobile: true })).body
  const token = await linkFor(person.email)
  assert.deepEqual((await reset({ email: ` ${person.email.toUpperCase()} `, token, password })).body, {
    ok: true,
  })
  assert.equal(await isLive(server, session.token), false)
  const refreshed = await server.visitor().post(`${AUTH}/refresh`, { refresh_token: session.refresh_token })
  assert.equal(refreshed.status, 401)
  assert.equal((await login(server.visitor(), person)).status, 401)
  const again = await login(server.visitor(), { email: person.email, password })
  assert.equal(again.body.user.require_password_change, false)
  const mail = await server.smtp.waitForMail(person.email)
  assert.match(mail.subject, /password was changed/i)
  dead(await reset({ email: person.email, token, password }))
})

test('forgot-password answers 200 whether the address is known, unknown or none', async () => {
  const before = server.smtp.mails.length
  for (const email of ['nobody@salon.example', 'no address', '']) {
    const answer = await forgot(email)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { ok: true })
  }
  assertInvalid(await forgot(undefined), 'email')
  assertInvalid(await forgot(7), 'email')
  assertInvalid(await forgot(null), 'email')
  assert.equal(server.smtp.mails.length, before)
})

test('a token of another address, a wrong one and an unknown address get one answer, and leave the link good', async () => {
  const [one, two] = [
    await staff(server, await tokenOf(server, admin)),
    await staff(server, await tokenOf(server, admin)),
  ]
  const token = await linkFor(one.email)
  dead(await reset({ email: two.email, token, password }))
  dead(await reset({ email: 'nobody@salon.example', token, password }))
  dead(await reset({ email: 'no address', token, password }))
  dead(await reset({ email: one.email, token: `${token}x`, password }))
  assert.equal((await login(server.visitor(), two)).status, 200)
  assert.deepEqual((await reset({ email: one.email, token, password })).body, { ok: true })
})

test('a short password is 400 before the token is looked at', async () => {
  const person = await staff(server, await tokenOf(server, admin))
  const token = await linkFor(person.email)
  assertInvalid(await reset({ email: person.email, token, password: 'short' }), 'password')
  assertInvalid(await reset({ email: person.email, token: 'wrong', password: 'short' }), 'password')
  assertInvalid(await reset({}), 'email', 'password', 'token')
  assert.equal((await reset({ email: person.email, token, password })).status, 200)
})

test('a link lives one hour, and a second request within 60 seconds sends nothing', async () => {
  const person = await staff(server, await tokenOf(server, admin))
  const first = await linkFor(person.email)
  const count = server.smtp.mails.length
  await forgot(person.email)
  assert.equal(server.smtp.mails.length, count)
  server.clock.advance(61 * SECOND_MS)
  const second = await linkFor(person.email)
  // Asking again leaves the earlier link good.
  server.clock.advance(HOUR_MS - 62 * SECOND_MS)
  server.clock.advance(2 * SECOND_MS)
  dead(await reset({ email: person.email, token: first, password }))
  assert.equal((await reset({ email: person.email, token: second, password })).status, 200)
})

test('success ends all pending links of the address', async () => {
  const person = await staff(server, await tokenOf(server, admin))
  const first = await linkFor(person.email)
  server.clock.advance(61 * SECOND_MS)
  const second = await linkFor(person.email)
  assert.equal((await reset({ email: person.email, token: first, password })).status, 200)
  dead(await reset({ email: person.email, token: second, password }))
})

test('of two uses at once one wins', async () => {
  const person = await staff(server, await tokenOf(server, admin))
  const token = await linkFor(person.email)
  const answers = await Promise.all([1, 2].map(() => reset({ email: person.email, token, password })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
})

test('at most three links are pending, and five go out in a day', async () => {
  const person = await staff(server, await tokenOf(server, admin))
  const sent = async (): Promise<number> => {
    const before = server.smtp.mails.length
    await forgot(person.email)
    // Written before the answer; one more mail to somebody else shows that the sender has passed it.
    const witness = await staff(server, await tokenOf(server, admin))
    return server.smtp.mails
      .slice(before)
      .filter(({ to }) => to[0] === person.email && to[0] !== witness.email).length
  }
  const counts: number[] = []
  for (let i = 0; i < 4; i++) {
    counts.push(await sent())
    server.clock.advance(61 * SECOND_MS)
  }
  assert.deepEqual(counts, [1, 1, 1, 0])
  server.clock.advance(HOUR_MS)
  assert.equal(await sent(), 1)
  server.clock.advance(DAY_MS)
  assert.equal(await sent(), 1)
})

test('a disabled account gets no link', async () => {
  const operator = server.visitor()
  await operator.post('/api/setup', { name: 'Op', email: 'op@example.com', password: 'sunflower-kettle-94' })
  const person = await staff(server, await tokenOf(server, admin))
  const token = await tokenOf(server, person)
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  assert.equal((await operator.post(`/api/admin/accounts/${sub}/disable`)).status, 200)
  assert.equal(await isLive(server, token), false)
  const before = server.smtp.mails.length
  assert.deepEqual((await forgot(person.email)).body, { ok: true })
  await staff(server, await tokenOf(server, admin))
  assert.ok(!server.smtp.mails.slice(before).some(({ to }) => to[0] === person.email))
})
