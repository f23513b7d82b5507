import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
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
  OTHER_PASSWORD,
  PASSWORD,
  setUp,
  signIn,
  signUp,
} from './support.ts'

const DAY_MS = 24 * 60 * MINUTE_MS

let server: TestServer
before(async () => {
  server = await startLatchkey()
  await setUp(server)
})
after(() => server.close())

async function register(visitor = server.visitor(), email = newAddress()) {
  assertOk(await visitor.post('/api/accounts', { email, password: PASSWORD }), 202)
  return { visitor, email, link: linkIn(await server.smtp.waitForMail(email)) }
}

test('signing up makes no account and no session: it mails a link, whose secret no server log can hold', async () => {
  const visitor = server.visitor()
  const email = newAddress()
  const answer = await visitor.post('/api/accounts', {
    email,
    password: PASSWORD,
    name: 'Ada',
    language: 'en',
  })
  assertOk(answer, 202)
  assert.deepEqual(answer.body, { sent: true })
  assert.equal(answer.cookies.has('latchkey'), false)
  const mail = await server.smtp.waitForMail(email)
  assert.match(mail.text, new RegExp(`${server.url}/confirm-email\\?realm=main#[\\w-]{43}\\b`))
  assert.ok(!mail.text.includes(PASSWORD))
  const credentials = { identifier: email, password: PASSWORD }
  assertProblem(await visitor.post('/api/sign-in/password', credentials), 401, 'credentials_wrong')
})

test('the browser that signed up confirms the link and is signed in, with all that it gave', async () => {
  const visitor = server.visitor()
  const email = newAddress()
  const body = { email, password: PASSWORD, name: 'Ada Lovelace', language: 'en-GB' }
  assertOk(await visitor.post('/api/accounts', body), 202)
  const link = linkIn(await server.smtp.waitForMail(email))
  const answer = await visitor.post('/api/email-confirmation', { ...link, answer: 'mine' })
  assertOk(answer)
  const { outcome, account } = answer.body
  assert.equal(outcome, 'confirmed')
  const { uid, createdAt, emailProvedAt, ...facts } = account
  assert.deepEqual(facts, {
    email,
    username: null,
    name: 'Ada Lovelace',
    role: 'user',
    language: 'en-GB',
    hasPassword: true,
    passwordChangeDue: false,
    bio: null,
    picture: null,
    banner: null,
  })
  assert.equal(emailProvedAt, createdAt)
  assert.deepEqual(await accountOf(visitor), account)
  const { sessions } = (await visitor.get('/api/account/sessions')).body
  assert.deepEqual(
    sessions.map(({ method }: { method: string }) => method),
    ['link'],
  )
  await signIn(server, email)
})

test('another browser that opens the link confirms the account and is not signed in', async () => {
  const { visitor, email, link } = await register()
  const other = server.visitor()
  const answer = await other.post('/api/email-confirmation', { ...link, answer: 'mine' })
  assertOk(answer)
  assert.deepEqual(answer.body, { outcome: 'confirmed', account: null })
  assert.equal(answer.cookies.has('latchkey'), false)
  for (const each of [visitor, other]) assert.equal(await isSignedIn(each), false)
  await signIn(server, email)
})

test('a device cookie that was tampered with is another browser', async () => {
  const { visitor, link } = await register()
  const cookie = visitor.jar.get('latchkey_device') ?? assert.fail('no device cookie')
  const [id = '', signature = ''] = cookie.split('.')
  const other = (id[0] === 'A' ? 'B' : 'A') + id.slice(1)
  visitor.jar.set('latchkey_device', `${other}.${signature}`)
  const answer = await visitor.post('/api/email-confirmation', { ...link, answer: 'mine' })
  assert.deepEqual(answer.body, { outcome: 'confirmed', account: null })
})

test('an address that has an account gets the same answer, and its owner a mail that says so', async () => {
  const email = newAddress()
  const owner = await signUp(server, email, { language: 'de' })
  const stranger = server.visitor()
  const known = await stranger.post('/api/accounts', { email: email.toUpperCase(), password: OTHER_PASSWORD })
  const unknown = await server.visitor().post('/api/accounts', { email: newAddress(), password: PASSWORD })
  assert.equal(known.status, unknown.status)
  assert.equal(known.text, unknown.text)
  const shape = ({ headers }: typeof known) => [...headers.keys()].toSorted()
  assert.deepEqual(shape(known), shape(unknown))

  const mail = await server.smtp.waitForMail(email)
  assert.equal(mail.subject, 'Du hast schon ein Konto bei Latchkey')
  assert.ok(mail.text.includes(`${server.url}/sign-in`))
  assert.ok(mail.text.includes(`${server.url}/forgot-password?realm=main`))
  assert.ok(!mail.text.includes('#'), 'it carries no secret')
  assert.equal(await isSignedIn(owner), true)
  await signIn(server, email)
  const withTheirs = { identifier: email, password: OTHER_PASSWORD }
  assertProblem(await stranger.post('/api/sign-in/password', withTheirs), 401, 'credentials_wrong')
})

test('every spelling of an address is one address', async () => {
  const email = newAddress('ada')
  await signUp(server, email)
  const [local = '', domain = ''] = email.split('@')
  const fullWidth = [...local].map((c) =>
    /[a-z]/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c,
  )
  for (const spelling of [email.toUpperCase(), `  ${email}\t`, `${fullWidth.join('')}@${domain}`]) {
    const answer = await server.visitor().post('/api/accounts', { email: spelling, password: PASSWORD })
    assertOk(answer, 202)
    const { subject } = await server.smtp.waitForMail(email)
    assert.match(subject, /already have an account/, spelling)
  }
  const tagged = email.replace('@', '+tag@')
  assertOk(await server.visitor().post('/api/accounts', { email: tagged, password: PASSWORD }), 202)
  assert.equal(linkIn(await server.smtp.waitForMail(tagged)).realm, 'main')
})

test('a sign-up that breaks a rule says which, and mails nothing', async () => {
  const visitor = server.visitor()
  const email = newAddress()
  const good = { email, password: PASSWORD }
  const refused = [
    [{ ...good, email: 'ada' }, 'email_not_valid', {}],
    [{ ...good, email: `${'a'.repeat(65)}@example.org` }, 'email_not_valid', {}],
    [{ ...good, email: `ada@example.org\r\nBcc: eve@example.org` }, 'email_not_valid', {}],
    [{ ...good, password: 'sieben7' }, 'password_too_short', { lengthMin: 8 }],
    [{ ...good, password: '🔑🔑🔑🔑🔑🔑🔑' }, 'password_too_short', { lengthMin: 8 }],
    [{ ...good, password: `${'ab1 '.repeat(32)}x` }, 'password_too_long', { lengthMax: 128 }],
    [{ ...good, password: '1234567890' }, 'password_common', {}],
    [{ ...good, password: email }, 'password_common', {}],
    [{ ...good, name: 'Wilhelmina', password: 'wilhelmina1' }, 'password_common', {}],
  ] as const
  for (const [body, code, facts] of refused) {
    assertProblem(await visitor.post('/api/accounts', body), 422, code, facts)
  }
  assert.equal(await countMails(server, email), 0)
})

test('a password counts in characters as people count them, to the last one allowed', async () => {
  for (const password of ['🔑q🚪x9🗝z7', randomBytes(96).toString('base64url')]) {
    const email = newAddress()
    assertOk(await server.visitor().post('/api/accounts', { email, password }), 202)
    const link = linkIn(await server.smtp.waitForMail(email))
    assertOk(await server.visitor().post('/api/email-confirmation', { ...link, answer: 'mine' }))
    await signIn(server, email, password)
  }
})

test('where sign-up is closed or passwords are off, signing up says so', async () => {
  for (const [policy, code] of [
    ['signUp: invitation', 'sign_up_closed'],
    ['signUp: closed', 'sign_up_closed'],
    ['passwordSignIn: false', 'method_off'],
  ]) {
    const closed = await startLatchkey({ yaml: `realms: { main: { ${policy} } }` })
    try {
      const answer = await closed.visitor().post('/api/accounts', { email: newAddress(), password: PASSWORD })
      assertProblem(answer, 403, code as string)
      assert.deepEqual(closed.smtp.mails, [])
    } finally {
      await closed.close()
    }
  }
})

test('looking at a link tells what it asks and does not spend it', async () => {
  const { visitor, email, link } = await register()
  for (let i = 0; i < 3; i++) {
    const answer = await server.visitor().post('/api/email-confirmation/look', link)
    assertOk(answer)
    const { createdAt, ...facts } = answer.body
    assert.deepEqual(facts, { purpose: 'registration', email, username: null })
    assert.ok(Math.abs(createdAt - server.clock.now()) < MINUTE_MS)
  }
  assertOk(await visitor.post('/api/email-confirmation', { ...link, answer: 'mine' }))
  assertProblem(await server.visitor().post('/api/email-confirmation/look', link), 410, 'link_dead')
})

test('a link that was used, cut, of another realm or never made is dead', async () => {
  const { visitor, link } = await register()
  const confirm = (body: object) =>
    visitor.post('/api/email-confirmation', { ...link, answer: 'mine', ...body })
  const dead = [
    { token: link.token.slice(0, -1) },
    { token: `${link.token}x` },
    { token: 'x'.repeat(43) },
    { realm: 'starter' },
    { realm: 'nowhere' },
    { realm: '__proto__' },
  ]
  for (const body of dead) {
    assertProblem(await confirm(body), 410, 'link_dead')
    const { realm, token } = { ...link, ...body }
    assertProblem(await visitor.post('/api/email-confirmation/look', { realm, token }), 410, 'link_dead')
  }
  assertOk(await confirm({}))
  assertProblem(await confirm({}), 410, 'link_dead')
  assertProblem(await confirm({ answer: 'not_mine' }), 410, 'link_dead')
})

test('a link is good for three days, and not for a moment longer', async () => {
  const early = await register()
  const late = await register()
  server.clock.advance(3 * DAY_MS - MINUTE_MS)
  assertOk(await early.visitor.post('/api/email-confirmation', { ...early.link, answer: 'mine' }))
  server.clock.advance(MINUTE_MS)
  const answer = await late.visitor.post('/api/email-confirmation', { ...late.link, answer: 'mine' })
  assertProblem(answer, 410, 'link_dead')
  const credentials = { identifier: late.email, password: PASSWORD }
  assertProblem(await late.visitor.post('/api/sign-in/password', credentials), 401, 'credentials_wrong')
})

test('who answers that the address is not theirs leaves nothing of the registration', async () => {
  const { visitor, email, link } = await register()
  const answer = await server.visitor().post('/api/email-confirmation', { ...link, answer: 'not_mine' })
  assertOk(answer)
  assert.deepEqual(answer.body, { outcome: 'refused', account: null })
  assertProblem(await visitor.post('/api/email-confirmation', { ...link, answer: 'mine' }), 410, 'link_dead')
  const credentials = { identifier: email, password: PASSWORD }
  assertProblem(await visitor.post('/api/sign-in/password', credentials), 401, 'credentials_wrong')
  await signUp(server, email)
})

test('one link confirmed ten times at once makes one account and one session', async () => {
  const { visitor, email, link } = await register()
  const tries = Array.from({ length: 10 }, () =>
    visitor.post('/api/email-confirmation', { ...link, answer: 'mine' }),
  )
  const answers = await Promise.all(tries)
  const confirmed = answers.filter(({ status }) => status === 200)
  assert.equal(confirmed.length, 1)
  for (const answer of answers) if (answer !== confirmed[0]) assertProblem(answer, 410, 'link_dead')
  const { sessions } = (await (await signIn(server, email)).get('/api/account/sessions')).body
  assert.equal(sessions.length, 2, 'that of the link, and this one')
})

test('of two registrations of one address the first to be confirmed has it', async () => {
  const first = await register()
  const second = await register(server.visitor(), first.email)
  assertOk(await second.visitor.post('/api/email-confirmation', { ...second.link, answer: 'mine' }))
  const late = await first.visitor.post('/api/email-confirmation', { ...first.link, answer: 'mine' })
  assertProblem(late, 409, 'email_taken')
  assert.equal(late.cookies.has('latchkey'), false)
  assert.equal(await isSignedIn(second.visitor), true)
  assert.equal(await isSignedIn(first.visitor), false)
})

test('whoever proves the address by a code meanwhile has it, and the link of a registration comes too late', async () => {
  const { visitor, email, link } = await register()
  const owner = server.visitor()
  const code = await askForCode(server, email)
  assertOk(await owner.post('/api/sign-in/code/verify', { email, code }))
  const late = await visitor.post('/api/email-confirmation', { ...link, answer: 'mine' })
  assertProblem(late, 409, 'email_taken')
  const credentials = { identifier: email, password: PASSWORD }
  assertProblem(await visitor.post('/api/sign-in/password', credentials), 401, 'credentials_wrong')
  assert.equal((await accountOf(owner)).hasPassword, false)
})
