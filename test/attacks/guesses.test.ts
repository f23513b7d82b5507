/** B: guessing, proofs used for what they were not made for, and links that outlive their use. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Storage } from '../../storage/database.ts'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import type { Answer, Visitor } from '../support/visitor.ts'
import {
  askMainCode,
  askRecoveryToken,
  askStarterCode,
  isConfirmation,
  isRecovery,
  joinMain,
  joinMainWithPassword,
  linkIn,
  login,
  me,
  newName,
  OTHER_PASSWORD,
  openBehind,
  ownAccount,
  PASSWORD,
  register,
  setUp,
} from './people.ts'

/** Limits are off here, so that what is left is the bound of the secret itself. */
let server: TestServer
/** And on here. */
let limited: TestServer
let behind: Storage
let operator: Visitor & { uid: string }
before(async () => {
  ;[server, limited] = await Promise.all([startLatchkey(), startLatchkey({ env: { RATE_LIMIT: 'on' } })])
  behind = openBehind(server)
  operator = await setUp(server)
})
after(async () => {
  await behind.close()
  await Promise.all([server.close(), limited.close()])
})

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

function otherCode(code: string, by: number): string {
  return String((Number(code) + by) % 1_000_000).padStart(6, '0')
}

function statuses(answers: Answer[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

test('B2: forty wrong codes at once count as forty: after five the right one opens nothing', async () => {
  const { email } = await register(server)
  const code = await askStarterCode(server, email)
  const guess = (guessed: string) =>
    server.visitor().post('/starter/api/auth/verify-code', { email, code: guessed })
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => guess(otherCode(code, i + 1))))
  assert.deepEqual(statuses(answers), { 401: 40 })
  const right = await guess(code)
  assert.deepEqual([right.status, right.body.message], [401, 'Invalid or expired code'])
  const next = await askStarterCode(server, email)
  assert.equal((await guess(next)).status, 200, 'until a new one is asked for')
})

test('B2: four wrong tries leave the code good, and the fifth kills it', async () => {
  for (const [tries, status] of [
    [4, 200],
    [5, 401],
  ] as const) {
    const { email } = await register(server)
    const code = await askStarterCode(server, email)
    for (let i = 1; i <= tries; i++) {
      const body = { email, code: otherCode(code, i) }
      assert.equal((await server.visitor().post('/starter/api/auth/verify-code', body)).status, 401)
    }
    const answer = await server.visitor().post('/starter/api/auth/verify-code', { email, code })
    assert.equal(answer.status, status, `after ${tries} wrong tries`)
  }
})

test('B2: one right code, sent twenty times at once, lets in once', async () => {
  const email = `${newName()}@example.com`
  const code = await askMainCode(server, email)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => server.visitor().post('/api/sign-in/code/verify', { email, code })),
  )
  assert.deepEqual(statuses(answers), { 200: 1, 401: 19 })
  const accounts = await behind.db
    .selectFrom('email_claim')
    .select('id')
    .where('address', '=', email)
    .execute()
  assert.equal(accounts.length, 1)
})

test('B2: asking for codes does not give more guesses in all: the account has a budget of its own', async () => {
  const { email } = await register(limited)
  let wrong = 0
  for (let round = 0; wrong < 15; round++) {
    assert.ok(round < 5, 'codes are mailed only so often')
    limited.clock.advance(31_000)
    const code = await askStarterCode(limited, email)
    for (let i = 1; i <= 4 && wrong < 15; i++, wrong++) {
      const body = { email, code: otherCode(code, i) }
      assert.equal((await limited.visitor().post('/starter/api/auth/verify-code', body)).status, 401)
    }
  }
  limited.clock.advance(31_000)
  const last = await limited.visitor().post('/starter/api/auth/verify-code', { email, code: '000000' })
  assert.equal(last.status, 429, 'the sixteenth guess is not looked at')
  assert.ok(Number(last.headers.get('retry-after')) > 0)
  const password = await login(limited.visitor(), email, PASSWORD)
  assert.equal(password.status, 429, 'and another factor does not reset the budget')
  limited.clock.advance(16 * MINUTE_MS)
  assert.equal((await login(limited.visitor(), email, PASSWORD)).status, 200)
})

test('B2: of sixty passwords guessed at once, fifteen are looked at', async () => {
  const { username } = await register(limited)
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => login(limited.visitor(), username, `wrong ${i}`)),
  )
  limited.clock.advance(16 * MINUTE_MS)
  assert.deepEqual(statuses(answers), { 401: 15, 429: 45 })
})

test('A9: name, address and every spelling of them draw on one budget of guesses', async () => {
  const { username, email } = await register(limited)
  const names = [
    username,
    username.toUpperCase(),
    email,
    email.toUpperCase(),
    ` ${email}`,
    email.replace('@', '＠'),
  ]
  const answers: number[] = []
  for (let i = 0; i < 16; i++) {
    answers.push((await login(limited.visitor(), names[i % names.length] ?? '', `wrong ${i}`)).status)
  }
  const right = await login(limited.visitor(), username, PASSWORD)
  limited.clock.advance(16 * MINUTE_MS)
  assert.deepEqual(answers, [...Array(15).fill(401), 429])
  assert.equal(right.status, 429)
})

test('A9: a right password does not wipe out what was guessed before', async () => {
  const { username } = await register(limited)
  for (let i = 0; i < 14; i++) assert.equal((await login(limited.visitor(), username, 'wrong')).status, 401)
  assert.equal((await login(limited.visitor(), username, PASSWORD)).status, 200)
  assert.equal((await login(limited.visitor(), username, 'wrong')).status, 401)
  assert.equal((await login(limited.visitor(), username, 'wrong')).status, 429)
  limited.clock.advance(16 * MINUTE_MS)
})

/** What a link is good for, and where it is answered. */
const doors = {
  recovery: (realm: string, token: string) =>
    server.visitor().post('/api/recovery/complete', { realm, token, newPassword: OTHER_PASSWORD }),
  reset: (_realm: string, token: string) =>
    server.visitor().post('/starter/api/auth/reset-password', { token, password: OTHER_PASSWORD }),
  confirm: (realm: string, token: string) =>
    server.visitor().post('/api/email-confirmation', { realm, token, answer: 'mine' }),
  refuse: (realm: string, token: string) =>
    server.visitor().post('/api/email-confirmation', { realm, token, answer: 'not_mine' }),
  look: (realm: string, token: string) =>
    server.visitor().post('/api/email-confirmation/look', { realm, token }),
}

test('B5: a token is good for its own purpose and realm alone, and a try elsewhere does not spend it', async () => {
  const person = await joinMainWithPassword(server)
  const starter = await register(server)
  const newcomer = `${newName()}@example.com`
  await server.visitor().post('/api/accounts', { email: newcomer, password: PASSWORD })
  const newEmail = `${newName()}@example.com`
  await person.visitor.post('/api/account/email', { newEmail, password: PASSWORD })
  const tokens = {
    registration: linkIn(await server.smtp.waitForMail(isConfirmation(newcomer))).token,
    email_change: linkIn(await server.smtp.waitForMail(isConfirmation(newEmail))).token,
    recovery: await askRecoveryToken(server, person.email, 'main'),
    starterRecovery: await askRecoveryToken(server, starter.email),
    starterConfirmation: linkIn(await server.smtp.waitForMail(isConfirmation(starter.email))).token,
  }
  const dead = async (answer: Promise<Answer>, what: string): Promise<void> => {
    const { status, body } = await answer
    assert.ok([400, 401, 410].includes(status), `${what}: ${status} ${JSON.stringify(body)}`)
    assert.notEqual(body.outcome, 'confirmed')
  }
  for (const [name, token] of Object.entries(tokens)) {
    const isRecoveryToken = /recovery/i.test(name)
    const own = name.startsWith('starter') ? 'starter' : 'main'
    const other = own === 'main' ? 'starter' : 'main'
    for (const [door, open] of Object.entries(doors)) {
      // This one belongs to realm starter, and has no other.
      if (door === 'reset' && name === 'starterRecovery') continue
      await dead(open(other, token), `${name} of ${own} at ${door} of ${other}`)
      await dead(open('no-such-realm', token), `${name} at ${door} of no realm`)
      const fits = isRecoveryToken ? door === 'recovery' : !['recovery', 'reset'].includes(door)
      if (!fits) await dead(open(own, token), `${name} at ${door}`)
    }
    for (const path of ['/api/account', '/starter/api/auth/me']) {
      const visitor = server.visitor()
      visitor.jar.set('latchkey', token)
      visitor.jar.set('token', token)
      assert.equal((await visitor.get(path)).status, 401, `${name} is no session`)
      const headers = { authorization: `Bearer ${token}` }
      assert.equal((await server.visitor().get(path, { headers })).status, 401)
    }
    const code = await server
      .visitor()
      .post('/starter/api/auth/verify-code', { email: starter.email, code: token.slice(0, 6) })
    assert.equal(code.status, 401, `${name} is no code`)
  }
  assert.equal((await doors.look('main', tokens.registration)).status, 200, 'all of them are still good')
  assert.equal((await doors.look('main', tokens.email_change)).status, 200)
  assert.equal((await doors.look('starter', tokens.starterConfirmation)).status, 200)
  assert.equal((await doors.confirm('starter', tokens.starterConfirmation)).status, 200)
  assert.equal((await doors.confirm('main', tokens.registration)).status, 200)
  assert.equal((await doors.recovery('main', tokens.recovery)).status, 200)
  assert.equal((await doors.reset('starter', tokens.starterRecovery)).status, 200)
})

test('B4: a session of one app is none of another, and a sign-in code of one realm none of the other', async () => {
  const email = `${newName()}@example.com`
  const starter = await register(server, { email })
  const main = await joinMain(server, email)
  const mixed = server.visitor()
  mixed.jar.set('latchkey', starter.visitor.jar.get('token') ?? '')
  mixed.jar.set('token', main.visitor.jar.get('latchkey') ?? '')
  assert.equal((await ownAccount(mixed)).status, 401)
  assert.equal((await me(mixed)).status, 401)
  const code = await askStarterCode(server, email)
  const wrongRealm = await server.visitor().post('/api/sign-in/code/verify', { email, code })
  assert.equal(wrongRealm.status, 401)
  assert.equal((await server.visitor().post('/starter/api/auth/verify-code', { email, code })).status, 200)
})

test('B9: a bare session sets no first password and changes no address: an old one is asked to sign in again', async () => {
  const { visitor } = await joinMain(server)
  const fresh = (await ownAccount(visitor)).body.account
  assert.equal(fresh.hasPassword, false)
  server.clock.advance(11 * MINUTE_MS)
  const late = await visitor.put('/api/account/password', { newPassword: PASSWORD })
  assert.deepEqual([late.status, late.body.code], [403, 'sign_in_again'])
  const guess = await visitor.put('/api/account/password', { currentPassword: '', newPassword: PASSWORD })
  assert.equal(guess.status, 400)
  const guess2 = await visitor.put('/api/account/password', { currentPassword: 'x', newPassword: PASSWORD })
  assert.equal(guess2.body.code, 'sign_in_again')
  const address = await visitor.post('/api/account/email', { newEmail: `${newName()}@example.com` })
  assert.deepEqual([address.status, address.body.code], [403, 'sign_in_again'])
  assert.equal((await ownAccount(visitor)).body.account.hasPassword, false)

  const again = await joinMain(server)
  const set = await again.visitor.put('/api/account/password', { newPassword: PASSWORD })
  assert.equal(set.status, 200, set.text)
})

test('B9: an account with a password is asked for it, however young the session is', async () => {
  const { visitor, email } = await joinMainWithPassword(server)
  for (const body of [
    { newPassword: OTHER_PASSWORD },
    { newPassword: OTHER_PASSWORD, currentPassword: 'wrong' },
  ]) {
    const answer = await visitor.put('/api/account/password', body)
    assert.deepEqual([answer.status, answer.body.code], [403, 'password_wrong'])
  }
  const still = await server
    .visitor()
    .post('/api/sign-in/password', { identifier: email, password: PASSWORD })
  assert.equal(still.status, 200)
})

test('B12: a recovery link works once, and of twenty tries at once one wins', async () => {
  const { email } = await register(server)
  const token = await askRecoveryToken(server, email)
  const passwords = Array.from({ length: 20 }, (_, i) => `${PASSWORD}-${i}`)
  const answers = await Promise.all(
    passwords.map((password) =>
      server.visitor().post('/starter/api/auth/reset-password', { token, password }),
    ),
  )
  assert.deepEqual(statuses(answers), { 200: 1, 400: 19 })
  const winner = passwords[answers.findIndex(({ status }) => status === 200)] ?? ''
  assert.equal((await login(server.visitor(), email, winner)).status, 200)
  assert.equal((await login(server.visitor(), email, PASSWORD)).status, 401)
})

test('B12: a recovery ends the other links of the account, its codes and its sessions', async () => {
  const person = await register(server)
  const first = await askRecoveryToken(server, person.email)
  server.clock.advance(2 * MINUTE_MS)
  const second = await askRecoveryToken(server, person.email)
  const code = await askStarterCode(server, person.email)
  const reset = (token: string) =>
    server.visitor().post('/starter/api/auth/reset-password', { token, password: OTHER_PASSWORD })
  assert.equal((await reset(second)).status, 200)
  assert.equal((await reset(first)).status, 400)
  const verify = { email: person.email, code }
  assert.equal((await server.visitor().post('/starter/api/auth/verify-code', verify)).status, 401)
  assert.equal((await me(person.visitor)).status, 401)
})

test('B12: a new password ends recovery links that were mailed before', async () => {
  const person = await joinMainWithPassword(server)
  const token = await askRecoveryToken(server, person.email, 'main')
  const body = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }
  assert.equal((await person.visitor.put('/api/account/password', body)).status, 200)
  assert.equal((await doors.recovery('main', token)).status, 410)
  const old = { identifier: person.email, password: OTHER_PASSWORD }
  assert.equal((await server.visitor().post('/api/sign-in/password', old)).status, 200)
})

test('B12: each secret ends to the second', async () => {
  const { email } = await register(server)
  const code = await askStarterCode(server, email)
  server.clock.advance(10 * MINUTE_MS)
  const late = await server.visitor().post('/starter/api/auth/verify-code', { email, code })
  assert.equal(late.status, 401, 'a code lives ten minutes')
  const recovery = await askRecoveryToken(server, email)
  server.clock.advance(HOUR_MS)
  const reset = { token: recovery, password: OTHER_PASSWORD }
  assert.equal((await server.visitor().post('/starter/api/auth/reset-password', reset)).status, 400)
  const { token } = linkIn(await server.smtp.waitForMail(isConfirmation(email)))
  server.clock.advance(3 * DAY_MS)
  assert.equal((await doors.look('starter', token)).status, 410)
  assert.equal((await doors.confirm('starter', token)).status, 410)
  assert.equal((await login(server.visitor(), email, PASSWORD)).status, 200, 'nothing else has changed')
})

test('B12: shortly before its end each secret is still good', async () => {
  const { email } = await register(server)
  const code = await askStarterCode(server, email)
  server.clock.advance(10 * MINUTE_MS - 5_000)
  assert.equal((await server.visitor().post('/starter/api/auth/verify-code', { email, code })).status, 200)
  const token = await askRecoveryToken(server, email)
  server.clock.advance(HOUR_MS - 5_000)
  const reset = { token, password: OTHER_PASSWORD }
  assert.equal((await server.visitor().post('/starter/api/auth/reset-password', reset)).status, 200)
})

test('B12: a newer code ends the older one', async () => {
  const { email } = await register(server)
  const old = await askStarterCode(server, email)
  const fresh = await askStarterCode(server, email)
  const verify = (code: string) => server.visitor().post('/starter/api/auth/verify-code', { email, code })
  if (old !== fresh) assert.equal((await verify(old)).status, 401)
  assert.equal((await verify(fresh)).status, 200)
})

test('B12: links of a disabled account are dead, also after it is enabled again', async () => {
  const person = await joinMainWithPassword(server)
  const token = await askRecoveryToken(server, person.email, 'main')
  assert.equal((await operator.post(`/api/admin/accounts/${person.uid}/disable`)).status, 200)
  assert.equal((await doors.recovery('main', token)).status, 410)
  const before = server.smtp.mails.filter(isRecovery(person.email)).length
  server.clock.advance(2 * MINUTE_MS)
  await server.visitor().post('/api/recovery', { email: person.email })
  assert.equal((await operator.post(`/api/admin/accounts/${person.uid}/enable`)).status, 200)
  assert.equal((await doors.recovery('main', token)).status, 410)
  assert.equal(server.smtp.mails.filter(isRecovery(person.email)).length, before, 'none was mailed meanwhile')
})

test('B12: a link is looked for in full: a part of it, another case or more around it opens nothing', async () => {
  const { email } = await register(server)
  const token = await askRecoveryToken(server, email)
  const forms = [
    token.slice(0, -1),
    token.slice(1),
    `${token}A`,
    `${token}=`,
    ` ${token}`,
    token.toLowerCase(),
    token
      .replaceAll('-', '+')
      .replaceAll('_', '/')
      .concat(token.match(/[-_]/) ? '' : '='),
    `${token}%00`,
    '%',
    "' or 1=1 --",
  ]
  for (const form of forms) {
    const body = { token: form, password: OTHER_PASSWORD }
    const answer = await server.visitor().post('/starter/api/auth/reset-password', body)
    assert.equal(answer.status, 400, form)
  }
  const body = { token, password: OTHER_PASSWORD }
  assert.equal((await server.visitor().post('/starter/api/auth/reset-password', body)).status, 200)
})
