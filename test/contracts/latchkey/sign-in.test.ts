import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  accountOf,
  askForCode,
  assertOk,
  assertProblem,
  codeIn,
  countMails,
  isSignedIn,
  MINUTE_MS,
  newAddress,
  PASSWORD,
  setUp,
  signIn,
  signUp,
  signUpWithCode,
} from './support.ts'

let server: TestServer
let operator: Awaited<ReturnType<typeof setUp>>
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server)
})
after(() => server.close())

const wrongCode = (code: string) => (code === '000000' ? '000001' : '000000')

test('an address in any spelling, or a username in any case, and the password sign in', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const username = `Ada${Date.now()}`
  assertOk(await owner.patch('/api/account', { username }))
  const { uid } = await accountOf(owner)
  for (const identifier of [email, email.toUpperCase(), ` ${email} `, username, username.toLowerCase()]) {
    const visitor = server.visitor()
    const answer = await visitor.post('/api/sign-in/password', { identifier, password: PASSWORD })
    assertOk(answer)
    assert.equal(answer.body.account.uid, uid)
    assert.deepEqual(await accountOf(visitor), answer.body.account)
  }
})

test('a wrong password, an unknown name and an account without a password get one and the same answer', async () => {
  const email = newAddress()
  await signUp(server, email)
  const without = newAddress()
  await signUpWithCode(server, without)
  const tries = [
    [email, 'not the password'],
    [email, PASSWORD.toUpperCase()],
    [email, `${PASSWORD} `],
    [newAddress(), PASSWORD],
    ['nobody99', PASSWORD],
    [without, PASSWORD],
    ['@', PASSWORD],
    [email, 'x'.repeat(4_096)],
  ] as const
  const titles = new Set<string>()
  for (const [identifier, password] of tries) {
    const visitor = server.visitor()
    const answer = await visitor.post('/api/sign-in/password', { identifier, password })
    assertProblem(answer, 401, 'credentials_wrong')
    assert.equal(answer.cookies.has('latchkey'), false)
    titles.add(answer.body.title)
  }
  assert.equal(titles.size, 1)
})

test('an account of another realm does not sign in here', async () => {
  const email = newAddress()
  const user = { username: `other${Date.now()}`, email, password: PASSWORD }
  assertOk(await server.visitor().post('/starter/api/auth/register', user), 201)
  for (const identifier of [email, user.username]) {
    const answer = await server.visitor().post('/api/sign-in/password', { identifier, password: PASSWORD })
    assertProblem(answer, 401, 'credentials_wrong')
  }
})

test('a disabled account is told so if the password is right, and otherwise nothing', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const { uid } = await accountOf(owner)
  assertOk(await operator.post(`/api/admin/accounts/${uid}/disable`))
  const visitor = server.visitor()
  const right = await visitor.post('/api/sign-in/password', { identifier: email, password: PASSWORD })
  assertProblem(right, 403, 'account_disabled')
  assert.equal(right.cookies.has('latchkey'), false)
  const wrong = await visitor.post('/api/sign-in/password', { identifier: email, password: 'not that one' })
  assertProblem(wrong, 401, 'credentials_wrong')

  const code = await askForCode(server, email)
  const byCode = await visitor.post('/api/sign-in/code/verify', { email, code })
  assertProblem(byCode, 403, 'account_disabled')
  assert.equal(await isSignedIn(visitor), false)
})

test('a code signs in to the account of the address', async () => {
  const email = newAddress()
  const { uid } = await accountOf(await signUp(server, email))
  const visitor = server.visitor()
  const asked = await visitor.post('/api/sign-in/code', { email: email.toUpperCase() })
  assertOk(asked)
  assert.deepEqual(asked.body, { sent: true })
  const code = codeIn(await server.smtp.waitForMail((mail) => mail.to.includes(email)))
  const answer = await visitor.post('/api/sign-in/code/verify', { email, code })
  assertOk(answer)
  assert.equal(answer.body.created, false)
  assert.equal(answer.body.account.uid, uid)
  const { sessions } = (await visitor.get('/api/account/sessions')).body
  assert.equal(sessions.find(({ current }: { current: boolean }) => current).method, 'email_code')
})

test('a code makes the account of an address that has none, in the name and language that come with it', async () => {
  const email = newAddress()
  const visitor = server.visitor()
  assertOk(await visitor.post('/api/sign-in/code', { email, language: 'de' }))
  const mail = await server.smtp.waitForMail(email)
  assert.match(mail.subject, /code/)
  assert.match(mail.text, /Minuten/)
  const body = { email, code: codeIn(mail), name: 'Grace', language: 'de' }
  const answer = await visitor.post('/api/sign-in/code/verify', body)
  assertOk(answer)
  const { uid, createdAt, emailProvedAt, ...facts } = answer.body.account
  assert.deepEqual(facts, {
    email,
    username: null,
    name: 'Grace',
    role: 'user',
    language: 'de',
    bio: null,
    picture: null,
    banner: null,
    hasPassword: false,
    passwordChangeDue: false,
  })
  assert.equal(answer.body.created, true)
  assert.equal(emailProvedAt, createdAt)
  assert.equal((await accountOf(visitor)).uid, uid)
})

test('a code is good once, for its own address, and only the newest of them', async () => {
  const email = newAddress()
  const first = await askForCode(server, email)
  const second = await askForCode(server, email)
  const verify = (code: string, address = email) =>
    server.visitor().post('/api/sign-in/code/verify', { email: address, code })
  if (first !== second) assertProblem(await verify(first), 401, 'code_wrong')
  assertProblem(await verify(second, newAddress()), 401, 'code_wrong')
  assertOk(await verify(second))
  assertProblem(await verify(second), 401, 'code_wrong')
})

test('a code of one realm is no code of another', async () => {
  const email = newAddress()
  assertOk(await server.visitor().post('/starter/api/auth/send-code', { email }))
  const code = codeIn(await server.smtp.waitForMail(email))
  assertProblem(await server.visitor().post('/api/sign-in/code/verify', { email, code }), 401, 'code_wrong')
})

test('a code is good for ten minutes', async () => {
  const [early, late] = [newAddress(), newAddress()]
  const codes = [await askForCode(server, early), await askForCode(server, late)]
  server.clock.advance(9.5 * MINUTE_MS)
  assertOk(await server.visitor().post('/api/sign-in/code/verify', { email: early, code: codes[0] }))
  server.clock.advance(MINUTE_MS)
  const answer = await server.visitor().post('/api/sign-in/code/verify', { email: late, code: codes[1] })
  assertProblem(answer, 401, 'code_wrong')
})

test('five wrong guesses lock a code, the right one then too, until a new one is asked for', async () => {
  const email = newAddress()
  const code = await askForCode(server, email)
  const verify = (guess: string) => server.visitor().post('/api/sign-in/code/verify', { email, code: guess })
  for (let i = 0; i < 5; i++) assertProblem(await verify(wrongCode(code)), 401, 'code_wrong')
  assertProblem(await verify(code), 401, 'code_wrong')
  assertOk(await verify(await askForCode(server, email)))
})

test('one code tried ten times at once signs in one', async () => {
  const email = newAddress()
  const code = await askForCode(server, email)
  const visitors = Array.from({ length: 10 }, () => server.visitor())
  const answers = await Promise.all(
    visitors.map((visitor) => visitor.post('/api/sign-in/code/verify', { email, code })),
  )
  const winners = answers.filter(({ status }) => status === 200)
  assert.equal(winners.length, 1)
  for (const answer of answers) if (answer !== winners[0]) assertProblem(answer, 401, 'code_wrong')
})

test('an address that is none is refused with a word, by both routes of codes', async () => {
  const visitor = server.visitor()
  for (const email of ['ada', 'ada@', '@example.org', 'a b@example.org', 'ada@exa mple.org']) {
    assertProblem(await visitor.post('/api/sign-in/code', { email }), 422, 'email_not_valid')
    const answer = await visitor.post('/api/sign-in/code/verify', { email, code: '123456' })
    assertProblem(answer, 422, 'email_not_valid')
  }
})

test('where sign-up is closed a code makes no account, and asking for one tells nobody', async () => {
  const closed = await startLatchkey({ yaml: 'realms: { main: { signUp: closed } }' })
  try {
    const known = newAddress('operator')
    await setUp(closed, known)
    const unknown = newAddress()
    const asked = await closed.visitor().post('/api/sign-in/code', { email: unknown })
    const askedForKnown = await closed.visitor().post('/api/sign-in/code', { email: known })
    assert.equal(asked.status, 200)
    assert.equal(asked.text, askedForKnown.text)
    const code = codeIn(await closed.smtp.waitForMail(known))
    assertOk(await closed.visitor().post('/api/sign-in/code/verify', { email: known, code }))
    assert.equal(closed.smtp.mails.filter(({ to }) => to.includes(unknown)).length, 0)
  } finally {
    await closed.close()
  }
})

test('a code that was mailed before sign-up closed makes no account afterwards', async () => {
  const open = await startLatchkey()
  const email = newAddress()
  const code = await askForCode(open, email)
  const closed = await startLatchkey({ sharing: open, yaml: 'realms: { main: { signUp: closed } }' })
  try {
    const answer = await closed.visitor().post('/api/sign-in/code/verify', { email, code })
    assertProblem(answer, 403, 'sign_up_closed')
    assert.equal(answer.cookies.has('latchkey'), false)
  } finally {
    await closed.close()
    await open.close()
  }
})

test('a way to sign in that is switched off says so before anything else, and mails nothing', async () => {
  const noCodes = await startLatchkey({ yaml: 'realms: { main: { emailCodeSignIn: false } }' })
  const noPasswords = await startLatchkey({ yaml: 'realms: { main: { passwordSignIn: false } }' })
  try {
    const email = newAddress()
    const asking = noCodes.visitor()
    assertProblem(await asking.post('/api/sign-in/code', { email }), 403, 'method_off')
    const verify = await asking.post('/api/sign-in/code/verify', { email, code: '123456' })
    assertProblem(verify, 403, 'method_off')
    assert.deepEqual(noCodes.smtp.mails, [])
    const credentials = { identifier: email, password: PASSWORD }
    assertProblem(await noPasswords.visitor().post('/api/sign-in/password', credentials), 403, 'method_off')
  } finally {
    await noCodes.close()
    await noPasswords.close()
  }
})

test('who signs in while signed in has a new session, and the old one goes on until it is ended', async () => {
  const email = newAddress()
  const visitor = await signUp(server, email)
  const before = visitor.jar.get('latchkey') ?? ''
  assertOk(await visitor.post('/api/sign-in/password', { identifier: email, password: PASSWORD }))
  assert.notEqual(visitor.jar.get('latchkey'), before)
  const headers = { authorization: `Bearer ${before}` }
  assertOk(await server.visitor().get('/api/account', { headers }))
})

test('a session ends thirty days after sign-in, used or not', async () => {
  const email = newAddress()
  await signUp(server, email)
  const visitor = await signIn(server, email)
  server.clock.advance(30 * 24 * 60 * MINUTE_MS - MINUTE_MS)
  assert.equal(await isSignedIn(visitor), true)
  server.clock.advance(MINUTE_MS + 1_000)
  assertProblem(await visitor.get('/api/account'), 401, 'signed_out')
})

test('sending many codes to one address sends no more than the first few', async () => {
  const limited = await startLatchkey({ env: { RATE_LIMIT: 'on' } })
  try {
    const email = newAddress()
    const ask = () => limited.visitor().post('/api/sign-in/code', { email })
    assertOk(await ask())
    const code = codeIn(await limited.smtp.waitForMail(email))
    for (let i = 0; i < 2; i++) assertOk(await ask())
    assert.equal(await countMails(limited, email), 1, 'within half a minute one is enough')
    for (let i = 0; i < 10; i++) {
      limited.clock.advance(31_000)
      assertOk(await ask())
    }
    const sent = await countMails(limited, email)
    assert.ok(sent > 1 && sent <= 5, `${sent} codes in a quarter of an hour`)
    assert.match(code, /^\d{6}$/)
  } finally {
    await limited.close()
  }
})
