import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../engine/clock.ts'
import type { TestServer } from '../../support/latchkey.ts'
import type { Answer } from '../../support/visitor.ts'
import {
  AUTH,
  assertProblem,
  assertUnauthorized,
  assertWrong,
  bearer,
  boss,
  createOperator,
  newcomer,
  type Person,
  startReferral,
  tokenOf,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startReferral()
})
after(() => server.close())

const send = (token: string) => server.visitor().post(`${AUTH}/me/send-otp`, undefined, bearer(token))

async function codeFor(person: Person): Promise<{ otp: string; token: string }> {
  const answer = await send(person.token)
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(Object.keys(answer.body), ['token'])
  const { subject } = await server.smtp.waitForMail(
    ({ to, subject }) => to[0] === person.email && subject.startsWith('OTP'),
  )
  const [, otp = ''] = /^OTP \((\d{6})\)$/.exec(subject) ?? []
  assert.ok(otp, subject)
  return { otp, token: answer.body.token }
}

async function multipart(fields: Record<string, string | File>): Promise<Answer> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  const encoded = new Response(form)
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '' }
  return server.visitor().send('POST', `${AUTH}/verify-otp`, { body: await encoded.text(), headers })
}

const urlencoded = (fields: Record<string, string>): Promise<Answer> =>
  server.visitor().send('POST', `${AUTH}/verify-otp`, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })

const isVerified = async ({ token }: Person): Promise<boolean> =>
  (await server.visitor().get(`${AUTH}/me`, bearer(token))).body.is_verified

const other = (otp: string): string => String((Number(otp) + 1) % 1_000_000).padStart(6, '0')

test('the code and the token of send-otp, sent as multipart, prove the address, once', async () => {
  const person = await newcomer(server)
  const { updated_at } = (await server.visitor().get(`${AUTH}/me`, bearer(person.token))).body
  const code = await codeFor(person)
  server.clock.advance(SECOND_MS)
  assert.equal(await isVerified(person), false)
  const answer = await multipart(code)
  assert.equal(answer.status, 200)
  assert.equal(answer.text, 'true')
  const { body } = await server.visitor().get(`${AUTH}/me`, bearer(person.token))
  assert.equal(body.is_verified, true)
  assert.ok(body.updated_at > updated_at)
  assertUnauthorized(await multipart(code))
  assert.ok(await tokenOf(server, person), 'the password and the session stay as they are')
  assertProblem(await send(person.token), 409, 'Email is already verified')
})

test('a form that is urlencoded is taken too, and blanks around its values are cut', async () => {
  const person = await newcomer(server)
  const { otp, token } = await codeFor(person)
  const answer = await urlencoded({ otp: ` ${otp} `, token: `${token} `, more: 'ignored' })
  assert.equal(answer.text, 'true')
  assert.equal(await isVerified(person), true)
})

test('the mail says the code in its subject and in a line of its own, and how long it lasts', async () => {
  const person = await newcomer(server)
  assert.equal((await send(person.token)).status, 200)
  const { subject, text, html } = await server.smtp.waitForMail(person.email)
  const [otp = ''] = /\d{6}/.exec(subject) ?? []
  assert.match(text, new RegExp(`^${otp}$`, 'm'))
  assert.ok(html.includes(otp))
  assert.match(text, /5 minutes/)
})

test('JSON, no body and other types have no fields; an empty field is missing, a file is no text', async () => {
  const post = (body: string | undefined, type?: string) =>
    server
      .visitor()
      .send('POST', `${AUTH}/verify-otp`, { body, ...(type && { headers: { 'content-type': type } }) })
  const both = ['missing otp', 'missing token']
  assertWrong(await post('{"otp":"000000","token":"x"}', 'application/json'), ...both)
  assertWrong(await post(undefined), ...both)
  assertWrong(await post('otp=000000&token=x', 'text/plain'), ...both)
  assertWrong(await post('otp=000000', 'application/x-www-form-urlencoded'), 'missing token')
  assertWrong(await post('broken', 'multipart/form-data'), ...both)
  assertWrong(await post('broken', 'multipart/form-data; boundary=x'), ...both)
  assertWrong(await urlencoded({ otp: '', token: 'x' }), 'missing otp')
  const file = new File(['000000'], 'otp.txt')
  assertWrong(await multipart({ otp: file, token: 'x' }), 'string_type otp')
  assertWrong(
    await urlencoded({ otp: 'x'.repeat(513), token: 'x'.repeat(4_097) }),
    'string_too_long otp',
    'string_too_long token',
  )
  const missing = await urlencoded({ token: 'geheim' })
  assert.deepEqual(missing.body.detail[0].input, { token: '***' })
})

test('five wrong codes spend the token; the right one comes too late then', async () => {
  const person = await newcomer(server)
  const { otp, token } = await codeFor(person)
  for (let i = 0; i < 5; i++) {
    assertProblem(await multipart({ otp: other(otp), token }), 403, 'Wrong OTP')
  }
  assertUnauthorized(await multipart({ otp, token }))
  assert.equal(await isVerified(person), false)
})

test('wrong codes at once are looked at five times at most', async () => {
  const person = await newcomer(server)
  const { otp, token } = await codeFor(person)
  const answers = await Promise.all(Array.from({ length: 12 }, () => multipart({ otp: other(otp), token })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [
    ...Array.from({ length: 7 }, () => 401),
    ...Array.from({ length: 5 }, () => 403),
  ])
})

test('of two uses of one code at once one succeeds', async () => {
  const person = await newcomer(server)
  const code = await codeFor(person)
  const answers = await Promise.all([multipart(code), urlencoded(code)])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401])
  assert.equal(await isVerified(person), true)
})

test('tokens that are none of send-otp’s are 401: a session, a user token, another person’s', async () => {
  const [ann, bob] = [await newcomer(server), await newcomer(server)]
  const code = await codeFor(ann)
  const user = await server.visitor().post(`${AUTH}/me/create-token`, undefined, bearer(ann.token))
  for (const token of ['x', ann.token, user.body.token, code.token.toLowerCase(), `${code.token}x`]) {
    assertUnauthorized(await multipart({ otp: code.otp, token }))
  }
  const theirs = await codeFor(bob)
  const mixed = await multipart({ otp: code.otp, token: theirs.token })
  if (code.otp !== theirs.otp) assertProblem(mixed, 403, 'Wrong OTP')
  assert.equal((await multipart(code)).status, 200)
  assert.deepEqual([await isVerified(ann), await isVerified(bob)], [true, false])
})

test('the token of send-otp is no bearer token', async () => {
  const person = await newcomer(server)
  const { token } = await codeFor(person)
  assertUnauthorized(await server.visitor().get(`${AUTH}/me`, bearer(token)))
  assertUnauthorized(await send(token))
  const reset = await server
    .visitor()
    .post(`${AUTH}/reset-password-with-token`, { password: 'another-lantern' }, bearer(token))
  assertUnauthorized(reset)
})

test('a code lives five minutes', async () => {
  const person = await newcomer(server)
  const code = await codeFor(person)
  server.clock.advance(5 * MINUTE_MS)
  assertUnauthorized(await multipart(code))
  const next = await codeFor(person)
  server.clock.advance(5 * MINUTE_MS - 2 * SECOND_MS)
  assert.equal((await multipart(next)).status, 200)
})

test('one code in 30 seconds: 429 with the seconds left; a new one ends the one before', async () => {
  const person = await newcomer(server)
  const first = await codeFor(person)
  const refused = await send(person.token)
  assertProblem(refused, 429, 'Too many requests')
  const seconds = Number(refused.headers.get('retry-after'))
  assert.ok(seconds > 25 && seconds <= 30, String(seconds))
  server.clock.advance(30 * SECOND_MS)
  const second = await codeFor(person)
  assertUnauthorized(await multipart(first))
  assert.equal((await multipart(second)).status, 200)
})

test('of many asked for at once one goes out', async () => {
  const person = await newcomer(server)
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(person.token)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 7 }, () => 429)])
})

test('ten codes in a day, and no more until the first is a day old', async () => {
  const person = await newcomer(server)
  for (let i = 0; i < 10; i++) {
    await codeFor(person)
    server.clock.advance(31 * SECOND_MS)
  }
  const refused = await send(person.token)
  assertProblem(refused, 429, 'Too many requests')
  const seconds = Number(refused.headers.get('retry-after'))
  assert.ok(seconds > 23 * 3_600 && seconds <= 86_400, String(seconds))
  server.clock.advance(DAY_MS - 10 * 31 * SECOND_MS)
  await codeFor(person)
})

test('a new password, and being shut out, end a code that was mailed before', async () => {
  const operate = createOperator(server)
  const ann = await newcomer(server)
  const before = await codeFor(ann)
  const body = { old_password: ann.password, new_password: 'another-lantern' }
  assert.equal((await server.visitor().put(`${AUTH}/me/password`, body, bearer(ann.token))).status, 200)
  assertUnauthorized(await multipart(before))
  const bob = await newcomer(server)
  const code = await codeFor(bob)
  await operate(bob.id, 'disable')
  assertUnauthorized(await multipart(code))
})

test('whatever body comes with send-otp is ignored', async () => {
  const person = await newcomer(server)
  const answer = await server
    .visitor()
    .send(
      'POST',
      `${AUTH}/me/send-otp`,
      bearer(person.token, { body: 'anything', headers: { 'content-type': 'text/x' } }),
    )
  assert.equal(answer.status, 200, answer.text)
})

test('an account without an address gets no code', async () => {
  const plain = await startReferral({
    env: { REFERRAL_ADMIN_EMAIL: 'admin', REFERRAL_ADMIN_PASSWORD: boss.password },
  })
  try {
    const token = await tokenOf(plain, { email: 'admin', password: boss.password })
    const answer = await plain.visitor().post(`${AUTH}/me/send-otp`, undefined, bearer(token))
    assertProblem(answer, 409, 'Account has no email')
  } finally {
    await plain.close()
  }
})
