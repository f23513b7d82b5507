/** Whose account it is, when an address was registered by somebody before its owner came. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import { askForCode, assertProblem, assertUser, newPerson, signUp } from './support.ts'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

const login = ({ username, password }: { username: string; password: string }) =>
  server.visitor().post('/starter/api/auth/login', { username, password })
const me = (visitor: Visitor) => visitor.get('/starter/api/auth/me')

async function enterByCode(visitor: Visitor, email: string): Promise<void> {
  const code = await askForCode(server, email)
  const answer = await visitor.post('/starter/api/auth/verify-code', { email, code })
  assert.equal(answer.status, 200, answer.text)
}

test('registering marks the browser, by a cookie of its own that scripts cannot read and that opens nothing', async () => {
  const { answer, visitor } = await signUp(server)
  const line = answer.cookies.get('latchkey_device')?.line ?? ''
  assert.match(line, /^latchkey_device=[\w-]{43}\.[\w-]{43}; /)
  assert.match(line, /; HttpOnly(;|$)/)
  assert.match(line, /; SameSite=Lax(;|$)/)
  assert.match(line, /; Path=\/(;|$)/)
  visitor.jar.delete('token')
  assertProblem(await me(visitor), 401, 'Authentication required')
  const second = await visitor.post('/starter/api/auth/register', newPerson())
  assert.equal(second.status, 201)
  assert.equal(second.cookies.has('latchkey_device'), false)
})

test('a code in the browser that registered leaves the password and other sessions alone', async () => {
  const person = await signUp(server)
  const elsewhere = server.visitor()
  await elsewhere.post('/starter/api/auth/login', { username: person.username, password: person.password })
  await enterByCode(person.visitor, person.email)
  assertUser(await me(elsewhere), 200, person)
  assertUser(await login(person), 200, person)
  const old = await server
    .visitor()
    .get('/starter/api/auth/me', { headers: { cookie: `token=${person.token}` } })
  assertUser(old, 200, person)
})

test('a code from elsewhere ends the other sessions and the password, and mails how to set a new one', async () => {
  const squatter = await signUp(server)
  const { email, username, visitor, token } = squatter
  assertUser(await me(visitor), 200, squatter)
  const owner = server.visitor()
  await enterByCode(owner, email)

  assertUser(await me(owner), 200, squatter)
  assertProblem(await me(visitor), 401, 'Invalid or expired token')
  const stolen = await server.visitor().get('/starter/api/auth/me', { headers: { cookie: `token=${token}` } })
  assertProblem(stolen, 401, 'Invalid or expired token')
  assertProblem(await login(squatter), 401, 'Invalid credentials')
  assertProblem(await login({ username: email, password: squatter.password }), 401, 'Invalid credentials')

  const mail = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(email) && subject === 'Set a new password',
  )
  assert.ok(mail.text.includes(`${server.url}/forgot-password?realm=starter`))

  const password = 'a password of the owner'
  await recover(email, password)
  assertProblem(await me(owner), 401, 'Invalid or expired token')
  assertProblem(await login(squatter), 401, 'Invalid credentials')
  assertUser(await login({ username, password }), 200, squatter)
})

test('the link that was mailed to the squatter confirms nothing any more', async () => {
  const { email } = await signUp(server)
  const mail = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(email) && subject === 'Confirm your e-mail address',
  )
  await enterByCode(server.visitor(), email)
  const [, token] = mail.text.match(/confirm-email\?realm=starter#(\S+)/) ?? []
  const answer = await server
    .visitor()
    .post('/api/email-confirmation', { realm: 'starter', token, answer: 'not_mine' })
  assert.equal(answer.status, 410)
  const code = await askForCode(server, email)
  assert.equal((await server.visitor().post('/starter/api/auth/verify-code', { email, code })).status, 200)
})

test('once an address is proved, a code from anywhere ends nothing', async () => {
  const person = await signUp(server)
  await enterByCode(person.visitor, person.email)
  await enterByCode(server.visitor(), person.email)
  assertUser(await me(person.visitor), 200, person)
  assertUser(await login(person), 200, person)
})

test('an address that was proved by its link is its registrant’s, wherever a code is used later', async () => {
  const person = await signUp(server)
  const mail = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(person.email) && subject === 'Confirm your e-mail address',
  )
  const [, token] = mail.text.match(/confirm-email\?realm=starter#(\S+)/) ?? []
  const answer = await server
    .visitor()
    .post('/api/email-confirmation', { realm: 'starter', token, answer: 'mine' })
  assert.equal(answer.status, 200, answer.text)
  await enterByCode(server.visitor(), person.email)
  assertUser(await me(person.visitor), 200, person)
  assertUser(await login(person), 200, person)
})

test('a device cookie that was forged, or is another browser’s, is no proof of the browser', async () => {
  for (const forge of [
    async (own: string) =>
      `${own.slice(0, -1)}${own.endsWith('A') ? 'B' : 'A'}`.replace(/^./, (c) => (c === 'x' ? 'y' : 'x')),
    async (own: string) => own.slice(0, 43),
    async () => (await signUp(server)).visitor.jar.get('latchkey_device') ?? '',
  ]) {
    const person = await signUp(server)
    const visitor = server.visitor()
    visitor.jar.set('latchkey_device', await forge(person.visitor.jar.get('latchkey_device') ?? ''))
    await enterByCode(visitor, person.email)
    assertProblem(await me(person.visitor), 401, 'Invalid or expired token')
    assertProblem(await login(person), 401, 'Invalid credentials')
  }
})

test('whoever asked for a new password by the mailed link keeps it, and the squatter’s sessions end', async () => {
  const squatter = await signUp(server)
  const password = 'set by the mailed link'
  await recover(squatter.email, password)
  assertProblem(await me(squatter.visitor), 401, 'Invalid or expired token')
  assertProblem(await login(squatter), 401, 'Invalid credentials')
  await enterByCode(server.visitor(), squatter.email)
  assertUser(await login({ username: squatter.username, password }), 200, squatter)
})

async function recover(email: string, password: string): Promise<void> {
  const asked = await server.visitor().post('/starter/api/auth/forgot-password', { email })
  assert.deepEqual(asked.body, { sent: true })
  const { text } = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(email) && subject === 'Reset your password',
  )
  const [, token] = text.match(/reset-password\?realm=starter#(\S+)/) ?? []
  const done = await server.visitor().post('/starter/api/auth/reset-password', { token, password })
  assert.equal(done.status, 200, done.text)
}
