import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/clock.ts'
import { loadConfig } from '../../../server/config/load.ts'
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

const { username, email, password } = newPerson()
const code = '123456'

/** For each route with a body: one that is right, and ones that are not. */
const requests = {
  register: {
    right: { username, email, password },
    wrong: [
      {},
      { username, email, password: 'short' },
      { username, email: 'bob', password },
      { username, email, password, x: 1 },
    ],
  },
  login: {
    right: { username, password },
    wrong: [{}, { username, password: '' }, { username, password, x: 1 }],
  },
  'send-code': {
    right: { email },
    wrong: [{}, { email: 'bob' }, { email: ' bob@example.com' }, { email, x: 1 }],
  },
  'verify-code': {
    right: { email, code },
    wrong: [{}, { email, code: '1' }, { email: 'bob', code }, { email, code, username: 'a_b' }],
  },
}
type Route = keyof typeof requests

const methods = [
  {
    name: 'passwords',
    variable: 'AUTH_PASSWORD_ENABLED',
    closed: { register: 'Password registration is disabled', login: 'Password login is disabled' },
  },
  {
    name: 'codes',
    variable: 'AUTH_EMAIL_CODE_ENABLED',
    closed: { 'send-code': 'Email code login is disabled', 'verify-code': 'Email code login is disabled' },
  },
]

for (const { name, variable, closed } of methods) {
  let server: TestServer
  before(async () => {
    server = await startLatchkey({ env: { [variable]: 'false' } })
  })
  after(() => server.close())
  const post = (route: string, body: object) => server.visitor().post(`/starter/api/auth/${route}`, body)

  for (const [route, message] of Object.entries(closed) as [Route, string][]) {
    test(`with ${name} off, ${route} is 403, and a malformed body is 400 before that`, async () => {
      const { right, wrong } = requests[route]
      assertProblem(await post(route, right), 403, message)
      for (const body of wrong) {
        const answer = await post(route, body)
        assert.equal(answer.status, 400, JSON.stringify(body))
        assert.equal(answer.body.message, 'Invalid request payload input')
      }
      const notJson = await server.visitor().send('POST', `/starter/api/auth/${route}`, {
        body: '{',
        headers: { 'content-type': 'application/json' },
      })
      assertProblem(notJson, 400, 'Invalid request payload JSON format')
    })
  }

  test(`with ${name} off, the other way, logout, me and health work as ever`, async () => {
    const visitor = server.visitor()
    const person = newPerson()
    if (name === 'codes') {
      assertUser(await visitor.post('/starter/api/auth/register', person), 201, person)
    } else {
      const mailed = await askForCode(server, person.email)
      const body = { email: person.email, code: mailed, username: person.username }
      assertUser(await visitor.post('/starter/api/auth/verify-code', body), 200, person)
    }
    assertUser(await visitor.get('/starter/api/auth/me'), 200, person)
    assert.deepEqual((await visitor.post('/starter/api/auth/logout')).body, { success: true })
    assertProblem(await visitor.get('/starter/api/auth/me'), 401, 'Authentication required')
    assert.equal((await visitor.get('/starter/api/health')).status, 200)
  })
}

test('with codes off no code is mailed', async () => {
  const server = await startLatchkey({ env: { AUTH_EMAIL_CODE_ENABLED: 'false' } })
  try {
    const person = newPerson()
    await server.visitor().post('/starter/api/auth/send-code', { email: person.email })
    await signUp(server)
    const { to } = await server.smtp.waitForMail(() => true)
    assert.equal(to.includes(person.email), false)
  } finally {
    await server.close()
  }
})

test('switching a way off closes it for accounts that came by it', async () => {
  const first = await startLatchkey()
  const person = await signUp(first)
  const sent = await askForCode(first, person.email)
  const noPasswords = await startLatchkey({ sharing: first, env: { AUTH_PASSWORD_ENABLED: 'false' } })
  const noCodes = await startLatchkey({ sharing: first, env: { AUTH_EMAIL_CODE_ENABLED: 'false' } })
  try {
    const login = { username: person.username, password: person.password }
    const verify = { email: person.email, code: sent }
    assertProblem(
      await noPasswords.visitor().post('/starter/api/auth/login', login),
      403,
      'Password login is disabled',
    )
    assertProblem(
      await noCodes.visitor().post('/starter/api/auth/verify-code', verify),
      403,
      'Email code login is disabled',
    )
    assertUser(await first.visitor().post('/starter/api/auth/login', login), 200, person)
    assertUser(await first.visitor().post('/starter/api/auth/verify-code', verify), 200, person)
  } finally {
    await noCodes.close()
    await noPasswords.close()
    await first.close()
  }
})

test('only the exact text false switches off', async () => {
  for (const text of ['FALSE', 'False', '0', 'no', 'off', 'true', ' false', 'false ']) {
    const server = await startLatchkey({
      env: { AUTH_PASSWORD_ENABLED: text, AUTH_EMAIL_CODE_ENABLED: text, AUTH_PASSWORD_REQUIRE_EMAIL: text },
    })
    try {
      const { body } = await server.visitor().get('/starter/api/auth/providers')
      const { password: isPasswordOn, emailCode, passwordRequireEmail } = body
      assert.deepEqual(
        { text, isPasswordOn, emailCode, passwordRequireEmail },
        { text, isPasswordOn: true, emailCode: true, passwordRequireEmail: true },
      )
    } finally {
      await server.close()
    }
  }
})

test('with no way left the server refuses to start, and says which switches there are', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-test-'))
  try {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../../dist/main.js')], {
      cwd: folder,
      env: { AUTH_PASSWORD_ENABLED: 'false', AUTH_EMAIL_CODE_ENABLED: 'false', PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const [code] = await once(child, 'close')
    assert.equal(code, 2, said)
    assert.match(said, /at least one way.*AUTH_PASSWORD_ENABLED.*AUTH_EMAIL_CODE_ENABLED/s)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('AUTH_PASSWORD_REQUIRE_EMAIL=false lets the address be left out, and nothing else', async () => {
  const server = await startLatchkey({ env: { AUTH_PASSWORD_REQUIRE_EMAIL: 'false' } })
  try {
    const visitor = server.visitor()
    const person = newPerson()
    const { email: address, ...bare } = person
    const answer = await visitor.post('/starter/api/auth/register', bare)
    assert.equal(answer.status, 201)
    assert.deepEqual(Object.keys(answer.body.user), ['id', 'username', 'email', 'created_at'])
    assert.equal(answer.body.user.email, null)
    assert.deepEqual((await visitor.get('/starter/api/auth/me')).body, answer.body)
    const login = { username: person.username, password: person.password }
    assert.deepEqual((await server.visitor().post('/starter/api/auth/login', login)).body, answer.body)

    // Without an address only the name can be taken, and the message says so.
    assertProblem(
      await server.visitor().post('/starter/api/auth/register', bare),
      409,
      'Username already taken',
    )
    const taken = { ...bare, email: address }
    assertProblem(
      await server.visitor().post('/starter/api/auth/register', taken),
      409,
      'Username or email already taken',
    )

    for (const wrong of [null, '', 'bob', 5]) {
      const body = { ...newPerson(), email: wrong }
      assertInvalid(await server.visitor().post('/starter/api/auth/register', body), 'email')
    }
    const other = newPerson()
    assertUser(await server.visitor().post('/starter/api/auth/register', other), 201, other)
    // Two accounts without an address do not share one.
    const { email: _left, ...third } = newPerson()
    assert.equal((await server.visitor().post('/starter/api/auth/register', third)).status, 201)
    assert.deepEqual(
      server.smtp.mails.filter(({ to }) => to.includes(address)),
      [],
    )
  } finally {
    await server.close()
  }
})

test('JWT_EXPIRY is how long a session lasts, and its cookie with it', async () => {
  for (const [text, lifeMs] of [
    ['2d', 2 * DAY_MS],
    ['12h', 12 * HOUR_MS],
    ['30m', 30 * MINUTE_MS],
    ['3600', HOUR_MS],
  ] as const) {
    const server = await startLatchkey({ env: { JWT_EXPIRY: text } })
    try {
      const { answer, token } = await signUp(server)
      assert.match(answer.cookies.get('token')?.line ?? '', new RegExp(`; Max-Age=${lifeMs / 1_000};`))
      server.clock.advance(lifeMs - 20_000)
      assert.equal((await server.visitor().get('/starter/api/auth/me', withToken(token))).status, 200)
      server.clock.advance(21_000)
      const late = await server.visitor().get('/starter/api/auth/me', withToken(token))
      assertProblem(late, 401, 'Invalid or expired token')
    } finally {
      await server.close()
    }
  }
})

test('a JWT_EXPIRY that cannot be is refused by its name', () => {
  for (const text of ['soon', '0', '-1d', '10s', '500d', '1.5d']) {
    assert.throws(() => loadConfig({ JWT_EXPIRY: text }, tmpdir()), /JWT_EXPIRY/)
  }
})

test('without any switch set, passwords and codes are on, and an address is asked for', async () => {
  const server = await startLatchkey()
  try {
    const { body } = await server.visitor().get('/starter/api/auth/providers')
    assert.deepEqual(body, {
      password: true,
      emailCode: true,
      passwordRequireEmail: true,
      google: false,
      github: false,
      microsoft: false,
    })
  } finally {
    await server.close()
  }
})
