import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  accountOf,
  askForRecovery,
  assertOk,
  assertProblem,
  countMails,
  isRecovery,
  isSignedIn,
  linkIn,
  MINUTE_MS,
  newAddress,
  OTHER_PASSWORD,
  PASSWORD,
  setUp,
  signIn,
  signUp,
  signUpWithCode,
} from './support.ts'

const DAY_MS = 24 * 60 * MINUTE_MS

let server: TestServer
let operator: Awaited<ReturnType<typeof setUp>>
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server)
})
after(() => server.close())

const complete = (link: object, newPassword = OTHER_PASSWORD, visitor = server.visitor()) =>
  visitor.post('/api/recovery/complete', { ...link, newPassword })

test('a recovery link sets a new password, ends every session, signs nobody in, and a mail tells', async () => {
  const email = newAddress()
  const sessions = [await signUp(server, email), await signIn(server, email)]
  const asked = await server.visitor().post('/api/recovery', { email: email.toUpperCase() })
  assertOk(asked)
  assert.deepEqual(asked.body, { sent: true })
  const mail = await server.smtp.waitForMail((one) => one.to.includes(email) && isRecovery(one))
  assert.match(mail.text, new RegExp(`${server.url}/reset-password\\?realm=main#[\\w-]{43}\\b`))
  for (const each of sessions) assert.equal(await isSignedIn(each), true)

  const visitor = server.visitor()
  const answer = await complete(linkIn(mail), OTHER_PASSWORD, visitor)
  assertOk(answer)
  assert.deepEqual(answer.body, {})
  assert.equal(answer.cookies.size, 0)
  for (const each of sessions) assertProblem(await each.get('/api/account'), 401, 'signed_out')
  const { subject, text } = await server.smtp.waitForMail(email)
  assert.equal(subject, 'Your password was changed')
  assert.ok(!text.includes('#'))
  const withOld = await server
    .visitor()
    .post('/api/sign-in/password', { identifier: email, password: PASSWORD })
  assertProblem(withOld, 401, 'credentials_wrong')
  await signIn(server, email, OTHER_PASSWORD)
})

test('a recovery link is good once, and of ten at once one is let through', async () => {
  const email = newAddress()
  await signUp(server, email)
  const link = await askForRecovery(server, email)
  const passwords = Array.from({ length: 10 }, (_, i) => `${OTHER_PASSWORD} ${i}`)
  const answers = await Promise.all(passwords.map((password) => complete(link, password)))
  const winner = answers.findIndex(({ status }) => status === 200)
  answers.forEach((answer, i) => {
    if (i !== winner) assertProblem(answer, 410, 'link_dead')
  })
  await signIn(server, email, passwords[winner])
  assertProblem(await complete(link), 410, 'link_dead')
})

test('a recovery link is good for an hour', async () => {
  const [early, late] = [newAddress(), newAddress()]
  for (const email of [early, late]) await signUp(server, email)
  const links = [await askForRecovery(server, early), await askForRecovery(server, late)]
  server.clock.advance(59 * MINUTE_MS)
  assertOk(await complete(links[0] ?? {}))
  server.clock.advance(MINUTE_MS)
  assertProblem(await complete(links[1] ?? {}), 410, 'link_dead')
  await signIn(server, late)
})

test('an unknown address gets the same answer and no mail', async () => {
  const [known, unknown] = [newAddress(), newAddress()]
  await signUp(server, known)
  const ask = (email: string) => server.visitor().post('/api/recovery', { email })
  const answers = [await ask(known), await ask(unknown)]
  assert.deepEqual(
    answers.map(({ status, text }) => [status, text]),
    [
      [200, '{"sent":true}'],
      [200, '{"sent":true}'],
    ],
  )
  assert.equal(await countMails(server, unknown), 0)
})

test('an account gets a recovery mail once a minute and five times a day, and those sent stay good', async () => {
  const email = newAddress()
  await signUp(server, email)
  const before = await countMails(server, email)
  const sent = async () => (await countMails(server, email)) - before
  const ask = async () => assertOk(await server.visitor().post('/api/recovery', { email }))
  const first = await askForRecovery(server, email)
  await ask()
  server.clock.advance(MINUTE_MS - 5_000)
  await ask()
  assert.equal(await sent(), 1)
  server.clock.advance(5_000)
  await ask()
  assert.equal(await sent(), 2)
  for (let i = 0; i < 8; i++) {
    server.clock.advance(2 * MINUTE_MS)
    await ask()
  }
  assert.equal(await sent(), 5)
  assertOk(await complete(first))
  server.clock.advance(DAY_MS)
  await ask()
  assert.equal(await sent(), 7, 'the sixth tells of the password that changed, the seventh is a link again')
})

test('ten recoveries asked for at once send one mail', async () => {
  const email = newAddress()
  await signUp(server, email)
  const before = await countMails(server, email)
  const asked = Array.from({ length: 10 }, () => server.visitor().post('/api/recovery', { email }))
  for (const answer of await Promise.all(asked)) assertOk(answer)
  assert.equal((await countMails(server, email)) - before, 1)
})

test('a new password that breaks a rule leaves the link as it is', async () => {
  const email = newAddress()
  await signUp(server, email)
  const link = await askForRecovery(server, email)
  assertProblem(await complete(link, 'short'), 422, 'password_too_short', { lengthMin: 8 })
  assertProblem(await complete(link, 'x y'.repeat(50)), 422, 'password_too_long', { lengthMax: 128 })
  assertProblem(await complete(link, 'qwertyuiop'), 422, 'password_common')
  assert.equal((await signIn(server, email)).jar.has('latchkey'), true)
  assertOk(await complete(link))
})

test('a link of one purpose is dead for every other', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const recovery = await askForRecovery(server, email)
  const answers = ['mine', 'not_mine']
  for (const answer of answers) {
    const body = { ...recovery, answer }
    assertProblem(await owner.post('/api/email-confirmation', body), 410, 'link_dead')
  }
  assertProblem(await owner.post('/api/email-confirmation/look', recovery), 410, 'link_dead')

  const newEmail = newAddress()
  assertOk(await owner.post('/api/account/email', { newEmail, password: PASSWORD }))
  const change = linkIn(await server.smtp.waitForMail(newEmail))
  assertProblem(await complete(change), 410, 'link_dead')

  const newcomer = newAddress()
  assertOk(await server.visitor().post('/api/accounts', { email: newcomer, password: PASSWORD }), 202)
  const registration = linkIn(await server.smtp.waitForMail(newcomer))
  assertProblem(await complete(registration), 410, 'link_dead')

  assert.equal(await isSignedIn(owner), true)
  assertOk(await complete(recovery))
})

test('a link of one realm is dead in every other', async () => {
  const email = newAddress()
  await signUp(server, email)
  const { token } = await askForRecovery(server, email)
  for (const realm of ['starter', 'nowhere', 'Main', 'main ', '__proto__']) {
    assertProblem(await complete({ realm, token }), 410, 'link_dead')
  }
  for (const dead of [token.slice(1), `${token}A`, 'x'.repeat(43), 'x']) {
    assertProblem(await complete({ realm: 'main', token: dead }), 410, 'link_dead')
  }
  assertOk(await complete({ realm: 'main', token }))
})

test('accounts of another realm are recovered by naming it, and only theirs', async () => {
  const email = newAddress()
  await signUp(server, email)
  const other = server.visitor()
  const user = { username: `other${Date.now()}`, email, password: PASSWORD }
  assertOk(await other.post('/starter/api/auth/register', user), 201)
  assert.match((await server.smtp.waitForMail(email)).subject, /Confirm your e-mail address/)

  assertOk(await server.visitor().post('/api/recovery', { email, realm: 'starter' }))
  const mail = await server.smtp.waitForMail((one) => one.to.includes(email) && isRecovery(one))
  const link = linkIn(mail)
  assert.equal(link.realm, 'starter')
  assertProblem(await complete({ ...link, realm: 'main' }), 410, 'link_dead')
  assertOk(await complete(link))
  assert.equal((await other.get('/starter/api/auth/me')).status, 401)
  const login = { username: user.username, password: OTHER_PASSWORD }
  assertOk(await server.visitor().post('/starter/api/auth/login', login))
  await signIn(server, email)

  const nowhere = await server.visitor().post('/api/recovery', { email, realm: 'nowhere' })
  assert.deepEqual(nowhere.body, { sent: true })
})

test('an account without a password sets its first by a recovery link', async () => {
  const email = newAddress()
  await signUpWithCode(server, email)
  assertOk(await complete(await askForRecovery(server, email)))
  assert.equal((await accountOf(await signIn(server, email, OTHER_PASSWORD))).hasPassword, true)
})

test('a disabled account gets no link, and one that it had is dead', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const { uid } = await accountOf(owner)
  const link = await askForRecovery(server, email)
  assertOk(await operator.post(`/api/admin/accounts/${uid}/disable`))
  assertProblem(await complete(link), 410, 'link_dead')
  const before = await countMails(server, email)
  server.clock.advance(2 * MINUTE_MS)
  assertOk(await server.visitor().post('/api/recovery', { email }))
  assert.equal(await countMails(server, email), before)
  assertOk(await operator.post(`/api/admin/accounts/${uid}/enable`))
  assertProblem(await complete(link), 410, 'link_dead')
  await signIn(server, email)
})

test('the mail is in the language of the account, or else in the one that was asked in', async () => {
  const [german, nobodys] = [newAddress(), newAddress()]
  await signUp(server, german, { language: 'de' })
  await signUp(server, nobodys)
  assertOk(await server.visitor().post('/api/recovery', { email: german, language: 'en' }))
  assertOk(await server.visitor().post('/api/recovery', { email: nobodys, language: 'de-AT' }))
  for (const email of [german, nobodys]) {
    const { text } = await server.smtp.waitForMail((mail) => mail.to.includes(email) && isRecovery(mail))
    assert.match(text, /Minuten/)
  }
})

test('an address that is none is refused with a word', async () => {
  for (const email of ['ada', 'ada@@example.org', 'ada@example..org', '@']) {
    assertProblem(await server.visitor().post('/api/recovery', { email }), 422, 'email_not_valid')
  }
})
