import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY_MS } from '../../../engine/clock.ts'
import { openStorage } from '../../../storage/database.ts'
import type { TestServer } from '../../support/latchkey.ts'
import type { Answer } from '../../support/visitor.ts'
import {
  AUTH,
  assertProblem,
  assertWrong,
  boss,
  createOperator,
  isLive,
  newcomer,
  newEmail,
  referrerOf,
  startReferral,
  tokenOf,
} from './support.ts'

let server: TestServer
let referrer: string
let bossId: string
before(async () => {
  server = await startReferral()
  const { token, user } = (await server.visitor().post(`${AUTH}/login`, boss)).body
  bossId = user.id
  referrer = await referrerOf(server, token)
})
after(() => server.close())

const password = 'a-lantern'
const signup = (body: unknown) => server.visitor().post(`${AUTH}/signup`, body)

test('a token of somebody who has an account opens sign-up, and signs in', async () => {
  const email = newEmail()
  const { status, body } = await signup({ referrer, email, password })
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body), ['token', 'user'])
  const { id, created_at, updated_at, ...user } = body.user
  assert.equal(created_at, updated_at)
  assert.ok(id)
  assert.deepEqual(user, {
    email,
    name: null,
    role: 'user',
    tier: 0,
    is_active: true,
    is_verified: false,
    referrer_id: bossId,
    extra: { email_alerts: { 50: 1, 60: 1 } },
  })
  assert.ok(await isLive(server, body.token))
  const before = server.smtp.mails.length
  assert.equal((await server.visitor().post(`${AUTH}/login`, { email, password })).status, 200)
  assert.equal(server.smtp.mails.length, before, 'no mail goes out')
})

test('a token may be used again and again, by a newcomer’s own token as well', async () => {
  const one = await newcomer(server, referrer)
  const theirs = await referrerOf(server, one.token)
  const two = await newcomer(server, theirs)
  const again = await server.visitor().post(`${AUTH}/login`, two)
  assert.equal(again.body.user.referrer_id, one.id)
})

test('the address is kept as written, its outer blanks cut; the name is trimmed, and may be null', async () => {
  const email = newEmail()
  const { body } = await signup({ referrer: ` ${referrer} `, email: `  ${email} `, password, name: '  Ada ' })
  assert.equal(body.user.email, email)
  assert.equal(body.user.name, 'Ada')
  assert.equal((await signup({ referrer, email: newEmail(), password, name: null })).body.user.name, null)
})

test('an intranet name is an address; a display name is none', async () => {
  assert.equal((await signup({ referrer, email: 'ann@intranet', password })).status, 200)
  assertWrong(await signup({ referrer, email: 'Ann <ann@example.com>', password }), 'value_error email')
})

test('role, tier and every other unknown key are ignored', async () => {
  const more = { role: 'admin', tier: 2, is_verified: true, is_active: false, terms: true, extra: { a: 1 } }
  const { body } = await signup({ referrer, email: newEmail(), password, ...more })
  const { role, tier, is_verified, is_active, extra } = body.user
  assert.deepEqual(
    { role, tier, is_verified, is_active, extra },
    {
      role: 'user',
      tier: 0,
      is_verified: false,
      is_active: true,
      extra: { email_alerts: { 50: 1, 60: 1 } },
    },
  )
})

test('an address that is taken, in whatever case, is 409', async () => {
  const { email } = await newcomer(server, referrer)
  assertProblem(await signup({ referrer, email, password }), 409, 'User already exists')
  assertProblem(await signup({ referrer, email: email.toUpperCase(), password }), 409, 'User already exists')
})

test('the token is looked at before the address: a stranger learns of none', async () => {
  const { email } = await newcomer(server, referrer)
  for (const wrong of ['', 'x', `${referrer}1`, referrer.toLowerCase(), 'O0Il'.repeat(100)]) {
    assertProblem(await signup({ referrer: wrong, email, password }), 403, 'Invalid token')
  }
})

test('an expired token, and one whose owner is inactive, are told; active again, it is good again', async () => {
  const operate = createOperator(server)
  const owner = await newcomer(server, referrer)
  const theirs = await referrerOf(server, owner.token)
  await operate(owner.id, 'disable')
  const email = newEmail()
  assertProblem(await signup({ referrer: theirs, email, password }), 403, 'User is inactive')
  await operate(owner.id, 'enable')
  assert.equal((await signup({ referrer: theirs, email, password })).status, 200)
  server.clock.advance(15 * DAY_MS)
  assertProblem(await signup({ referrer: theirs, email, password }), 403, 'Token expired')
  referrer = await referrerOf(server, await tokenOf(server, boss))
})

test('each field: missing, not text, too short, too long, no address; all of them at once, in order', async () => {
  assertWrong(await signup({}), 'missing referrer', 'missing email', 'missing password')
  const good = { referrer, email: newEmail(), password, name: 'Ada' }
  for (const field of ['referrer', 'email', 'password', 'name']) {
    for (const value of [7, true, [], {}]) {
      assertWrong(await signup({ ...good, [field]: value }), `string_type ${field}`)
    }
    if (field !== 'name') assertWrong(await signup({ ...good, [field]: null }), `string_type ${field}`)
  }
  const bad: [string, string, string][] = [
    ['referrer', 'x'.repeat(513), 'string_too_long'],
    [
      'email',
      `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`,
      'string_too_long',
    ],
    ['email', 'nobody', 'value_error'],
    ['email', '', 'value_error'],
    ['email', '@example.com', 'value_error'],
    ['email', 'ann@', 'value_error'],
    ['email', 'an n@example.com', 'value_error'],
    ['email', 'ann@exam ple.com', 'value_error'],
    ['password', '12345', 'string_too_short'],
    ['password', '', 'string_too_short'],
    ['password', 'x'.repeat(101), 'string_too_long'],
    ['name', '', 'string_too_short'],
    ['name', '   ', 'string_too_short'],
    ['name', 'x'.repeat(101), 'string_too_long'],
  ]
  for (const [field, value, type] of bad) {
    assertWrong(await signup({ ...good, [field]: value }), `${type} ${field}`)
  }
  assertWrong(
    await signup({ referrer: 7, email: 'x', password: '1', name: '' }),
    'string_type referrer',
    'value_error email',
    'string_too_short password',
    'string_too_short name',
  )
  for (const [field, value] of [
    ['password', '123456'],
    ['password', 'ü'.repeat(100)],
    ['password', '😀'.repeat(6)],
    ['name', 'x'],
    ['name', 'x'.repeat(100)],
  ] as const) {
    const answer = await signup({ ...good, email: newEmail(), [field]: value })
    assert.equal(answer.status, 200, answer.text)
  }
})

test('the words of what is wrong are the document’s', async () => {
  const { body } = await signup({ referrer, email: 'nobody', password: '12345' })
  assert.deepEqual(body.detail, [
    {
      type: 'value_error',
      loc: ['body', 'email'],
      msg: 'value is not a valid email address: An email address must have an @-sign.',
      input: 'nobody',
      ctx: { reason: 'An email address must have an @-sign.' },
    },
    {
      type: 'string_too_short',
      loc: ['body', 'password'],
      msg: 'String should have at least 6 characters',
      input: '***',
      ctx: { min_length: 6 },
    },
  ])
  const long = await signup({ referrer, email: newEmail(), password: 'x'.repeat(101), name: '' })
  assert.deepEqual(
    long.body.detail.map(({ msg, ctx }: any) => [msg, ctx]),
    [
      ['String should have at most 100 characters', { max_length: 100 }],
      ['String should have at least 1 character', { min_length: 1 }],
    ],
  )
})

test('of two sign-ups with one address at once one gets it', async () => {
  const email = newEmail()
  const answers = await Promise.all(
    [email, email.toUpperCase(), email].map((one) => signup({ referrer, email: one, password })),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409])
})

test('of ten at once for the last use of a token one gets it', async () => {
  const owner = await newcomer(server, referrer)
  const theirs = await referrerOf(server, owner.token)
  const { DATABASE_URL: url, DATA_DIR } = server.env
  const location = url
    ? { kind: 'postgres' as const, url }
    : { kind: 'sqlite' as const, path: `${DATA_DIR}/latchkey.sqlite` }
  const storage = openStorage(location)
  try {
    const { account_id } = await storage.db
      .selectFrom('invitation_token')
      .select('account_id')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    await storage.db
      .updateTable('invitation_token')
      .set({ uses: 99 })
      .where('account_id', '=', account_id)
      .execute()
  } finally {
    await storage.close()
  }
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => signup({ referrer: theirs, email: newEmail(), password })),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 9 }, () => 403)])
  for (const answer of answers) if (answer.status === 403) assertProblem(answer, 403, 'Token expired')
})

test('a sign-up that fails uses nothing up', async () => {
  const { email } = await newcomer(server, referrer)
  const owner = await newcomer(server, referrer)
  const theirs = await referrerOf(server, owner.token)
  assert.equal((await signup({ referrer: theirs, email, password })).status, 409)
  assert.equal((await server.visitor().get(`${AUTH}/verify-token?token=${theirs}`)).body, true)
})

test('a realm may ask for more of a password, and close sign-up', async () => {
  const yaml = `
realms:
  referral: { passwordLengthMin: 12, refuseCommonPasswords: true }`
  const strict = await startReferral({ yaml })
  try {
    const token = await referrerOf(strict, await tokenOf(strict, boss))
    const post = (body: object) =>
      strict.visitor().post(`${AUTH}/signup`, { referrer: token, email: newEmail(), ...body })
    const short = await post({ password: 'x'.repeat(11) })
    assertWrong(short, 'string_too_short password')
    assert.equal(short.body.detail[0].ctx.min_length, 12)
    assertWrong(await post({ password: 'passwordpassword' }), 'value_error password')
    assert.equal((await post({ password: 'granite-otter-lantern-42' })).status, 200)
  } finally {
    await strict.close()
  }
  const closed = await startReferral({ yaml: 'realms: { referral: { signUp: closed } }' })
  try {
    const token = await referrerOf(closed, await tokenOf(closed, boss))
    const answer = await closed
      .visitor()
      .post(`${AUTH}/signup`, { referrer: token, email: newEmail(), password })
    assertProblem(answer, 403, 'Forbidden')
  } finally {
    await closed.close()
  }
})

test('guessing tokens is slowed down: after sixty wrong ones from an address 429', async () => {
  const strict = await startReferral({ env: { RATE_LIMIT: 'on' } })
  try {
    const body = { referrer: 'x', email: newEmail(), password }
    const answers: Answer[] = []
    for (let i = 0; i < 61; i++) answers.push(await strict.visitor().post(`${AUTH}/signup`, body))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [...Array.from({ length: 60 }, () => 403), 429],
    )
  } finally {
    await strict.close()
  }
})
