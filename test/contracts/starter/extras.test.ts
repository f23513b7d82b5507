/** What version 1.1 of the document added. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HOUR_MS, MINUTE_MS } from '../../../engine/clock.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  askForCode,
  assertInvalid,
  assertProblem,
  assertUser,
  newPerson,
  signUp,
  withToken,
} from './support.ts'

const DEAD = 'Invalid or expired reset token'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

const forgot = (email: unknown) => server.visitor().post('/starter/api/auth/forgot-password', { email })
const reset = (token: unknown, password: unknown) =>
  server.visitor().post('/starter/api/auth/reset-password', { token, password })
const login = (username: string, password: string) =>
  server.visitor().post('/starter/api/auth/login', { username, password })

async function resetToken(email: string): Promise<string> {
  const answer = await forgot(email)
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.body, { sent: true })
  const { text } = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(email) && subject === 'Reset your password',
  )
  const [, token] = text.match(/\/reset-password\?realm=starter#(\S+)/) ?? []
  assert.ok(token, text)
  return token
}

test('providers says which ways of signing in are on, in camelCase', async () => {
  const own = await startLatchkey({
    env: { AUTH_EMAIL_CODE_ENABLED: 'false', AUTH_PASSWORD_REQUIRE_EMAIL: 'false' },
  })
  try {
    const { status, body } = await own.visitor().get('/starter/api/auth/providers')
    assert.equal(status, 200)
    const off = { google: false, github: false, microsoft: false }
    assert.deepEqual(body, { password: true, emailCode: false, passwordRequireEmail: false, ...off })
  } finally {
    await own.close()
  }
})

test('with STARTER_EXTRAS the display name stands between email and created_at, null if there is none', async () => {
  const own = await startLatchkey({ env: { STARTER_EXTRAS: 'true' } })
  try {
    const keys = ['id', 'username', 'email', 'display_name', 'created_at']
    const named = newPerson()
    const visitor = own.visitor()
    const registered = await visitor.post('/starter/api/auth/register', { ...named, display_name: 'Ada 😀' })
    assert.equal(registered.status, 201)
    assert.deepEqual(Object.keys(registered.body.user), keys)
    assert.equal(registered.body.user.display_name, 'Ada 😀')
    const { username, password } = named
    assert.deepEqual((await visitor.get('/starter/api/auth/me')).body, registered.body)
    assert.deepEqual(
      (await visitor.post('/starter/api/auth/login', { username, password })).body,
      registered.body,
    )

    const { answer } = await signUp(own)
    assert.deepEqual(Object.keys(answer.body.user), keys)
    assert.equal(answer.body.user.display_name, null)
    const other = newPerson()
    const code = await askForCode(own, other.email)
    const body = { email: other.email, code, username: other.username }
    const made = await own.visitor().post('/starter/api/auth/verify-code', body)
    assert.deepEqual(Object.keys(made.body.user), keys)
    assert.equal(made.body.user.display_name, null)
  } finally {
    await own.close()
  }
})

test('forgot-password answers {"sent": true} with an account and without one, and mails only the account', async () => {
  const person = await signUp(server)
  const stranger = newPerson().email
  assert.deepEqual((await forgot(stranger)).body, { sent: true })
  await resetToken(person.email)
  assert.deepEqual(
    server.smtp.mails.filter(({ to }) => to.includes(stranger)),
    [],
  )
})

test('a mailed token sets a new password once, ends every session, and signs nobody in', async () => {
  const person = await signUp(server)
  const { username, email, password, token: old } = person
  const token = await resetToken(email)
  assert.equal((await login(username, password)).status, 200)

  const answer = await reset(token, 'a new password')
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.body, { success: true })
  assert.equal(answer.cookies.size, 0)
  assertProblem(await login(username, password), 401, 'Invalid credentials')
  assertUser(await login(username, 'a new password'), 200, person)
  const me = await server.visitor().get('/starter/api/auth/me', withToken(old))
  assertProblem(me, 401, 'Invalid or expired token')
  assertProblem(await reset(token, 'yet another one'), 400, DEAD)
  assertUser(await login(username, 'a new password'), 200, person)
  const told = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(email) && subject === 'Your password was changed',
  )
  assert.ok(told.text.includes('/forgot-password'))
})

test('of two resets with one token at once one is done', async () => {
  const person = await signUp(server)
  const token = await resetToken(person.email)
  const passwords = ['the first new one', 'the second new one']
  const answers = await Promise.all(passwords.map((password) => reset(token, password)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
  for (const [i, { status }] of answers.entries()) {
    assert.equal((await login(person.username, passwords[i] ?? '')).status, status === 200 ? 200 : 401)
  }
})

test('a reset ends the other reset tokens and the codes of the account', async () => {
  const person = await signUp(server)
  const first = await resetToken(person.email)
  server.clock.advance(2 * MINUTE_MS)
  const second = await resetToken(person.email)
  const code = await askForCode(server, person.email)
  assert.equal((await reset(second, 'a new password')).status, 200)
  assertProblem(await reset(first, 'yet another one'), 400, DEAD)
  const verified = await server.visitor().post('/starter/api/auth/verify-code', { email: person.email, code })
  assertProblem(verified, 401, 'Invalid or expired code')
})

test('a reset token lives an hour', async () => {
  const person = await signUp(server)
  const inTime = await resetToken(person.email)
  server.clock.advance(HOUR_MS - MINUTE_MS)
  const late = await resetToken(person.email)
  assert.equal((await reset(inTime, 'a new password')).status, 200)
  assertProblem(await reset(late, 'yet another one'), 400, DEAD)
  const expired = await resetToken((await signUp(server)).email)
  server.clock.advance(HOUR_MS + 1_000)
  assertProblem(await reset(expired, 'yet another one'), 400, DEAD)
})

test('what is no reset token, or another kind of secret, is 400 with a message of its own', async () => {
  const { email, token } = await signUp(server)
  const mail = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(email) && subject === 'Confirm your e-mail address',
  )
  const [, confirmation = ''] = mail.text.match(/confirm-email\?realm=starter#(\S+)/) ?? []
  assert.ok(confirmation)
  const code = await askForCode(server, email)
  for (const wrong of ['x', 'f'.repeat(64), confirmation, code, token.slice(0, 500), '😀']) {
    assertProblem(await reset(wrong, 'a new password'), 400, DEAD)
  }
})

test('the fields of forgot-password and reset-password keep to the rules of the others', async () => {
  for (const email of [undefined, null, 5, '', 'bob', ' bob@example.com', 'bob@example.com ']) {
    assertInvalid(await forgot(email), 'email')
  }
  const person = await signUp(server)
  const token = await resetToken(person.email)
  for (const password of [undefined, null, 12_345_678, '', 'a'.repeat(7), 'a'.repeat(129), '😀'.repeat(7)]) {
    assertInvalid(await reset(token, password), 'password')
  }
  for (const wrong of [undefined, null, 5, '']) assertInvalid(await reset(wrong, 'a new password'), 'token')
  for (const route of ['forgot-password', 'reset-password']) {
    const body =
      route === 'forgot-password'
        ? { email: person.email, x: 1 }
        : { token, password: 'a new password', x: 1 }
    assertInvalid(await server.visitor().post(`/starter/api/auth/${route}`, body), 'x')
  }
  // None of these spent the token.
  assert.equal((await reset(token, '😀'.repeat(8))).status, 200)
})

test('an account that a code made sets its first password by a mailed token', async () => {
  const { username, email } = newPerson()
  const code = await askForCode(server, email)
  await server.visitor().post('/starter/api/auth/verify-code', { email, code, username })
  assert.equal((await reset(await resetToken(email), 'my first password')).status, 200)
  assertUser(await login(username, 'my first password'), 200, { username, email })
})

test('deleting the account answers {"deleted": true}, clears the cookie, and leaves nothing to sign in to', async () => {
  const person = await signUp(server)
  const { username, email, password, visitor } = person
  const code = await askForCode(server, email)
  const token = await resetToken(email)
  const answer = await visitor.delete('/starter/api/auth/account')
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.body, { deleted: true })
  assert.match(answer.cookies.get('token')?.line ?? '', /^token=; Max-Age=0; .*Path=\/starter/)
  assertProblem(await login(username, password), 401, 'Invalid credentials')
  assertProblem(await login(email, password), 401, 'Invalid credentials')
  assertProblem(await reset(token, 'a new password'), 400, DEAD)
  const verified = await server.visitor().post('/starter/api/auth/verify-code', { email, code })
  assert.notEqual(verified.status, 200)
  assertProblem(await visitor.delete('/starter/api/auth/account'), 401, 'Authentication required')
})

test('after a deletion the name is never given out again; the address may register anew, as somebody else', async () => {
  const person = await signUp(server)
  const { id } = person.answer.body.user
  await person.visitor.delete('/starter/api/auth/account')
  const { username, email } = person
  const sameName = await server.visitor().post('/starter/api/auth/register', newPerson({ username }))
  assertProblem(sameName, 409, 'Username or email already taken')
  const again = await signUp(server, { email })
  assert.notEqual(again.answer.body.user.id, id)
})

test('deleting needs the cookie, and ignores a body', async () => {
  assertProblem(await server.visitor().delete('/starter/api/auth/account'), 401, 'Authentication required')
  const forged = await server.visitor().delete('/starter/api/auth/account', withToken('a.b.c'))
  assertProblem(forged, 401, 'Invalid or expired token')
  const { visitor } = await signUp(server)
  const headers = { 'content-type': 'text/plain' }
  const answer = await visitor.delete('/starter/api/auth/account', { body: 'no json', headers })
  assert.deepEqual(answer.body, { deleted: true })
})
