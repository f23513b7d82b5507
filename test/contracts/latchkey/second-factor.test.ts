import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { totpAt, totpStep } from '../../../engine/authenticators/totp/algorithm.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'
import {
  accountOf,
  askForCode,
  assertOk,
  assertProblem,
  isSignedIn,
  linkIn,
  newAddress,
  OTHER_PASSWORD,
  PASSWORD,
  setUp,
  signUp,
  signUpWithCode,
  withStorage,
} from './support.ts'

const STEP_MS = 30_000

let server: TestServer
let operator: Visitor
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server)
})
after(() => server.close())

/** An authenticator app that was told `secret`. */
function appOf(secret: string) {
  const bits = [...secret].map((char) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'),
  )
  const bytes = bits.join('').match(/.{8}/g) ?? []
  const key = Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
  return (drift = 0) => totpAt(key, totpStep(server.clock.now()) + drift)
}
/** Codes of the step before are refused at a sign-in, so tests that sign in again wait for the next. */
const nextStep = () => server.clock.advance(STEP_MS)

const begin = (visitor: Visitor, password: string | undefined = PASSWORD) =>
  visitor.post('/api/account/second-factor', { password })
const enable = (visitor: Visitor, code: string) => visitor.post('/api/account/second-factor/enable', { code })
const disable = (visitor: Visitor, code: string) =>
  visitor.post('/api/account/second-factor/disable', { code })
const renew = (visitor: Visitor, code: string) =>
  visitor.post('/api/account/second-factor/recovery-codes', { code })
const statusOf = async (visitor: Visitor) => (await visitor.get('/api/account/second-factor')).body

async function newPerson() {
  const email = newAddress()
  const visitor = await signUp(server, email)
  const { secret } = (await begin(visitor)).body
  const app = appOf(secret)
  const answer = await enable(visitor, app())
  assertOk(answer)
  const recoveryCodes: string[] = answer.body.recoveryCodes
  return { email, visitor, app, recoveryCodes }
}

async function firstStep(email: string, password = PASSWORD): Promise<{ visitor: Visitor; token: string }> {
  const visitor = server.visitor()
  const answer = await visitor.post('/api/sign-in/password', { identifier: email, password })
  assertOk(answer, 202)
  assert.deepEqual(Object.keys(answer.body), ['secondStep'])
  assert.doesNotMatch(answer.headers.get('set-cookie') ?? '', /\blatchkey=/)
  return { visitor, token: answer.body.secondStep.token }
}
const secondStep = (visitor: Visitor, token: string, code: string): Promise<Answer> =>
  visitor.post('/api/sign-in/second-step', { token, code })

test('set-up gives a secret and an otpauth address, and changes nothing until a code proves it', async () => {
  const email = newAddress()
  const visitor = await signUp(server, email)
  assert.deepEqual(await statusOf(visitor), { enabledAt: null, recoveryCodesLeft: 0 })
  const first = await begin(visitor)
  assertOk(first)
  assert.match(first.body.secret, /^[A-Z2-7]{32}$/)
  assert.equal(
    first.body.uri,
    `otpauth://totp/Latchkey:${encodeURIComponent(email)}?secret=${first.body.secret}&issuer=Latchkey`,
  )
  assert.deepEqual(await statusOf(visitor), { enabledAt: null, recoveryCodesLeft: 0 })
  assertOk(await server.visitor().post('/api/sign-in/password', { identifier: email, password: PASSWORD }))
  const second = await begin(visitor)
  assert.notEqual(second.body.secret, first.body.secret)
  assertProblem(await enable(visitor, appOf(first.body.secret)()), 422, 'code_wrong')
  const answer = await enable(visitor, ` ${appOf(second.body.secret)()} `)
  assertOk(answer)
  const { recoveryCodes } = answer.body
  assert.equal(new Set(recoveryCodes).size, 10)
  for (const code of recoveryCodes) assert.match(code, /^[A-Z0-9]{8}$/)
  const { enabledAt, recoveryCodesLeft } = await statusOf(visitor)
  assert.ok(enabledAt <= server.clock.now() && recoveryCodesLeft === 10)
  await server.smtp.waitForMail(
    (mail) => mail.to.includes(email) && /second step was switched on/.test(mail.subject),
  )
  assertProblem(await begin(visitor), 409, 'totp_on')
  assertProblem(await enable(visitor, appOf(second.body.secret)()), 409, 'totp_on')
})

test('neither secret nor recovery codes are kept in clear', async () => {
  const { email, recoveryCodes } = await newPerson()
  await withStorage(server, async ({ db }) => {
    const { account_id: id } = await db
      .selectFrom('email_claim')
      .select('account_id')
      .where('address', '=', email)
      .executeTakeFirstOrThrow()
    const totp = await db
      .selectFrom('totp')
      .selectAll()
      .where('account_id', '=', id)
      .executeTakeFirstOrThrow()
    assert.ok(totp.secret_sealed.length > 20 + 28, 'a nonce and a tag are round it')
    const codes = await db.selectFrom('recovery_code').selectAll().where('account_id', '=', id).execute()
    assert.equal(codes.length, 10)
    for (const { code_hash: hash } of codes) {
      assert.equal(hash.length, 32)
      assert.ok(!recoveryCodes.some((code) => Buffer.from(hash).includes(code)))
    }
  })
})

test('setting it up asks for the password, or for a sign-in a few minutes old', async () => {
  const visitor = await signUp(server)
  assertProblem(await begin(visitor, 'wrong'), 403, 'password_wrong')
  const none = await visitor.post('/api/account/second-factor', {})
  assertProblem(none, 403, 'password_wrong')
  const byCode = await signUpWithCode(server)
  assertOk(await byCode.post('/api/account/second-factor', {}))
  server.clock.advance(11 * 60_000)
  assertProblem(await byCode.post('/api/account/second-factor', {}), 403, 'sign_in_again')
})

test('with it, neither a password nor a mailed code signs in alone', async () => {
  const { email, app } = await newPerson()
  nextStep()
  const { visitor, token } = await firstStep(email)
  assert.equal(await isSignedIn(visitor), false)
  assertProblem(await secondStep(visitor, token, '000000'), 422, 'code_wrong')
  const answer = await secondStep(visitor, token, app())
  assertOk(answer)
  assert.equal(answer.body.account.email, email)
  assert.equal((await accountOf(visitor)).email, email)

  nextStep()
  const other = server.visitor()
  const code = await askForCode(server, email)
  const mailed = await other.post('/api/sign-in/code/verify', { email, code })
  assertOk(mailed, 202)
  assert.equal(await isSignedIn(other), false)
  assertOk(await secondStep(other, mailed.body.secondStep.token, app()))
  assert.equal(await isSignedIn(other), true)
})

test('each time step opens one sign-in, and no earlier step opens one after it', async () => {
  const { email, app } = await newPerson()
  nextStep()
  const steps = await Promise.all([firstStep(email), firstStep(email), firstStep(email)])
  const code = app()
  const answers = await Promise.all(steps.map(({ visitor, token }) => secondStep(visitor, token, code)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 422, 422])
  const next = await firstStep(email)
  assertProblem(await secondStep(next.visitor, next.token, app(-1)), 422, 'code_wrong')
  assertProblem(await secondStep(next.visitor, next.token, code), 422, 'code_wrong')
  assertOk(await secondStep(next.visitor, next.token, app(1)))
})

test('a first step is good once, for two minutes and five codes, and in its own app and realm', async () => {
  const { email, app, recoveryCodes } = await newPerson()
  nextStep()
  const used = await firstStep(email)
  assertOk(await secondStep(used.visitor, used.token, app()))
  nextStep()
  assertProblem(await secondStep(used.visitor, used.token, app()), 410, 'second_step_over')

  const late = await firstStep(email)
  server.clock.advance(120_000)
  assertProblem(await secondStep(late.visitor, late.token, app()), 410, 'second_step_over')

  const tried = await firstStep(email)
  const wrong = await Promise.all(
    Array.from({ length: 8 }, () => secondStep(tried.visitor, tried.token, '000000')),
  )
  assert.equal(wrong.filter(({ status }) => status === 422).length, 5)
  assertProblem(await secondStep(tried.visitor, tried.token, app()), 410, 'second_step_over')

  const elsewhere = await firstStep(email)
  for (const base of ['/api/realms/starter', '/api/realms/salon']) {
    const json = { token: elsewhere.token, code: recoveryCodes[0] }
    assertProblem(await elsewhere.visitor.post(`${base}/sign-in/second-step`, json), 410, 'second_step_over')
  }
  assertProblem(await secondStep(server.visitor(), 'x', app()), 410, 'second_step_over')
  assertOk(await secondStep(elsewhere.visitor, elsewhere.token, app()))
})

test('a recovery code opens one sign-in, also of many at once', async () => {
  const { email, recoveryCodes, visitor } = await newPerson()
  const [code = ''] = recoveryCodes
  const steps = await Promise.all(Array.from({ length: 4 }, () => firstStep(email)))
  const answers = await Promise.all(steps.map((step) => secondStep(step.visitor, step.token, code)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 422, 422, 422])
  assert.equal((await statusOf(visitor)).recoveryCodesLeft, 9)
  const again = await firstStep(email)
  assertProblem(await secondStep(again.visitor, again.token, code.toLowerCase()), 422, 'code_wrong')
  assertOk(await secondStep(again.visitor, again.token, recoveryCodes[1] ?? ''))
})

test('new recovery codes need a code of the app, and end the old ones', async () => {
  const { email, app, recoveryCodes, visitor } = await newPerson()
  assertProblem(await renew(visitor, recoveryCodes[0] ?? ''), 422, 'code_wrong')
  assertProblem(await renew(visitor, '123'), 422, 'code_wrong')
  // In the very step that enabled it: only a sign-in spends a step.
  const answer = await renew(visitor, app())
  assertOk(answer)
  assert.equal((await statusOf(visitor)).recoveryCodesLeft, 10)
  const step = await firstStep(email)
  assertProblem(await secondStep(step.visitor, step.token, recoveryCodes[0] ?? ''), 422, 'code_wrong')
  assertOk(await secondStep(step.visitor, step.token, answer.body.recoveryCodes[0]))
})

test('it is switched off by a code of the app or a recovery code, and a mail tells', async () => {
  for (const kind of ['app', 'recovery'] as const) {
    const { email, app, recoveryCodes, visitor } = await newPerson()
    assertProblem(await disable(visitor, '000000'), 422, 'code_wrong')
    assertOk(await disable(visitor, kind === 'app' ? app() : (recoveryCodes[3] ?? '')))
    assert.deepEqual(await statusOf(visitor), { enabledAt: null, recoveryCodesLeft: 0 })
    const mail = await server.smtp.waitForMail((m) => m.to.includes(email) && /switched off/.test(m.subject))
    assert.ok(mail)
    assertOk(await server.visitor().post('/api/sign-in/password', { identifier: email, password: PASSWORD }))
    assertProblem(await disable(visitor, app()), 409, 'totp_off')
    assertProblem(await renew(visitor, app()), 409, 'totp_off')
    assertProblem(await enable(visitor, app()), 409, 'totp_off')
  }
})

test('a new password ends a first step that waits, and recovery leaves the second factor as it is', async () => {
  const { email, app, visitor } = await newPerson()
  nextStep()
  const waiting = await firstStep(email)
  const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }
  assertOk(await visitor.put('/api/account/password', change))
  assertProblem(await secondStep(waiting.visitor, waiting.token, app()), 410, 'second_step_over')

  assertOk(await server.visitor().post('/api/recovery', { email }))
  const link = linkIn(
    await server.smtp.waitForMail((m) => m.to.includes(email) && m.text.includes('/reset-password?')),
  )
  assertOk(await server.visitor().post('/api/recovery/complete', { ...link, newPassword: PASSWORD }))
  const step = await firstStep(email)
  assertOk(await secondStep(step.visitor, step.token, app()))
})

test('an account that was disabled meanwhile is not let in by its second step', async () => {
  const { email, app, visitor } = await newPerson()
  nextStep()
  const { uid } = await accountOf(visitor)
  const step = await firstStep(email)
  assertOk(await operator.post(`/api/admin/accounts/${uid}/disable`))
  const { status } = await secondStep(step.visitor, step.token, app())
  assert.ok(status === 410 || status === 403, String(status))
  assert.equal(await isSignedIn(step.visitor), false)
})

test('guesses at the second step count with wrong passwords, whoever makes them', async () => {
  const limited = await startLatchkey({ env: { RATE_LIMIT: 'on' }, clock: server.clock })
  try {
    const email = newAddress()
    const visitor = await signUp(limited, email)
    const { secret } = (await begin(visitor)).body
    assertOk(await enable(visitor, appOf(secret)()))
    nextStep()
    const statuses: number[] = []
    for (let round = 0; round < 4; round++) {
      const one = limited.visitor()
      const first = await one.post('/api/sign-in/password', { identifier: email, password: PASSWORD })
      if (first.status !== 202) {
        statuses.push(first.status)
        break
      }
      for (let guess = 0; guess < 5; guess++) {
        const { status } = await secondStep(one, first.body.secondStep.token, '000000')
        statuses.push(status)
      }
    }
    assert.equal(statuses.filter((status) => status === 422).length, 15)
    assert.equal(statuses.at(-1), 429)
  } finally {
    await limited.close()
  }
})

test('HTTP Basic does not go round it', async () => {
  const yaml = 'realms: { referral: {} }\n'
  const basic = await startLatchkey({ env: { REFERRAL_BASIC_AUTH: 'true' }, yaml })
  try {
    const credentials = Buffer.from('admin:sunflower-kettle').toString('base64')
    const headers = { authorization: `Basic ${credentials}` }
    const me = () => basic.visitor().send('GET', '/referral/api/auth/me', { headers })
    const first = await basic
      .visitor()
      .post('/referral/api/auth/login', { email: 'admin', password: 'admin' })
    assertOk(first)
    const bearer = { authorization: `Bearer ${first.body.token}` }
    const json = { old_password: 'admin', new_password: 'sunflower-kettle' }
    assertOk(await basic.visitor().send('PUT', '/referral/api/auth/me/password', { json, headers: bearer }))
    assertOk(await me())
    await withStorage(basic, async ({ db }) => {
      const { id } = await db
        .selectFrom('account')
        .select('id')
        .where('username_key', '=', 'admin')
        .executeTakeFirstOrThrow()
      const values = { account_id: id, secret_sealed: Buffer.alloc(48), last_step: 0, created_at: 1 }
      await db
        .insertInto('totp')
        .values({ ...values, enabled_at: 1 })
        .execute()
    })
    assert.equal((await me()).status, 401)
    const login = { email: 'admin', password: 'sunflower-kettle' }
    assert.equal((await basic.visitor().post('/referral/api/auth/login', login)).status, 401)
  } finally {
    await basic.close()
  }
})

test('a realm whose apps cannot ask for a second step has none', async () => {
  const email = newAddress()
  const salon = { admin_name: 'Sam', admin_email: email, admin_password: PASSWORD, salon_name: 'Curls' }
  assertOk(await server.visitor().post('/salon/api/auth/setup', salon), 201)
  const visitor = server.visitor()
  assertOk(
    await visitor.post('/api/realms/salon/sign-in/password', { identifier: email, password: PASSWORD }),
  )
  const answer = await visitor.post('/api/realms/salon/account/second-factor', { password: PASSWORD })
  assertProblem(answer, 403, 'method_off')
})
