/** A: whose address it is, and whose account. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Storage } from '../../storage/database.ts'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import type { Visitor } from '../support/visitor.ts'
import {
  askMainCode,
  askRecoveryToken,
  askStarterCode,
  isConfirmation,
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

let server: TestServer
let behind: Storage
let operator: Visitor & { uid: string }
before(async () => {
  server = await startLatchkey()
  behind = openBehind(server)
  operator = await setUp(server)
})
after(async () => {
  await behind.close()
  await server.close()
})

/** Everything that somebody gets by registering an address that is not theirs. */
async function assertDead(attacker: { visitor: Visitor; username: string; password: string }): Promise<void> {
  assert.equal((await me(attacker.visitor)).status, 401, 'the session is dead')
  for (const name of [attacker.username]) {
    const answer = await login(server.visitor(), name, attacker.password)
    assert.deepEqual([answer.status, answer.body.message], [401, 'Invalid credentials'], 'so is the password')
  }
}

test('A1: who registered somebody else’s address holds nothing once its owner comes by a code', async () => {
  const email = `${newName('victim')}@example.com`
  const attacker = await register(server, { email })
  const second = server.visitor()
  assert.equal((await login(second, email, PASSWORD)).status, 200)

  const victim = server.visitor()
  const code = await askStarterCode(server, email)
  const answer = await victim.post('/starter/api/auth/verify-code', { email, code })
  assert.equal(answer.status, 200, answer.text)

  await assertDead(attacker)
  assert.equal((await me(second)).status, 401, 'every session from before is dead')
  assert.equal((await me(victim)).status, 200, 'the owner is in')
  const mail = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(email) && subject === 'Set a new password',
  )
  assert.match(mail.text, /registered with it by a browser that we do not know/)
  const row = await behind.db
    .selectFrom('password')
    .select('phc')
    .where('account_id', '=', attacker.id)
    .executeTakeFirst()
  assert.equal(row, undefined, 'no hash is left to be revived')
})

test('A1: the same by a recovery: the attacker’s password and session are dead, the owner’s new password lives', async () => {
  const email = `${newName('victim')}@example.com`
  const attacker = await register(server, { email })
  const token = await askRecoveryToken(server, email)
  const victim = server.visitor()
  const reset = await victim.post('/starter/api/auth/reset-password', { token, password: OTHER_PASSWORD })
  assert.equal(reset.status, 200, reset.text)
  await assertDead(attacker)
  assert.equal((await login(victim, email, OTHER_PASSWORD)).status, 200)
})

test('A1: who refuses the link of a registration takes the address out of it, and the account is gone', async () => {
  const email = `${newName('victim')}@example.com`
  const attacker = await register(server, { email })
  const { realm, token } = linkIn(await server.smtp.waitForMail(isConfirmation(email)))
  const refused = await server.visitor().post('/api/email-confirmation', { realm, token, answer: 'not_mine' })
  assert.equal(refused.body.outcome, 'refused', refused.text)
  await assertDead(attacker)
  const owner = await register(server, { email })
  assert.notEqual(owner.id, attacker.id)
})

test('A1: a change of address that was begun before the owner came cannot be finished after', async () => {
  const email = `${newName('victim')}@example.com`
  const evil = `${newName('evil')}@example.net`
  const attacker = await register(server, { email })
  // The starter API has no change of address, so the engine is asked by what it would have written.
  const now = server.clock.now()
  const { realm_id } = await behind.db
    .selectFrom('account')
    .select('realm_id')
    .where('id', '=', attacker.id)
    .executeTakeFirstOrThrow()
  await behind.db
    .insertInto('one_time_secret')
    .values({
      realm_id,
      purpose: 'email_change',
      account_id: attacker.id,
      subject: `account ${attacker.id}`,
      secret_hash: Buffer.alloc(32, 1),
      payload: JSON.stringify({ address: evil, key: evil }),
      attempts: 0,
      attempts_max: 1,
      created_at: now,
      expires_at: now + 86_400_000,
      spent_at: null,
    })
    .execute()
  const code = await askStarterCode(server, email)
  assert.equal((await server.visitor().post('/starter/api/auth/verify-code', { email, code })).status, 200)
  const left = await behind.db
    .selectFrom('one_time_secret')
    .select(['purpose'])
    .where('account_id', '=', attacker.id)
    .where('spent_at', 'is', null)
    .execute()
  assert.deepEqual(left, [], 'nothing that was begun before can be finished')
})

test('A1: whoever registers and proves the address from the same browser goes on undisturbed', async () => {
  const person = await register(server)
  const code = await askStarterCode(server, person.email)
  const answer = await person.visitor.post('/starter/api/auth/verify-code', { email: person.email, code })
  assert.equal(answer.status, 200)
  assert.equal((await login(server.visitor(), person.username, person.password)).status, 200)
})

test('A1: a device cookie that was forged, cut or copied in part is nobody’s, and does not save the password', async () => {
  for (const forge of [
    (value: string) => value.slice(0, -2),
    (value: string) => `${value.slice(0, 43)}.${'A'.repeat(43)}`,
    (value: string) => `${'B'.repeat(43)}${value.slice(43)}`,
    () => 'x',
  ]) {
    const email = `${newName('victim')}@example.com`
    const attacker = await register(server, { email })
    const browser = server.visitor()
    const device = attacker.visitor.jar.get('latchkey_device')
    assert.ok(device)
    browser.jar.set('latchkey_device', forge(device))
    const code = await askStarterCode(server, email)
    assert.equal((await browser.post('/starter/api/auth/verify-code', { email, code })).status, 200)
    await assertDead(attacker)
  }
})

test('A1: at our own API a registration holds no address: until the link is opened nobody has an account', async () => {
  const email = `${newName('victim')}@example.com`
  const attacker = server.visitor()
  assert.equal((await attacker.post('/api/accounts', { email, password: PASSWORD })).status, 202)
  const early = await attacker.post('/api/sign-in/password', { identifier: email, password: PASSWORD })
  assert.equal(early.status, 401)
  const victim = server.visitor()
  const code = await askMainCode(server, email)
  const joined = await victim.post('/api/sign-in/code/verify', { email, code })
  assert.equal(joined.body.created, true)
  const { realm, token } = linkIn(await server.smtp.waitForMail(isConfirmation(email)))
  const late = await attacker.post('/api/email-confirmation', { realm, token, answer: 'mine' })
  assert.equal(late.status, 409, late.text)
  assert.equal((await ownAccount(attacker)).status, 401)
  assert.equal(
    (await attacker.post('/api/sign-in/password', { identifier: email, password: PASSWORD })).status,
    401,
  )
})

test('A7: nobody makes an address proved, or themselves an administrator, by a field of a body', async () => {
  const { visitor, uid } = await joinMain(server)
  const before = (await ownAccount(visitor)).body.account
  for (const body of [
    { emailProvedAt: 1 },
    { email: 'operator@example.com' },
    { role: 'admin' },
    { uid: operator.uid },
    { id: 1 },
    { disabledAt: null },
    { hasPassword: true },
    { name: 'x', role: 'admin' },
    { realmId: 1 },
  ]) {
    const answer = await visitor.patch('/api/account', body)
    assert.equal(answer.status, 400, `${JSON.stringify(body)}: ${answer.text}`)
  }
  const after = (await ownAccount(visitor)).body.account
  assert.deepEqual(after, before)
  assert.equal(after.uid, uid)
  const username = newName()
  for (const extra of [
    { role: 'admin' },
    { email_verified: true },
    { emailProvedAt: 1 },
    { id: 1 },
    { tier: 9 },
  ]) {
    const answer = await server.visitor().post('/starter/api/auth/register', {
      username,
      email: `${username}@example.com`,
      password: PASSWORD,
      ...extra,
    })
    assert.equal(answer.status, 400, answer.text)
  }
})

test('A8: every spelling of an address is one account, to register, to sign in and to recover', async () => {
  const name = newName('Spelt')
  const person = await register(server, { username: name, email: `${name}.Person@Bücher.Example` })
  const wide = [...`${name}.person`]
    .map((c) => (/[a-z0-9]/i.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c))
    .join('')
  const spellings = [
    `${name}.person@bücher.example`.toLowerCase(),
    `${name}.PERSON@BÜCHER.EXAMPLE`.toUpperCase(),
    `${name}.person@xn--bcher-kva.example`,
    `${name}.person@bu\u0308cher.example`,
    `${wide}＠bücher.example`,
    `${name}.person@bücher。example`,
  ]
  for (const email of spellings) {
    const again = await server
      .visitor()
      .post('/starter/api/auth/register', { username: newName(), email, password: PASSWORD })
    assert.equal(again.status, 409, `${email}: ${again.text}`)
    const visitor = server.visitor()
    assert.equal((await login(visitor, email, person.password)).status, 200, email)
    assert.equal((await me(visitor)).body.user.id, person.id)
  }
})

test('A8: what only looks like an address, or hides another one, is no address at any door', async () => {
  const victim = await joinMain(server)
  const [local, domain] = victim.email.split('@')
  const tricks = [
    `${victim.email}@evil.example`,
    `${local}＠evil.example@${domain}`,
    `${local}@${domain}/.evil.example`,
    `${local}@${domain}#.evil.example`,
    `${local}@${domain}?evil.example`,
    `${local}@${domain}\\evil.example`,
    `${local}@exam%70le.com`,
    `${local}@exam\tple.com`,
    `${local}@exam\nple.com`,
    `${local}@exam\u00adple.com`,
    `${local}@exam\ufe0fple.com`,
    `${local}@127.1`,
    `${local}@[127.0.0.1]`,
    `"${local}"@${domain}`,
    `<${victim.email}>`,
    `${local}@@${domain}`,
    `${local}@${domain},x@evil.example`,
    `${local}@${domain} x`,
    `${local}(comment)@${domain}`,
  ]
  const before = server.smtp.mails.length
  for (const email of tricks) {
    for (const [path, body] of [
      ['/api/sign-in/code', { email }],
      ['/api/recovery', { email }],
      ['/api/accounts', { email, password: PASSWORD }],
      ['/api/sign-in/code/verify', { email, code: '000000' }],
    ] as const) {
      const answer = await server.visitor().post(path, body)
      assert.deepEqual(
        [answer.status, answer.body.code],
        [422, 'email_not_valid'],
        `${path} ${JSON.stringify(email)}`,
      )
    }
    const starter = await server
      .visitor()
      .post('/starter/api/auth/register', { username: newName(), email, password: PASSWORD })
    assert.equal(starter.status, 400, `${JSON.stringify(email)}: ${starter.text}`)
  }
  assert.equal(server.smtp.mails.length, before, 'and no mail went out')
})

test('A8: the dotless and the dotted i are letters of their own: Turkish case makes nobody somebody else', async () => {
  const stem = newName('kim')
  const plain = await register(server, { username: stem, email: `${stem}i@example.com` })
  for (const email of [`${stem}ı@example.com`, `${stem}İ@example.com`]) {
    const other = await register(server, { username: newName(), email })
    assert.notEqual(other.id, plain.id, email)
    await askStarterCode(server, email)
  }
  const asked = server.smtp.mails.filter(({ to }) => to.includes(`${stem}i@example.com`))
  assert.equal(
    asked.filter(({ text }) => /^\d{6}$/m.test(text)).length,
    0,
    'no code of theirs went to the other',
  )
})

test('A8: a username that only differs in case is taken, and one that looks like an address is none', async () => {
  const person = await register(server)
  const again = await server.visitor().post('/starter/api/auth/register', {
    username: person.username.toUpperCase(),
    email: `${newName()}@example.com`,
    password: PASSWORD,
  })
  assert.equal(again.status, 409)
  for (const username of [person.email, `${person.username}＠x`, 'аdmin', 'ad min', 'admin\u200b', 'ﬁrst']) {
    const answer = await server
      .visitor()
      .post('/starter/api/auth/register', { username, email: `${newName()}@example.com`, password: PASSWORD })
    assert.equal(answer.status, 400, `${username}: ${answer.text}`)
  }
})

test('A10: a change of address needs the password, tells the old mailbox, and is confirmed by its signed-in owner alone', async () => {
  const person = await joinMainWithPassword(server)
  const newEmail = `${newName('moved')}@example.com`
  const bare = await person.visitor.post('/api/account/email', { newEmail })
  assert.deepEqual([bare.status, bare.body.code], [403, 'password_wrong'])
  const wrong = await person.visitor.post('/api/account/email', { newEmail, password: OTHER_PASSWORD })
  assert.deepEqual([wrong.status, wrong.body.code], [403, 'password_wrong'])
  const asked = await person.visitor.post('/api/account/email', { newEmail, password: PASSWORD })
  assert.equal(asked.status, 200, asked.text)
  const notice = await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(person.email) && subject === 'Your e-mail address is about to change',
  )
  assert.match(notice.text, new RegExp(newEmail))
  assert.equal((await ownAccount(person.visitor)).body.account.email, person.email, 'nothing has changed yet')

  const { realm, token } = linkIn(await server.smtp.waitForMail(newEmail))
  const confirm = (visitor: Visitor) =>
    visitor.post('/api/email-confirmation', { realm, token, answer: 'mine' })
  const stranger = await confirm(server.visitor())
  assert.equal(stranger.status, 401, 'who only has the link changes nothing')
  const somebody = await joinMain(server)
  assert.equal((await confirm(somebody.visitor)).status, 401, 'neither does somebody else who is signed in')
  assert.equal((await ownAccount(person.visitor)).body.account.email, person.email)

  const other = server.visitor()
  await other.post('/api/sign-in/password', { identifier: person.email, password: PASSWORD })
  assert.equal((await ownAccount(other)).status, 200)
  assert.equal((await confirm(person.visitor)).status, 200)
  assert.equal((await ownAccount(person.visitor)).body.account.email, newEmail)
  assert.equal((await ownAccount(other)).status, 401, 'other sessions end')
  await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(person.email) && subject === 'Your e-mail address was changed',
  )
  assert.equal((await confirm(person.visitor)).status, 410, 'the link works once')
})

test('A10: an address of somebody else is not taken over by a change, and its owner gets no link', async () => {
  const [person, victim] = [await joinMainWithPassword(server), await joinMain(server)]
  const before = server.smtp.mails.filter(({ to }) => to.includes(victim.email)).length
  const asked = await person.visitor.post('/api/account/email', {
    newEmail: victim.email,
    password: PASSWORD,
  })
  assert.deepEqual([asked.status, asked.body], [200, { sent: true }], 'the same answer as for a free one')
  await server.smtp.waitForMail(
    ({ to, subject }) => to.includes(person.email) && subject === 'Your e-mail address is about to change',
  )
  assert.equal(server.smtp.mails.filter(({ to }) => to.includes(victim.email)).length, before)
})

test('A10: of two who change to one address at once, one gets it', async () => {
  const [one, two] = [await joinMainWithPassword(server), await joinMainWithPassword(server)]
  const newEmail = `${newName('wanted')}@example.com`
  const links: string[] = []
  for (const { visitor } of [one, two]) {
    assert.equal((await visitor.post('/api/account/email', { newEmail, password: PASSWORD })).status, 200)
    links.push(linkIn(await server.smtp.waitForMail(newEmail)).token)
  }
  const answers = await Promise.all(
    [one, two].map(({ visitor }, i) =>
      visitor.post('/api/email-confirmation', { realm: 'main', token: links[i], answer: 'mine' }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
})

test('A10: a new password ends a change of address that was begun before', async () => {
  const person = await joinMainWithPassword(server)
  const newEmail = `${newName('evil')}@example.com`
  await person.visitor.post('/api/account/email', { newEmail, password: PASSWORD })
  const { token } = linkIn(await server.smtp.waitForMail(newEmail))
  const changed = await person.visitor.put('/api/account/password', {
    currentPassword: PASSWORD,
    newPassword: OTHER_PASSWORD,
  })
  assert.equal(changed.status, 200, changed.text)
  const late = await person.visitor.post('/api/email-confirmation', { realm: 'main', token, answer: 'mine' })
  assert.equal(late.status, 410)
  assert.equal((await ownAccount(person.visitor)).body.account.email, person.email)
})

test('A11: of a deleted account nothing comes back: id, username, tokens, codes and links are spent for ever', async () => {
  const person = await register(server)
  const cookie = person.visitor.jar.get('token')
  assert.ok(cookie)
  const code = await askStarterCode(server, person.email)
  const recovery = await askRecoveryToken(server, person.email)
  const confirmation = linkIn(await server.smtp.waitForMail(isConfirmation(person.email))).token
  const deleted = await person.visitor.delete('/starter/api/auth/account')
  assert.equal(deleted.status, 200, deleted.text)

  const username = newName()
  const newcomer = await register(server, { username, email: person.email })
  assert.ok(newcomer.id > person.id, 'ids go up and never come again')
  const taken = await server.visitor().post('/starter/api/auth/register', {
    username: person.username,
    email: `${newName()}@example.com`,
    password: PASSWORD,
  })
  assert.equal(taken.status, 409, 'the username is not given out again')

  const old = server.visitor()
  old.jar.set('token', cookie)
  const asked = await me(old)
  assert.deepEqual([asked.status, asked.body.message], [401, 'User not found'])
  const verify = await server.visitor().post('/starter/api/auth/verify-code', { email: person.email, code })
  assert.equal(verify.status, 401, 'the old code opens nothing of the newcomer')
  const reset = await server
    .visitor()
    .post('/starter/api/auth/reset-password', { token: recovery, password: OTHER_PASSWORD })
  assert.equal(reset.status, 400)
  const link = await server
    .visitor()
    .post('/api/email-confirmation', { realm: 'starter', token: confirmation, answer: 'not_mine' })
  assert.equal(link.status, 410)
  assert.equal((await me(newcomer.visitor)).status, 200, 'and the newcomer is still there')
  assert.equal((await login(server.visitor(), person.email, PASSWORD)).body.user.id, newcomer.id)
})

test('A11: the highest id is not given out again, even when its account is the one that was deleted', async () => {
  const last = await register(server)
  await last.visitor.delete('/starter/api/auth/account')
  const next = await register(server)
  assert.ok(next.id > last.id)
})
