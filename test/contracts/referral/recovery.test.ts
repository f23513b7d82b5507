import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../engine/clock.ts'
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
  newEmail,
  type Person,
  startReferral,
  tokenOf,
} from './support.ts'

const yaml = `
apps:
  - contract: referral
    prefix: /referral
    frontendUrl: https://app.referral.example
`
let server: TestServer
before(async () => {
  server = await startReferral({ yaml })
})
after(() => server.close())

const password = 'another-lantern'
const ask = (email: unknown) => server.visitor().post(`${AUTH}/send-password-reset-link`, { email })
const reset = (token: string, body: unknown = { password }) =>
  server.visitor().post(`${AUTH}/reset-password-with-token`, body, bearer(token))
const me = (token: string) => server.visitor().get(`${AUTH}/me`, bearer(token))

/** The JWT of the link that was mailed. */
async function linkFor({ email }: { email: string }): Promise<string> {
  const answer = await ask(email)
  assert.equal(answer.status, 200)
  assert.equal(answer.text, 'true')
  const mail = await server.smtp.waitForMail(
    ({ to, text }) => to[0] === email && text.includes('reset-password?token='),
  )
  const [link = ''] = mail.text.match(/https:\S+/) ?? []
  return new URL(link).searchParams.get('token') ?? ''
}

/** How many reset mails go out for one request: whatever was written before the witness's is there by then. */
async function sentFor(email: string): Promise<number> {
  const before = server.smtp.mails.length
  assert.equal((await ask(email)).text, 'true')
  await linkFor(await newcomer(server))
  return server.smtp.mails
    .slice(before)
    .filter(({ to, subject }) => to[0] === email && subject === 'Reset Password').length
}

test('the mail has the documented subject, one link to the configured front end, and its five minutes', async () => {
  const person = await newcomer(server)
  assert.equal((await ask(` ${person.email.toUpperCase()} `)).text, 'true')
  const { subject, text, html } = await server.smtp.waitForMail(person.email)
  assert.equal(subject, 'Reset Password')
  const links = text.match(/https?:\S+/g) ?? []
  assert.equal(links.length, 1)
  assert.ok(links[0]?.startsWith('https://app.referral.example/reset-password?token=ey'), links[0])
  assert.ok(html.includes('https://app.referral.example/reset-password?token='))
  assert.match(text, /5 minutes/)
})

test('the link’s token is a JWT with sub, exp and no scope; it shows whose it is and sets the password, once', async () => {
  const person = await newcomer(server)
  const other = await tokenOf(server, person)
  const token = await linkFor(person)
  const { sub, exp, scopes, jti } = claimsOf(token)
  assert.equal(sub, person.id)
  assert.ok(Math.abs(exp * 1_000 - server.clock.now() - 5 * MINUTE_MS) < 10 * SECOND_MS)
  assert.deepEqual(scopes, [])
  assert.ok(jti)
  for (let i = 0; i < 2; i++) {
    const shown = await me(token)
    assert.equal(shown.status, 200)
    assert.equal(shown.body.email, person.email)
  }
  const answer = await reset(token, { password, email: person.email })
  assert.equal(answer.status, 200)
  assert.equal(answer.text, 'true')
  for (const session of [person.token, other]) assert.equal(await isLive(server, session), false)
  assertUnauthorized(await server.visitor().post(`${AUTH}/login`, person))
  const now = await tokenOf(server, { email: person.email, password })
  assert.equal((await me(now)).body.is_verified, true)
  assert.match((await server.smtp.waitForMail(person.email)).subject, /password was changed/i)
  assertUnauthorized(await reset(token))
  assertUnauthorized(await me(token))
  await tokenOf(server, { email: person.email, password })
})

test('the token opens nothing else', async () => {
  const person = await newcomer(server)
  const token = await linkFor(person)
  const visitor = server.visitor()
  const name = { name: 'Mallory' }
  assertUnauthorized(await visitor.put(`${AUTH}/me/name`, name, bearer(token)))
  const body = { old_password: person.password, new_password: password }
  assertUnauthorized(await visitor.put(`${AUTH}/me/password`, body, bearer(token)))
  for (const path of ['me/send-otp', 'me/create-token', 'me/tokens']) {
    assertUnauthorized(await visitor.post(`${AUTH}/${path}`, undefined, bearer(token)))
  }
  for (const other of [token, claimsOf(token).jti]) {
    assert.equal((await visitor.get(`${AUTH}/verify-token?token=${other}`)).body, false)
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const form = new URLSearchParams({ otp: '000000', token }).toString()
  assertUnauthorized(await visitor.send('POST', `${AUTH}/verify-otp`, { body: form, headers }))
  const ownApi = { headers: { authorization: `Bearer ${token}` } }
  assert.equal((await visitor.get('/api/realms/referral/account', ownApi)).status, 401)
  assert.equal((await reset(token)).status, 200, 'and it was not spent by any of that')
})

test('without a front end of the app’s own the link leads to our page, and its secret is taken as well', async () => {
  const plain = await startReferral()
  try {
    const person = await newcomer(plain)
    const visitor = plain.visitor()
    await visitor.post(`${AUTH}/send-password-reset-link`, { email: person.email })
    const { text } = await plain.smtp.waitForMail(person.email)
    const [link = ''] = text.match(/https?:\S+/) ?? []
    const { pathname, hash } = new URL(link)
    assert.ok(pathname.endsWith('/reset-password'), link)
    const secret = hash.slice(1)
    assert.match(secret, /^[\w-]{43}$/)
    assert.equal((await visitor.get(`${AUTH}/me`, bearer(secret))).body.email, person.email)
    assertUnauthorized(await visitor.post(`${AUTH}/me/tokens`, undefined, bearer(secret)))
    const answer = await visitor.post(`${AUTH}/reset-password-with-token`, { password }, bearer(secret))
    assert.equal(answer.text, 'true')
    const again = await visitor.post(`${AUTH}/reset-password-with-token`, { password }, bearer(secret))
    assertUnauthorized(again)
  } finally {
    await plain.close()
  }
})

test('a session’s token sets no password: 403; nothing, a user token and a forged one: 401', async () => {
  const person = await newcomer(server)
  assertProblem(await reset(person.token), 403, 'Forbidden')
  const user = await server.visitor().post(`${AUTH}/me/create-token`, undefined, bearer(person.token))
  const genuine = await linkFor(person)
  const [head = '', body = '', signature = ''] = genuine.split('.')
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'recovery+jwt' })).toString('base64url')
  for (const token of [
    'x',
    user.body.token,
    `${none}.${body}.`,
    `${none}.${body}.${signature}`,
    `${head}.${body}.${'A'.repeat(86)}`,
    `${genuine}x`,
  ]) {
    assertUnauthorized(await reset(token))
    assertUnauthorized(await me(token))
  }
  assertUnauthorized(await server.visitor().post(`${AUTH}/reset-password-with-token`, { password }))
  assert.equal((await reset(genuine)).status, 200)
})

test('the password is asked for: missing, no text, too short and too long are told, and spend nothing', async () => {
  const token = await linkFor(await newcomer(server))
  assertWrong(await reset(token, {}), 'missing password')
  assertWrong(await reset(token, null), 'missing body')
  for (const value of [null, 7, [], {}])
    assertWrong(await reset(token, { password: value }), 'string_type password')
  assertWrong(await reset(token, { password: '12345' }), 'string_too_short password')
  assertWrong(await reset(token, { password: 'x'.repeat(101) }), 'string_too_long password')
  assert.equal((await reset(token)).status, 200)
})

test('the credential is told before the fields, and what is no JSON before the credential', async () => {
  const visitor = server.visitor()
  const path = `${AUTH}/reset-password-with-token`
  assertUnauthorized(await visitor.post(path, {}))
  assertProblem(await visitor.post(path, {}, bearer((await newcomer(server)).token)), 403, 'Forbidden')
  const headers = { 'content-type': 'application/json' }
  const broken = await visitor.send('POST', path, { body: '{', headers })
  assert.equal(broken.body.detail[0].type, 'json_invalid')
})

test('a link lives five minutes', async () => {
  const person = await newcomer(server)
  const late = await linkFor(person)
  server.clock.advance(5 * MINUTE_MS)
  assertUnauthorized(await reset(late))
  assertUnauthorized(await me(late))
  const next = await linkFor(person)
  server.clock.advance(5 * MINUTE_MS - 5 * SECOND_MS)
  assert.equal((await reset(next)).status, 200)
})

test('a new link ends the one before it', async () => {
  const person = await newcomer(server)
  const first = await linkFor(person)
  server.clock.advance(61 * SECOND_MS)
  const second = await linkFor(person)
  assertUnauthorized(await reset(first))
  assertUnauthorized(await me(first))
  assert.equal((await reset(second)).status, 200)
})

test('one mail in 60 seconds and five in an hour; what is more is swallowed, and the last link stays good', async () => {
  const person = await newcomer(server)
  const token = await linkFor(person)
  assert.equal(await sentFor(person.email), 0)
  assert.equal((await me(token)).status, 200)
  const counts: number[] = []
  for (let i = 0; i < 5; i++) {
    server.clock.advance(61 * SECOND_MS)
    counts.push(await sentFor(person.email))
  }
  assert.deepEqual(counts, [1, 1, 1, 1, 0])
  server.clock.advance(HOUR_MS)
  assert.equal(await sentFor(person.email), 1)
})

test('of many asked for at once one goes out', async () => {
  const person = await newcomer(server)
  const before = server.smtp.mails.length
  await Promise.all(Array.from({ length: 8 }, () => ask(person.email)))
  await linkFor(await newcomer(server))
  assert.equal(server.smtp.mails.slice(before).filter(({ to }) => to[0] === person.email).length, 1)
})

test('of ten uses at once one sets the password', async () => {
  const token = await linkFor(await newcomer(server))
  const answers = await Promise.all(Array.from({ length: 10 }, () => reset(token)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 9 }, () => 401)])
})

test('whoever has the address, the answer is true, header by header; only what is no address is told', async () => {
  const person = await newcomer(server)
  const [known, unknown] = [await ask(person.email), await ask(newEmail())]
  const seen = ({ status, text, headers }: typeof known) => ({
    status,
    text,
    headers: [...headers].filter(([name]) => !/^(date|x-request-id)$/.test(name)),
  })
  assert.deepEqual(seen(known), seen(unknown))
  assertWrong(await ask(undefined), 'missing email')
  for (const value of [null, 7, [], {}]) assertWrong(await ask(value), 'string_type email')
  for (const value of ['', 'admin', 'no address']) assertWrong(await ask(value), 'value_error email')
})

test('an inactive account gets no mail, and the link it has is dead: 403', async () => {
  const operate = createOperator(server)
  const person: Person = await newcomer(server)
  const token = await linkFor(person)
  await operate(person.id, 'disable')
  assertProblem(await reset(token), 403, 'User is inactive')
  assertProblem(await me(token), 403, 'User is inactive')
  assertUnauthorized(await reset(claimsOf(token).jti))
  server.clock.advance(61 * SECOND_MS)
  assert.equal(await sentFor(person.email), 0)
  await operate(person.id, 'enable')
  assertUnauthorized(await reset(token))
})

test('a changed password ends the link', async () => {
  const person = await newcomer(server)
  const token = await linkFor(person)
  const body = { old_password: person.password, new_password: password }
  assert.equal((await server.visitor().put(`${AUTH}/me/password`, body, bearer(person.token))).status, 200)
  assertUnauthorized(await reset(token))
})

test('the address of a first admin is mailed like any other', async () => {
  const token = await linkFor(boss)
  assert.equal((await me(token)).body.role, 'admin')
})
