import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { totpAt, totpStep } from '../../../engine/authenticators/totp/algorithm.ts'
import type { TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import {
  assertBad,
  assertEmpty,
  assertInvalid,
  assertProblem,
  assertUnauthorized,
  BASE,
  isLive,
  login,
  mailTo,
  newcomer,
  type Person,
  race,
  startCommunity,
} from './support.ts'

const STEP_MS = 30_000
const TOTP = `${BASE}/v0/auth/totp`

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

/** An authenticator app that was told `secret`. */
function appOf(secret: string) {
  const bits = [...secret].map((char) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'),
  )
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  return (drift = 0) => totpAt(key, totpStep(server.clock.now()) + drift)
}
/** A code opens one sign-in: who signs in again waits for the next. */
const nextStep = () => server.clock.advance(STEP_MS)

const setup = (visitor: Visitor) => visitor.post(`${TOTP}/setup`)
const enable = (visitor: Visitor, code: unknown) => visitor.post(`${TOTP}/enable`, { code })
const disable = (visitor: Visitor, code: unknown) => visitor.post(`${TOTP}/disable`, { code })
const renew = (visitor: Visitor, code: unknown) => visitor.post(`${TOTP}/backup-codes/regenerate`, { code })
const verify = (temp_token: unknown, code: unknown, visitor = server.visitor()) =>
  visitor.post(`${TOTP}/verify`, { temp_token, code })
const statusOf = async (visitor: Visitor) => (await visitor.get(`${TOTP}/status`)).body

const assertWrongCode = (answer: Awaited<ReturnType<typeof verify>>) =>
  assertProblem(answer, 400, 'totp:invalid_code')
const assertOff = (answer: Awaited<ReturnType<typeof verify>>) =>
  assertProblem(answer, 400, 'totp:not_enabled')
const assertOver = (answer: Awaited<ReturnType<typeof verify>>) =>
  assertProblem(answer, 400, 'totp:temp_token_invalid')

async function withTotp(): Promise<Person & { app: (drift?: number) => string; codes: string[] }> {
  const person = await newcomer(server)
  const app = appOf((await setup(person.visitor)).body.secret)
  const answer = await enable(person.visitor, app())
  assert.equal(answer.status, 200, answer.text)
  return { ...person, app, codes: answer.body.backup_codes }
}

async function firstStep(person: { email: string; password: string }, more = {}): Promise<string> {
  const answer = await login(server.visitor(), person, more)
  assert.equal(answer.status, 202, answer.text)
  assert.equal(answer.cookies.has('session_id'), false)
  assert.deepEqual(Object.keys(answer.body).toSorted(), ['temp_token', 'totp_required'])
  assert.equal(answer.body.totp_required, true)
  assert.match(answer.body.temp_token, /^[0-9a-f]{64}$/)
  return answer.body.temp_token
}

const wrongCode = (right: string): string => String((Number(right) + 1) % 1_000_000).padStart(6, '0')

test('set-up shows a secret in three ways, and changes nothing until a code proves it', async () => {
  const { visitor, email } = await newcomer(server)
  const { status, body } = await setup(visitor)
  assert.equal(status, 200)
  assert.match(body.secret, /^[A-Z2-7]{32}$/)
  const label = `Community:${encodeURIComponent(email)}`
  assert.equal(body.qr_code_uri, `otpauth://totp/${label}?secret=${body.secret}&issuer=Community`)
  const png = Buffer.from(body.qr_code_base64, 'base64')
  assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')])
  assert.deepEqual(await statusOf(visitor), { enabled: false })
  // Calling again replaces it.
  const again = (await setup(visitor)).body.secret
  assert.notEqual(again, body.secret)
  assertWrongCode(await enable(visitor, appOf(body.secret)()))
  assert.equal((await enable(visitor, appOf(again)())).status, 200)
  assertProblem(await setup(visitor), 409, 'totp:already_enabled')
})

test('enabling answers ten backup codes, and keeps the sessions', async () => {
  const { visitor, session, codes, app } = await withTotp()
  assert.equal(new Set(codes).size, 10)
  for (const code of codes) assert.match(code, /^[A-Z0-9]{8}$/)
  const { enabled, enabled_at, backup_codes_remaining } = await statusOf(visitor)
  assert.deepEqual([enabled, backup_codes_remaining], [true, 10])
  assert.match(enabled_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.equal(await isLive(server, session), true)
  assertProblem(await enable(visitor, app()), 409, 'totp:already_enabled')
})

test('enabling without a set-up, by a wrong code, or by what is no code', async () => {
  const { visitor } = await newcomer(server)
  assertOff(await enable(visitor, '123456'))
  const app = appOf((await setup(visitor)).body.secret)
  assertWrongCode(await enable(visitor, wrongCode(app())))
  assertWrongCode(await enable(visitor, app(-3)))
  for (const code of [undefined, null, 123456, ['123456']]) assertBad(await enable(visitor, code))
  for (const code of ['', '12345', '1234567', 'ABCDEFGH']) assertInvalid(await enable(visitor, code))
  assert.equal((await enable(visitor, app(1))).status, 200)
})

test('a login asks for a code, and the session is as the login wanted it', async () => {
  const { app, ...person } = await withTotp()
  const forNow = await verify(await firstStep(person), app())
  assertEmpty(forNow)
  assert.doesNotMatch(forNow.cookies.get('session_id')?.line ?? '', /Max-Age/)
  nextStep()
  const remembered = await verify(await firstStep(person, { remember_me: true }), app())
  assertEmpty(remembered)
  assert.match(remembered.cookies.get('session_id')?.line ?? '', /; Max-Age=2592000;/)
  assert.ok(await isLive(server, remembered.cookies.get('session_id')?.value ?? ''))
})

test('a wrong password is told before any second step', async () => {
  const { email } = await withTotp()
  const answer = await login(server.visitor(), { email, password: 'wrong' })
  assertProblem(answer, 401, 'auth:invalid_credentials')
})

test('the token stands five wrong codes, and is good once', async () => {
  const { app, ...person } = await withTotp()
  const token = await firstStep(person)
  for (const code of [wrongCode(app()), '1234567', 'abcdefgh', 'ABCDEFG1'])
    assertWrongCode(await verify(token, code))
  assertEmpty(await verify(token, app()))
  assertOver(await verify(token, app()))
  nextStep()
  const tired = await firstStep(person)
  for (let i = 0; i < 5; i++) assertWrongCode(await verify(tired, wrongCode(app())))
  assertOver(await verify(tired, app()))
})

test('a token that is unknown, too old, or none', async () => {
  const { app, session, ...person } = await withTotp()
  for (const token of ['x', '0'.repeat(64), session, 'F'.repeat(64)])
    assertOver(await verify(token, '123456'))
  for (const token of [undefined, null, 1]) assertBad(await verify(token, '123456'))
  assertInvalid(await verify('', '123456'))
  const token = await firstStep(person)
  for (const code of [undefined, null, 123456]) assertBad(await verify(token, code))
  for (const code of ['', '12345', '123456789']) assertInvalid(await verify(token, code))
  server.clock.advance(121_000)
  assertOver(await verify(token, app()))
})

test('a code opens one sign-in: not a second one, and not two at once', async () => {
  const { app, ...person } = await withTotp()
  const code = app()
  const tokens = [await firstStep(person), await firstStep(person)]
  const answers = await Promise.all(tokens.map((token) => verify(token, code)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, 400])
  assertWrongCode(await verify(await firstStep(person), code))
})

test('a backup code is good once, in its own spelling, and not twice at once', async () => {
  const { visitor, codes, ...person } = await withTotp()
  const [first = '', second = ''] = codes
  const token = await firstStep(person)
  if (first !== first.toLowerCase()) assertWrongCode(await verify(token, first.toLowerCase()))
  assertEmpty(await verify(token, first))
  assertWrongCode(await verify(await firstStep(person), first))
  const tokens = [await firstStep(person), await firstStep(person)]
  const answers = await Promise.all(tokens.map((one) => verify(one, second)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, 400])
  assert.equal((await statusOf(visitor)).backup_codes_remaining, 8)
})

test('when every backup code was used, the next is told so', async () => {
  const { codes, app, ...person } = await withTotp()
  for (const code of codes) assertEmpty(await verify(await firstStep(person), code))
  const token = await firstStep(person)
  assertProblem(await verify(token, codes[0]), 401, 'totp:backup_code_exhausted')
  assertWrongCode(await verify(token, wrongCode(app())))
  assertEmpty(await verify(token, app()))
})

test('switched off between the steps: there is nothing to verify', async () => {
  const { visitor, app, ...person } = await withTotp()
  const token = await firstStep(person)
  assertEmpty(await disable(visitor, app()))
  assertOff(await verify(token, app()))
})

test('disabling: by a code of the app or a backup code; an alert is mailed, sessions stay', async () => {
  const one = await withTotp()
  assertEmpty(await disable(one.visitor, one.app()))
  await mailTo(server, one.email, 'Security alert')
  assert.deepEqual(await statusOf(one.visitor), { enabled: false })
  assert.equal(await isLive(server, one.session), true)
  assertEmpty(await login(server.visitor(), one))
  assertOff(await disable(one.visitor, one.app()))
  const other = await withTotp()
  for (const code of [wrongCode(other.app()), '1234567', 'ABCDEFGH'])
    assertWrongCode(await disable(other.visitor, code))
  for (const code of [undefined, null, 1]) assertBad(await disable(other.visitor, code))
  for (const code of ['', '12345', '123456789']) assertInvalid(await disable(other.visitor, code))
  assertEmpty(await disable(other.visitor, other.codes[0]))
})

test('new backup codes come by a code of the app, within the step that enabled, and end the old ones', async () => {
  const { visitor, app, codes, ...person } = await withTotp()
  assertInvalid(await renew(visitor, codes[0]))
  assertWrongCode(await renew(visitor, wrongCode(app())))
  for (const code of [undefined, null, 1]) assertBad(await renew(visitor, code))
  const { status, body } = await renew(visitor, app())
  assert.equal(status, 200)
  assert.equal(body.backup_codes.length, 10)
  assertWrongCode(await verify(await firstStep(person), codes[1]))
  assertEmpty(await verify(await firstStep(person), body.backup_codes[0]))
  const without = await newcomer(server)
  assertOff(await renew(without.visitor, '123456'))
})

test('a reset of the password leaves the second step on', async () => {
  const { visitor, app, ...person } = await withTotp()
  await visitor.post(`${BASE}/v0/auth/verify-email`, { token: person.verification })
  await visitor.post(`${BASE}/v0/auth/forgot-password`, { email: person.email })
  const { text } = await mailTo(server, person.email, 'Reset your password')
  const [, token] = /token=([\w-]+)/.exec(text) ?? []
  const body = { token, new_password: 'another-long-one' }
  assertEmpty(await server.visitor().post(`${BASE}/v0/auth/reset-password`, body))
  assertEmpty(await verify(await firstStep({ ...person, password: body.new_password }), app()))
})

test('all but verify are for who is signed in, before any body is read', async () => {
  const visitor = server.visitor()
  for (const path of ['setup', 'enable', 'disable', 'backup-codes/regenerate'])
    assertUnauthorized(await visitor.post(`${TOTP}/${path}`))
  assertUnauthorized(await visitor.get(`${TOTP}/status`))
})

test('of many set-ups that are enabled at once, one is', async () => {
  const { visitor } = await newcomer(server)
  const app = appOf((await setup(visitor)).body.secret)
  assert.deepEqual(await race(4, () => enable(visitor, app())), { 200: 1, 409: 3 })
})
