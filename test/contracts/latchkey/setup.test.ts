import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { assertOk, assertProblem, newAddress, PASSWORD, setUp, signUp } from './support.ts'

const operator = () => ({ name: 'Olga', email: newAddress('operator'), password: PASSWORD })

/** A server of its own for what can be done once. */
async function withServer(
  options: Parameters<typeof startLatchkey>[0],
  work: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startLatchkey(options)
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

test('GET /start tells a page what it needs, to anybody', async () => {
  const answer = await server.visitor().get('/api/start')
  assertOk(answer)
  const { version, apps, ...facts } = answer.body
  assert.match(version, /^\d+\.\d+\.\d+/)
  assert.deepEqual(facts, {
    setupDue: true,
    setupCodeDue: false,
    realm: 'main',
    title: 'Latchkey',
    placeDue: false,
    publicUrl: server.url,
    mail: 'smtp',
    signUp: 'open',
    passwordSignIn: true,
    emailCodeSignIn: true,
    passkeySignIn: true,
    providers: [],
    profiles: false,
    secondFactor: true,
    passwordLengthMin: 8,
    passwordLengthMax: 128,
  })
  const own = apps.find(({ name }: { name: string }) => name === 'latchkey')
  const { summary, ...place } = own
  assert.deepEqual(place, {
    name: 'latchkey',
    contract: 'latchkey',
    realm: 'main',
    url: `${server.url}/api`,
    docsUrl: `${server.url}/api/docs`,
  })
  assert.ok(summary.length > 10)
  assert.ok(apps.some(({ name, realm }: Record<string, string>) => name === 'starter' && realm === 'starter'))
})

test('GET /start shows the policy of the realm, and that mail is only printed', async () => {
  const yaml = `realms: { main: { signUp: invitation, emailCodeSignIn: false, passwordLengthMin: 15, passwordLengthMax: 64 } }`
  await withServer({ yaml, smtp: false }, async (strict) => {
    const { body } = await strict.visitor().get('/api/start')
    const { mail, signUp, passwordSignIn, emailCodeSignIn, passwordLengthMin, passwordLengthMax } = body
    assert.deepEqual(
      { mail, signUp, passwordSignIn, emailCodeSignIn, passwordLengthMin, passwordLengthMax },
      {
        mail: 'captured',
        signUp: 'invitation',
        passwordSignIn: true,
        emailCodeSignIn: false,
        passwordLengthMin: 15,
        passwordLengthMax: 64,
      },
    )
  })
})

test('a set-up that is refused changes nothing, and says which field or which rule', async () => {
  const visitor = server.visitor()
  const good = operator()
  const refused = [
    [{ ...good, email: 'nobody' }, 'email_not_valid', {}],
    [{ ...good, email: 'a@b@c.example' }, 'email_not_valid', {}],
    [{ ...good, password: 'short' }, 'password_too_short', { lengthMin: 8 }],
    [{ ...good, password: 'x1'.repeat(65) }, 'password_too_long', { lengthMax: 128 }],
    [{ ...good, password: 'password1' }, 'password_common', {}],
  ] as const
  for (const [body, code, facts] of refused) {
    const answer = await visitor.post('/api/setup', body)
    assertProblem(answer, 422, code, facts)
    assert.equal(answer.cookies.has('latchkey'), false)
  }
  assert.equal((await visitor.get('/api/start')).body.setupDue, true)
})

test('set-up makes an admin with a proved address, signs in, and asks nobody again', async () => {
  await withServer({}, async (fresh) => {
    const visitor = fresh.visitor()
    const { name, email, password } = operator()
    const before = Date.now()
    const answer = await visitor.post('/api/setup', { name, email: ` ${email} `, password, language: 'de' })
    assertOk(answer, 201)
    const { uid, createdAt, emailProvedAt, ...account } = answer.body.account
    assert.deepEqual(account, {
      email,
      username: null,
      name,
      role: 'admin',
      language: 'de',
      bio: null,
      picture: null,
      banner: null,
      hasPassword: true,
      passwordChangeDue: false,
    })
    assert.match(uid, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.ok(createdAt >= before && createdAt <= Date.now())
    assert.equal(emailProvedAt, createdAt)
    assert.deepEqual((await visitor.get('/api/account')).body, answer.body)
    const { body } = await visitor.get('/api/account/sessions')
    assert.equal(body.sessions[0].method, 'set_up')

    assert.equal((await fresh.visitor().get('/api/start')).body.setupDue, false)
    assertProblem(await fresh.visitor().post('/api/setup', operator()), 409, 'setup_done')
    // However bad the rest is: a server that is set up tells nothing of its rules here.
    assertProblem(await fresh.visitor().post('/api/setup', { ...operator(), email: 'x' }), 409, 'setup_done')
  })
})

test('of fifty set-ups at once one makes the account and the others find it made', async () => {
  await withServer({}, async (fresh) => {
    const visitors = Array.from({ length: 50 }, () => fresh.visitor())
    const answers = await Promise.all(visitors.map((visitor) => visitor.post('/api/setup', operator())))
    const winners = answers.filter(({ status }) => status === 201)
    assert.equal(winners.length, 1)
    for (const answer of answers) if (answer !== winners[0]) assertProblem(answer, 409, 'setup_done')
    const signedIn = await Promise.all(visitors.map((visitor) => visitor.get('/api/account')))
    assert.equal(signedIn.filter(({ status }) => status === 200).length, 1)
  })
})

test('with a code on the console set-up asks for it, and takes no other', async () => {
  await withServer({ setupCode: 'Kx3-code' }, async (guarded) => {
    const visitor = guarded.visitor()
    assert.equal((await visitor.get('/api/start')).body.setupCodeDue, true)
    for (const setupCode of [undefined, '', 'Kx3-cod', 'Kx3-code ', 'kx3-code', 'Kx3-codeKx3-code']) {
      assertProblem(await visitor.post('/api/setup', { ...operator(), setupCode }), 403, 'setup_code_wrong')
    }
    // Who has no code is told nothing of the rules either.
    const bad = { ...operator(), email: 'x', setupCode: 'wrong' }
    assertProblem(await visitor.post('/api/setup', bad), 403, 'setup_code_wrong')
    assertOk(await visitor.post('/api/setup', { ...operator(), setupCode: 'Kx3-code' }), 201)
    const { setupDue, setupCodeDue } = (await visitor.get('/api/start')).body
    assert.deepEqual({ setupDue, setupCodeDue }, { setupDue: false, setupCodeDue: false })
  })
})

test('a guessed set-up code is slowed down, and the right one too until the pause is over', async () => {
  await withServer({ setupCode: 'Kx3-code', env: { RATE_LIMIT: 'on' } }, async (guarded) => {
    const visitor = guarded.visitor()
    const guess = (setupCode: string) => visitor.post('/api/setup', { ...operator(), setupCode })
    for (let i = 0; i < 60; i++) assertProblem(await guess(`guess ${i}`), 403, 'setup_code_wrong')
    const late = await guess('Kx3-code')
    const { retryAfterSeconds } = late.body
    assertProblem(late, 429, 'too_many_requests', { retryAfterSeconds })
    assert.equal(late.headers.get('retry-after'), String(retryAfterSeconds))
    guarded.clock.advance(retryAfterSeconds * 1_000)
    assertOk(await guess('Kx3-code'), 201)
  })
})

test('set-up stays closed when the only account of the realm was deleted', async () => {
  // An app of the realm that lets people delete themselves.
  await withServer(
    { yaml: 'apps: [{ contract: starter, realm: main, prefix: /starter }]' },
    async (shared) => {
      const owner = await setUp(shared)
      assertOk(await owner.patch('/api/account', { username: 'olga' }))
      const leaving = shared.visitor()
      assertOk(await leaving.post('/starter/api/auth/login', { username: 'olga', password: PASSWORD }))
      assertOk(await leaving.delete('/starter/api/auth/account'))
      assert.equal((await shared.visitor().get('/api/start')).body.setupDue, false)
      assertProblem(await shared.visitor().post('/api/setup', operator()), 409, 'setup_done')
    },
  )
})

test('set-up is of realm main alone: accounts of another realm neither close it nor are let in by it', async () => {
  await withServer({}, async (fresh) => {
    const other = fresh.visitor()
    const user = { username: 'other1', email: newAddress(), password: PASSWORD }
    assertOk(await other.post('/starter/api/auth/register', user), 201)
    assert.equal((await other.get('/api/start')).body.setupDue, true)
    await setUp(fresh)
    const somebody = await signUp(fresh)
    assert.equal((await somebody.get('/api/account')).body.account.role, 'user')
  })
})

test('somebody who signs up before set-up does not take it away: the operator still becomes the admin', async () => {
  const own = await startLatchkey()
  try {
    const early = own.visitor()
    await early.post('/api/sign-in/code', { email: 'early@example.com' })
    const { text } = await own.smtp.waitForMail('early@example.com')
    const code = text.match(/^\d{6}$/m)?.[0]
    const signedUp = await early.post('/api/sign-in/code/verify', { email: 'early@example.com', code })
    assert.equal(signedUp.body.created, true)
    assert.equal(signedUp.body.account.role, 'user')
    assert.equal((await early.get('/api/start')).body.setupDue, true)
    const body = { name: 'Op', email: 'op@example.com', password: 'sunflower-kettle-94' }
    const operator = await own.visitor().post('/api/setup', body)
    assert.equal(operator.status, 201)
    assert.equal(operator.body.account.role, 'admin')
    assert.equal((await own.visitor().post('/api/setup', { ...body, email: 'late@example.com' })).status, 409)
  } finally {
    await own.close()
  }
})
