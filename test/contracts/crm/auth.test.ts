import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { totpAt, totpStep } from '../../../engine/authenticators/totp/algorithm.ts'
import type { TestServer } from '../../support/latchkey.ts'
import {
  assertInput,
  assertInvalid,
  assertOk,
  assertProblem,
  assertUnauthorized,
  assertUnreadable,
  BASE,
  bearer,
  login,
  mailTo,
  me,
  newcomer,
  newUser,
  OTHER_PASSWORD,
  PASSWORD,
  race,
  register,
  signIn,
  startCrm,
  tokenIn,
} from './support.ts'

const HOUR_MS = 3_600_000

let server: TestServer
before(async () => {
  server = await startCrm()
})
after(() => server.close())

test('the first account of a realm that nobody has set up is its admin; of many at once one is', async () => {
  const fresh = await startCrm()
  try {
    const people = Array.from({ length: 4 }, () => newUser())
    await Promise.all(people.map((person) => register(fresh.visitor(), person)))
    const admins: string[] = []
    for (const { email, password } of people) {
      const visitor = fresh.visitor()
      await signIn(visitor, { email, password })
      const { body } = await me(visitor)
      if (body.is_admin) admins.push(email)
    }
    assert.equal(admins.length, 1)
    assert.equal((await fresh.visitor().get('/api/start')).body.setupDue ?? false, false)
  } finally {
    await fresh.close()
  }
})

test('where others can reach the server, the first one has to know the code of its console', async () => {
  const reachable = await startCrm({ setupCode: 'the code' })
  try {
    const stranger = await newcomer(reachable)
    assert.equal((await me(stranger.visitor)).body.is_admin, false)
    const owner = newUser()
    const headers = { 'x-setup-code': 'the code' }
    assertOk(await reachable.visitor().post(`${BASE}/register`, owner, { headers }), 201)
    const visitor = reachable.visitor()
    await signIn(visitor, owner)
    assert.equal((await me(visitor)).body.is_admin, true)
  } finally {
    await reachable.close()
  }
})

test('registering answers a sentence, signs nobody in, and keeps names in small letters', async () => {
  const visitor = server.visitor()
  const user = newUser({ username: '  Zoë von Ä ', is_admin: true, id: 7, language: 'de' })
  const answer = await register(visitor, { ...user, email: user.email.toUpperCase() })
  assert.deepEqual(Object.keys(assertOk(answer, 201)), ['message'])
  assert.equal(answer.cookies.has('auth_token'), false)
  assertUnauthorized(await me(visitor))
  await newcomer(server)
  assertOk(await login(visitor, 'ZOË VON Ä'))
  const { body } = await me(visitor)
  assert.equal(body.username, 'zoë von ä')
  assert.equal(body.email, user.email)
  assert.equal(body.language, 'de')
})

test('a name or address that somebody has', async () => {
  const { visitor, session, ...one } = await newcomer(server)
  const email = assertProblem(
    await register(visitor, newUser({ email: one.email.toUpperCase() })),
    409,
    'ALREADY_EXISTS',
  )
  assert.deepEqual(email, { email: one.email })
  const name = assertProblem(
    await register(visitor, newUser({ username: one.username.toUpperCase() })),
    409,
    'ALREADY_EXISTS',
  )
  assert.deepEqual(name, { username: one.username })
  const user = newUser()
  assert.deepEqual(await race(5, () => register(server.visitor(), user)), { 201: 1, 409: 4 })
})

test('every field of a registration that is wrong is named', async () => {
  const visitor = server.visitor()
  assert.deepEqual(assertInvalid(await register(visitor, {})), ['Email', 'Password', 'Username'])
  assert.deepEqual(assertInvalid(await register(visitor, { username: null, email: '', password: '' })), [
    'Email',
    'Password',
    'Username',
  ])
  for (const [changes, field] of [
    [{ username: 'a@b' }, 'Username'],
    [{ username: 'a＠b' }, 'Username'],
    [{ username: '   ' }, 'Username'],
    [{ username: 'x'.repeat(51) }, 'Username'],
    [{ username: '<b>' }, 'Username'],
    [{ email: 'nobody' }, 'Email'],
    [{ email: 'a@localhost' }, 'Email'],
    [{ email: 'a@[127.0.0.1]' }, 'Email'],
    [{ language: 'it' }, 'Language'],
    [{ password: 'Ab1!xyz' }, 'Password'],
    [{ password: 'Password123' }, 'Password'],
    [{ password: 'P.a.s.s.w.0.r.d' }, 'Password'],
    [{ password: 'aaaaaaaaaa' }, 'Password'],
  ] as const) {
    assert.deepEqual(
      assertInvalid(await register(visitor, newUser(changes))),
      [field],
      JSON.stringify(changes),
    )
  }
  assert.deepEqual(assertInvalid(await register(visitor, newUser({ password: `xY3-${'ä'.repeat(35)}` }))), [])
  for (const changes of [{ username: 1 }, { email: [] }, { password: {} }, { language: true }]) {
    assertUnreadable(await register(visitor, newUser(changes)))
  }
  for (const body of ['', 'x', '[]', '"x"', '{', '1']) {
    assertUnreadable(await visitor.post(`${BASE}/register`, undefined, { body }))
  }
})

test('a body is JSON whatever it says it is; what follows it is let go, and null is as left out', async () => {
  const visitor = server.visitor()
  const body = `${JSON.stringify({ ...newUser({ username: 'brackets }{ "x' }), language: null })} and more {`
  const headers = { 'content-type': 'text/plain' }
  assertOk(await visitor.post(`${BASE}/register`, undefined, { body, headers }), 201)
})

test('registration that is closed says so, after the body was looked at', async () => {
  const closed = await startCrm({ yaml: 'realms:\n  main: { signUp: closed }' })
  try {
    assert.deepEqual(assertInvalid(await register(closed.visitor(), {})), ['Email', 'Password', 'Username'])
    assertProblem(await register(closed.visitor(), newUser()), 403, 'registration_disabled')
  } finally {
    await closed.close()
  }
})

test('a login by name or address sets a cookie of 96 hours, and answers language and date format', async () => {
  const person = await newcomer(server)
  for (const identifier of [person.username, person.email, person.email.toUpperCase()]) {
    const answer = await login(server.visitor(), identifier)
    assert.deepEqual(assertOk(answer), { language: 'en', date_format: 'eu' })
    const { value = '', line = '' } = answer.cookies.get('auth_token') ?? {}
    const plain = line.replace(/; Expires=[^;]+/, '')
    assert.equal(plain, `auth_token=${value}; Max-Age=345600; Path=/; HttpOnly; SameSite=Lax`)
    const [, claims = ''] = value.split('.')
    const { authorized, username, user_id } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    assert.deepEqual([authorized, username], [true, person.username])
    assert.equal(user_id, (await me(person.visitor)).body.id)
    assert.equal(answer.text.includes(value), false)
  }
  const older = { identifier: ' ', email: person.email, password: PASSWORD }
  assertOk(await server.visitor().post(`${BASE}/login`, older))
})

test('the cookie is as the operator says, and so is the life of a session', async () => {
  const env = { COOKIE_DOMAIN: '.example.org', COOKIE_SECURE: 'true', JWT_EXPIRY_HOURS: '2' }
  const other = await startCrm({ env })
  try {
    const user = newUser()
    assertOk(await register(other.visitor(), user), 201)
    const { cookies } = await login(other.visitor(), user.email)
    const { value = '', line = '' } = cookies.get('auth_token') ?? {}
    assert.match(line, /; Max-Age=7200; .*Path=\/; Domain=example\.org; HttpOnly; Secure; SameSite=Lax$/)
    assertOk(await me(other.visitor(), bearer(value)))
    other.clock.advance(2 * HOUR_MS)
    assertProblem(await me(other.visitor(), bearer(value)), 401, 'TOKEN_EXPIRED')
  } finally {
    await other.close()
  }
})

test('one answer for an unknown name and a wrong password; blanks and nonsense', async () => {
  const { email, username } = await newcomer(server)
  const visitor = server.visitor()
  const wrong: string[] = []
  for (const [identifier, password] of [
    [email, 'wrong'],
    [username, 'x'.repeat(2_000)],
    ['nobody', PASSWORD],
    ['nobody@example.com', PASSWORD],
  ] as const) {
    const answer = await login(visitor, identifier, password)
    assertProblem(answer, 401, 'INVALID_CREDENTIALS')
    assert.equal(answer.cookies.has('auth_token'), false)
    wrong.push(answer.body.message)
  }
  assert.equal(new Set(wrong).size, 1)
  for (const [body, field] of [
    [{}, 'identifier'],
    [{ password: PASSWORD }, 'identifier'],
    [{ identifier: '  ', password: PASSWORD }, 'identifier'],
    [{ identifier: email }, 'password'],
    [{ identifier: email, password: '' }, 'password'],
  ] as const) {
    const details = assertProblem(await visitor.post(`${BASE}/login`, body), 400, 'MISSING_FIELD')
    assert.deepEqual(details, { field })
  }
  for (const body of ['x', '', '[]', '{"identifier":1}']) {
    const answer = await visitor.post(`${BASE}/login`, undefined, { body })
    assert.deepEqual(Object.keys(assertProblem(answer, 400, 'INVALID_INPUT')), ['reason'])
  }
})

test('wrong passwords lock, by name and address alike, with a Retry-After', async () => {
  const guarded = await startCrm({ env: { RATE_LIMIT: 'on' } })
  try {
    const user = newUser()
    assertOk(await register(guarded.visitor(), user), 201)
    let answer = await login(guarded.visitor(), user.email, 'wrong')
    for (let tries = 1; tries < 16; tries++) {
      const identifier = tries % 2 ? user.username : user.email
      answer = await login(guarded.visitor(), identifier, 'wrong')
    }
    assertProblem(answer, 429, 'RATE_LIMIT_EXCEEDED')
    assert.equal(String(answer.body.retry_after), answer.headers.get('retry-after'))
    assert.ok(answer.body.retry_after > 0)
    assertProblem(await login(guarded.visitor(), user.email), 429, 'RATE_LIMIT_EXCEEDED')
  } finally {
    await guarded.close()
  }
})

test('an address has a bucket for guesses and one for everything else, which fill again', async () => {
  const guarded = await startCrm({ env: { RATE_LIMIT: 'on' } })
  try {
    const visitor = guarded.visitor()
    const check = () => visitor.post(`${BASE}/check-password-strength`, { password: 'x' })
    const first = await Promise.all(Array.from({ length: 50 }, check))
    assert.ok(first.every(({ status }) => status === 200))
    let refused = await check()
    for (let more = 0; refused.status === 200 && more < 20; more++) refused = await check()
    assertProblem(refused, 429, 'RATE_LIMIT_EXCEEDED')
    assert.ok(Number(refused.headers.get('retry-after')) >= 1)
    assertProblem(await login(visitor, 'x'), 429, 'RATE_LIMIT_EXCEEDED')
    // The others are not touched: this one, and logout, which guesses nothing.
    assertUnauthorized(await me(visitor))
    assertOk(await visitor.post(`${BASE}/logout`))
    guarded.clock.advance(30_000)
    assertOk(await check())
    // Before anybody is asked who they are.
    const calls = await Promise.all(Array.from({ length: 700 }, () => me(visitor)))
    assert.deepEqual([...new Set(calls.map(({ status }) => status))].toSorted(), [401, 429])
  } finally {
    await guarded.close()
  }
})

test('signing out ends the session, needs none, and clears the cookie', async () => {
  const { visitor, session } = await newcomer(server)
  const answer = await visitor.post(`${BASE}/logout`, undefined, { body: 'not read' })
  assert.deepEqual(Object.keys(assertOk(answer)), ['message'])
  assert.match(answer.cookies.get('auth_token')?.line ?? '', /^auth_token=; Max-Age=0; /)
  assertUnauthorized(await me(server.visitor(), bearer(session)))
  assertOk(await visitor.post(`${BASE}/logout`))
})

test('a session by cookie or as a bearer token; a bad cookie is not rescued by a good header', async () => {
  const [one, other] = [await newcomer(server), await newcomer(server)]
  assert.equal((await me(one.visitor)).body.email, one.email)
  assert.equal((await me(server.visitor(), bearer(other.session))).body.email, other.email)
  assert.equal((await me(one.visitor, bearer(other.session))).body.email, one.email)
  const headers = { cookie: 'auth_token=nonsense', authorization: `Bearer ${one.session}` }
  assertUnauthorized(await me(server.visitor(), { headers }))
  const empty = { cookie: 'auth_token=', authorization: `Bearer ${one.session}` }
  assertOk(await me(server.visitor(), { headers: empty }))
  for (const authorization of ['Bearer', 'Bearer x', 'Basic x', 'latchkey_pat_x', 'Bearer latchkey_pat_x']) {
    assertUnauthorized(await me(server.visitor(), { headers: { authorization } }))
  }
})

test('whoever has a second step does not get in by the password alone', async () => {
  const person = await newcomer(server)
  const web = server.visitor()
  const own = await web.post('/api/sign-in/password', { identifier: person.email, password: PASSWORD })
  assertOk(own)
  const { body } = await web.post('/api/account/second-factor', { password: PASSWORD })
  const bits = [...body.secret].map((char) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'),
  )
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const code = totpAt(key, totpStep(server.clock.now()))
  assertOk(await web.post('/api/account/second-factor/enable', { code }))
  const answer = await login(server.visitor(), person.email)
  assertProblem(answer, 401, 'INVALID_CREDENTIALS')
  assert.equal(answer.cookies.has('auth_token'), false)
  const wrong = await login(server.visitor(), person.email, 'wrong')
  assert.notEqual(wrong.body.message, answer.body.message)
})

test('a password is judged as the document reckons, without signing in', async () => {
  const judge = async (password: unknown) =>
    assertOk(await server.visitor().post(`${BASE}/check-password-strength`, { password }))
  const weak = await judge('password')
  assert.equal(weak.entropy, 37.603517745128734)
  assert.deepEqual(
    [weak.is_valid, weak.score, weak.min_entropy, weak.char_set_size, weak.length],
    [false, 2, 50, 26, 8],
  )
  for (const [password, score, pool, length, isValid] of [
    ['a', 0, 26, 1, false],
    ['aB3', 0, 62, 3, false],
    ['abcdefg', 1, 26, 7, false],
    ['Password1', 3, 62, 9, true],
    ['ää', 0, 26, 4, false],
    ['ß!9X', 1, 94, 5, false],
    ['aaaaaaaaaaaaaaaaaaaaaaaaa', 4, 26, 25, true],
    [' ', 0, 32, 1, false],
  ] as const) {
    const judged = await judge(password)
    assert.deepEqual(
      [judged.score, judged.char_set_size, judged.length, judged.is_valid],
      [score, pool, length, isValid],
      password,
    )
    assert.ok(judged.feedback)
  }
  const hints = await Promise.all(
    ['short', 'correct horse battery staple', 'abcdefgh', 'aB3$xYz9qw'].map(judge),
  )
  assert.equal(new Set(hints.map(({ feedback }) => feedback)).size, 4)
  for (const body of ['', '{}', 'x', '{"password":""}', '{"password":1}', '{"password":null}']) {
    const answer = await server.visitor().post(`${BASE}/check-password-strength`, undefined, { body })
    assert.deepEqual(assertProblem(answer, 400, 'MISSING_FIELD'), { field: 'password' })
  }
})

test('a mailed token sets a new password once, within the hour, and ends every session', async () => {
  const person = await newcomer(server)
  const ask = (email: unknown) => server.visitor().post(`${BASE}/password-reset/request`, { email })
  const [known, unknown] = [await ask(person.email.toUpperCase()), await ask('nobody@example.com')]
  assert.deepEqual(assertOk(known), assertOk(unknown))
  const token = tokenIn(await mailTo(server, person.email, 'Reset your password'))
  const confirm = (json: unknown) => server.visitor().post(`${BASE}/password-reset/confirm`, json)
  assert.deepEqual(assertInvalid(await confirm({})), ['Password', 'Token'])
  assert.deepEqual(assertInvalid(await confirm({ token: 'short', password: OTHER_PASSWORD })), ['Token'])
  assert.deepEqual(assertInvalid(await confirm({ token, password: 'weak' })), ['Password'])
  assertInput(await confirm({ token: 'x'.repeat(43), password: OTHER_PASSWORD }), 'token')
  assertUnreadable(await confirm({ token: 1, password: OTHER_PASSWORD }))
  const counts = await race(4, () => confirm({ token, password: OTHER_PASSWORD }))
  assert.deepEqual(counts, { 200: 1, 400: 3 })
  assertInput(await confirm({ token, password: OTHER_PASSWORD }), 'token')
  assertUnauthorized(await me(person.visitor))
  assertProblem(await login(server.visitor(), person.email), 401, 'INVALID_CREDENTIALS')
  assertOk(await login(server.visitor(), person.email, OTHER_PASSWORD))
  assert.deepEqual(assertInvalid(await ask('')), ['Email'])
  assert.deepEqual(assertInvalid(await ask('x')), ['Email'])
  assertUnreadable(await ask(1))
})

test('a token that is an hour old is dead', async () => {
  const person = await newcomer(server)
  assertOk(await server.visitor().post(`${BASE}/password-reset/request`, { email: person.email }))
  const token = tokenIn(await mailTo(server, person.email, 'Reset your password'))
  server.clock.advance(HOUR_MS)
  const json = { token, password: OTHER_PASSWORD }
  assertInput(await server.visitor().post(`${BASE}/password-reset/confirm`, json), 'token')
})

test('a web client that asks learns that there are no providers', async () => {
  assert.deepEqual(assertOk(await server.visitor().get(`${BASE}/auth/oidc/config`)), { enabled: false })
})
