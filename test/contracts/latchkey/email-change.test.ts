import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import {
  accountOf,
  askForCode,
  assertOk,
  assertProblem,
  countMails,
  isSignedIn,
  linkIn,
  MINUTE_MS,
  newAddress,
  PASSWORD,
  setUp,
  signIn,
  signUp,
  signUpWithCode,
} from './support.ts'

const DAY_MS = 24 * 60 * MINUTE_MS

let server: TestServer
before(async () => {
  // `house` lets people in before they have proved their address, in the realm of our own API.
  server = await startLatchkey({
    yaml: 'apps: [{ contract: starter, name: house, realm: main, prefix: /house }]',
  })
  await setUp(server)
})
after(() => server.close())

/** Somebody signed in who has asked to change to `newEmail`, and the link that went there. */
async function askForChange() {
  const email = newAddress()
  const owner = await signUp(server, email)
  const newEmail = newAddress('new')
  const answer = await owner.post('/api/account/email', { newEmail, password: PASSWORD })
  assertOk(answer)
  assert.deepEqual(answer.body, { sent: true })
  return { email, owner, newEmail, link: linkIn(await server.smtp.waitForMail(newEmail)) }
}

const confirm = (visitor: Visitor, link: object, answer = 'mine') =>
  visitor.post('/api/email-confirmation', { ...link, answer })

test('asking for another address mails a link there and a notice to the old one, and changes nothing', async () => {
  const { email, owner, newEmail, link } = await askForChange()
  const notice = await server.smtp.waitForMail(email)
  assert.equal(notice.subject, 'Your e-mail address is about to change')
  assert.ok(notice.text.includes(newEmail))
  assert.ok(!notice.text.includes('#'), 'the notice carries no secret')
  assert.equal((await accountOf(owner)).email, email)
  const look = await server.visitor().post('/api/email-confirmation/look', link)
  assertOk(look)
  const { createdAt, ...facts } = look.body
  assert.deepEqual(facts, { purpose: 'email_change', email: newEmail, username: null })
  assert.ok(Math.abs(createdAt - server.clock.now()) < MINUTE_MS)
})

test('the owner confirms: the address is the new one, other sessions end, and the old address is told', async () => {
  const { email, owner, newEmail, link } = await askForChange()
  const other = await signIn(server, email)
  await server.smtp.waitForMail(email)
  const before = await accountOf(owner)
  const answer = await confirm(owner, link)
  assertOk(answer)
  assert.deepEqual(answer.body, { outcome: 'confirmed', account: null })
  const account = await accountOf(owner)
  assert.deepEqual({ ...account, emailProvedAt: 0 }, { ...before, email: newEmail, emailProvedAt: 0 })
  assert.ok(account.emailProvedAt >= before.emailProvedAt)
  assertProblem(await other.get('/api/account'), 401, 'signed_out')
  const told = await server.smtp.waitForMail(email)
  assert.equal(told.subject, 'Your e-mail address was changed')
  assert.ok(told.text.includes(newEmail))

  const credentials = { identifier: email, password: PASSWORD }
  assertProblem(await server.visitor().post('/api/sign-in/password', credentials), 401, 'credentials_wrong')
  await signIn(server, newEmail)
  assertProblem(await confirm(owner, link), 410, 'link_dead')
})

test('who has the link and is not signed in to the account changes nothing and does not spend it', async () => {
  const { email, owner, newEmail, link } = await askForChange()
  for (const visitor of [server.visitor(), await signUp(server)]) {
    assertProblem(await confirm(visitor, link), 401, 'sign_in_first')
  }
  assert.equal((await accountOf(owner)).email, email)
  assertOk(await confirm(owner, link))
  assert.equal((await accountOf(owner)).email, newEmail)
})

test('another session of the owner may confirm, and is then the one that stays', async () => {
  const { email, owner, newEmail, link } = await askForChange()
  const phone = await signIn(server, email)
  assertOk(await confirm(phone, link))
  assert.equal((await accountOf(phone)).email, newEmail)
  assertProblem(await owner.get('/api/account'), 401, 'signed_out')
})

test('who was mailed by mistake refuses without signing in, and the address stays', async () => {
  const { email, owner, link } = await askForChange()
  const answer = await confirm(server.visitor(), link, 'not_mine')
  assertOk(answer)
  assert.deepEqual(answer.body, { outcome: 'refused', account: null })
  assertProblem(await confirm(owner, link), 410, 'link_dead')
  assert.equal((await accountOf(owner)).email, email)
  assert.equal(await isSignedIn(owner), true)
})

test('a second change asked for ends the link of the first', async () => {
  const { owner, link } = await askForChange()
  const third = newAddress('third')
  assertOk(await owner.post('/api/account/email', { newEmail: third, password: PASSWORD }))
  assertProblem(await confirm(owner, link), 410, 'link_dead')
  assertOk(await confirm(owner, linkIn(await server.smtp.waitForMail(third))))
  assert.equal((await accountOf(owner)).email, third)
})

test('the link is good for three days', async () => {
  const { email, owner, link } = await askForChange()
  server.clock.advance(3 * DAY_MS)
  assertProblem(await confirm(owner, link), 410, 'link_dead')
  assert.equal((await accountOf(owner)).email, email)
})

test('one change confirmed ten times at once is made once', async () => {
  const { owner, newEmail, link } = await askForChange()
  const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(owner, link)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [
    200,
    ...Array.from({ length: 9 }, () => 410),
  ])
  assert.equal((await accountOf(owner)).email, newEmail)
})

test('an address that belongs to somebody gets the same answer and no mail', async () => {
  const taken = newAddress('taken')
  const holder = await signUp(server, taken)
  const before = await countMails(server, taken)
  const email = newAddress()
  const owner = await signUp(server, email)
  const answer = await owner.post('/api/account/email', { newEmail: taken.toUpperCase(), password: PASSWORD })
  assertOk(answer)
  assert.deepEqual(answer.body, { sent: true })
  assert.match((await server.smtp.waitForMail(email)).subject, /about to change/)
  assert.equal(await countMails(server, taken), before)
  assert.equal((await accountOf(owner)).email, email)
  assert.equal((await accountOf(holder)).email, taken)
})

test('an address that somebody proved meanwhile stays theirs, and the change is taken back whole', async () => {
  const { email, owner, newEmail, link } = await askForChange()
  const other = await signIn(server, email)
  const holder = await signUpWithCode(server, newEmail)
  assertProblem(await confirm(owner, link), 409, 'email_taken')
  assert.equal((await accountOf(owner)).email, email)
  assert.equal((await accountOf(holder)).email, newEmail)
  assert.equal(await isSignedIn(other), true, 'nobody was signed out')
  await signIn(server, email)
})

test('a change asks for the password, or for a young sign-in where there is none', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const newEmail = newAddress('new')
  for (const password of ['not the password', undefined]) {
    assertProblem(await owner.post('/api/account/email', { newEmail, password }), 403, 'password_wrong')
  }
  const without = await signUpWithCode(server)
  assertOk(await without.post('/api/account/email', { newEmail: newAddress() }))
  server.clock.advance(10 * MINUTE_MS + 1_000)
  assertProblem(await without.post('/api/account/email', { newEmail: newAddress() }), 403, 'sign_in_again')
  assert.equal(await countMails(server, newEmail), 0)
})

test('an address that is none, or the one that the account has, is refused with a word', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const ask = (newEmail: string) => owner.post('/api/account/email', { newEmail, password: PASSWORD })
  for (const none of ['ada', 'ada@', 'ada@example.org, eve@example.org']) {
    assertProblem(await ask(none), 422, 'email_not_valid')
  }
  for (const same of [email, email.toUpperCase(), ` ${email} `]) {
    assertProblem(await ask(same), 422, 'email_same')
  }
  assert.equal(await countMails(server, email), 1, 'the mail of the registration alone')
})

test('recovery links and codes that went to the old address open nothing after the change', async () => {
  const { email, owner, link } = await askForChange()
  const visitor = server.visitor()
  assertOk(await visitor.post('/api/recovery', { email }))
  const recovery = linkIn(
    await server.smtp.waitForMail(
      (mail) => mail.to.includes(email) && mail.text.includes('/reset-password?realm=main#'),
    ),
  )
  const code = await askForCode(server, email)
  assertOk(await confirm(owner, link))
  const recovered = await visitor.post('/api/recovery/complete', {
    ...recovery,
    newPassword: `${PASSWORD} 2`,
  })
  assertProblem(recovered, 410, 'link_dead')
  assertProblem(await visitor.post('/api/sign-in/code/verify', { email, code }), 401, 'code_wrong')
})

/** Somebody whose address is not proved yet, signed in to our own API, and the link that proves it. */
async function registerUnproved() {
  const email = newAddress()
  const username = `ada${crypto.randomUUID().replaceAll('-', '').slice(0, 20)}`
  const body = { username, email, password: PASSWORD }
  assertOk(await server.visitor().post('/house/api/auth/register', body), 201)
  const link = linkIn(await server.smtp.waitForMail(email))
  return { email, username, link, owner: await signIn(server, email) }
}

test('the link of an unproved address proves it, for whoever opens it, and signs nobody in', async () => {
  const { email, username, link, owner } = await registerUnproved()
  assert.equal((await accountOf(owner)).emailProvedAt, null)
  const visitor = server.visitor()
  const look = await visitor.post('/api/email-confirmation/look', link)
  assertOk(look)
  const { purpose, email: shown, username: who } = look.body
  assert.deepEqual({ purpose, shown, who }, { purpose: 'confirmation', shown: email, who: username })
  const answer = await confirm(visitor, link)
  assertOk(answer)
  assert.deepEqual(answer.body, { outcome: 'confirmed', account: null })
  assert.equal(await isSignedIn(visitor), false)
  assert.ok(Math.abs((await accountOf(owner)).emailProvedAt - server.clock.now()) < MINUTE_MS)
  assertProblem(await confirm(visitor, link), 410, 'link_dead')
})

test('who says that an unproved address is not theirs takes it out of the world, account and all', async () => {
  const { email, link, owner } = await registerUnproved()
  const answer = await confirm(server.visitor(), link, 'not_mine')
  assert.deepEqual(answer.body, { outcome: 'refused', account: null })
  assertProblem(await owner.get('/api/account'), 401, 'signed_out')
  const credentials = { identifier: email, password: PASSWORD }
  assertProblem(await owner.post('/api/sign-in/password', credentials), 401, 'credentials_wrong')
  await signUp(server, email)
})

test('the confirmation is mailed again when asked for, the earlier link then is dead, and once proved it is refused', async () => {
  const { email, link, owner } = await registerUnproved()
  const answer = await owner.post('/api/account/confirmation')
  assertOk(answer)
  assert.deepEqual(answer.body, { sent: true })
  const again = linkIn(await server.smtp.waitForMail(email))
  assertProblem(await confirm(owner, link), 410, 'link_dead')
  assertOk(await confirm(owner, again))
  assertProblem(await owner.post('/api/account/confirmation'), 409, 'email_proved')
  const before = await countMails(server, email)
  assertProblem(await owner.post('/api/account/confirmation'), 409, 'email_proved')
  assert.equal(await countMails(server, email), before)
})

test('the confirmation is mailed once a minute at most', async () => {
  const limited = await startLatchkey({
    env: { RATE_LIMIT: 'on' },
    yaml: 'apps: [{ contract: starter, name: house, realm: main, prefix: /house }]',
  })
  try {
    const email = newAddress()
    const body = { username: 'ada1', email, password: PASSWORD }
    assertOk(await limited.visitor().post('/house/api/auth/register', body), 201)
    const owner = await signIn(limited, email)
    const ask = async () => assertOk(await owner.post('/api/account/confirmation'))
    for (let i = 0; i < 4; i++) await ask()
    assert.equal(await countMails(limited, email), 2, 'that of the registration, and one more')
    limited.clock.advance(MINUTE_MS)
    await ask()
    assert.equal(await countMails(limited, email), 3)
  } finally {
    await limited.close()
  }
})
