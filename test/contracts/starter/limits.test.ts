import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { MINUTE_MS, SECOND_MS } from '../../../engine/clock.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Answer } from '../../support/visitor.ts'
import { askForCode, assertProblem, assertUser, newPerson, otherThan, signUp } from './support.ts'

const TOO_MANY = 'Too many requests, please try again later'
const PER_ACCOUNT = 15
const PER_CLIENT = 60
const WINDOW_SECONDS = 900
const COUNTED = ['register', 'login', 'send-code', 'verify-code', 'forgot-password']

let server: TestServer
beforeEach(async () => {
  server = await startLatchkey({ env: { RATE_LIMIT: 'on', TRUST_PROXY: '127.0.0.1' } })
})
afterEach(() => server.close())

/** From a client of its own, by way of the trusted proxy. */
const login = (username: string, password: string, address = '203.0.113.1'): Promise<Answer> =>
  server.visitor().post('/starter/api/auth/login', undefined, {
    json: { username, password },
    headers: { 'x-forwarded-for': address },
  })

function assertRefused(answer: Answer): void {
  assertProblem(answer, 429, TOO_MANY)
  const seconds = Number(answer.headers.get('retry-after'))
  assert.ok(Number.isInteger(seconds) && seconds > 0 && seconds <= WINDOW_SECONDS, String(seconds))
}

test('each answer of the counted routes says the limit, what remains, and when it resets in UNIX seconds', async () => {
  for (const route of COUNTED) {
    const { headers } = await server.visitor().post(`/starter/api/auth/${route}`, {})
    assert.equal(headers.get('x-ratelimit-limit'), String(PER_CLIENT), route)
    assert.equal(headers.get('x-ratelimit-remaining'), String(PER_CLIENT), route)
    const secondsLeft = Number(headers.get('x-ratelimit-reset')) - server.clock.now() / 1_000
    assert.ok(
      secondsLeft > WINDOW_SECONDS - 30 && secondsLeft < WINDOW_SECONDS + 2,
      `${route}: ${secondsLeft}`,
    )
    assert.equal(headers.get('retry-after'), null)
  }
  for (const path of ['health', 'auth/me', 'auth/providers']) {
    const { headers } = await server.visitor().get(`/starter/api/${path}`)
    assert.equal(headers.get('x-ratelimit-limit'), null, path)
  }
})

test('failures count, successes and malformed requests do not', async () => {
  const person = await signUp(server)
  const remaining = async (answer: Promise<Answer>) =>
    Number((await answer).headers.get('x-ratelimit-remaining'))
  const before = await remaining(login('nobody', 'x'))
  assert.equal(await remaining(login(person.username, person.password)), before)
  assert.equal(await remaining(login(person.username, '')), before)
  assert.equal(await remaining(login(person.username, 'wrong')), before - 1)
  assert.equal(await remaining(login('nobody', 'wrong')), before - 2)
  assert.equal(await remaining(login(person.username, person.password)), before - 2)
})

test('after fifteen failures for one account, from anywhere and by any of its names, the next is 429, also with the right password', async () => {
  const person = await signUp(server, { username: 'Victim', email: 'Victim@example.com' })
  const names = [
    'Victim',
    'victim',
    'VICTIM',
    'victim@example.com',
    'VICTIM@example.com',
    'ｖｉｃｔｉｍ@example.com',
  ]
  for (let i = 0; i < PER_ACCOUNT; i++) {
    const answer = await login(names[i % names.length] ?? '', 'wrong', `203.0.113.${i + 1}`)
    assertProblem(answer, 401, 'Invalid credentials')
  }
  for (const name of names) assertRefused(await login(name, person.password, '203.0.113.99'))
  // Nobody else is touched, and the session goes on.
  const other = await signUp(server)
  assertUser(await login(other.username, other.password, '203.0.113.99'), 200, other)
  assertUser(await person.visitor.get('/starter/api/auth/me'), 200, person)

  server.clock.advance(WINDOW_SECONDS * SECOND_MS)
  assertUser(await login('victim', person.password), 200, person)
})

test('Retry-After is how long it really takes', async () => {
  const person = await signUp(server)
  for (let i = 0; i < PER_ACCOUNT; i++) await login(person.username, 'wrong')
  server.clock.advance(5 * MINUTE_MS)
  const answer = await login(person.username, person.password)
  assertRefused(answer)
  const seconds = Number(answer.headers.get('retry-after'))
  assert.ok(seconds <= WINDOW_SECONDS - 300, String(seconds))
  server.clock.advance((seconds - 30) * SECOND_MS)
  assertRefused(await login(person.username, person.password))
  server.clock.advance(31 * SECOND_MS)
  assertUser(await login(person.username, person.password), 200, person)
})

test('a name without an account is limited like one, so that the limit tells nothing', async () => {
  for (let i = 0; i < PER_ACCOUNT; i++) {
    assertProblem(await login(i % 2 ? 'nobody' : 'NOBODY', 'wrong'), 401, 'Invalid credentials')
  }
  assertRefused(await login('nobody', 'wrong'))
})

test('after sixty failures of one client, for whomever, the next is 429; another client goes on', async () => {
  const person = await signUp(server)
  for (let i = 0; i < PER_CLIENT; i++) {
    const answer = await login(`nobody${i}`, 'wrong', '198.51.100.1')
    assertProblem(answer, 401, 'Invalid credentials')
    assert.equal(answer.headers.get('x-ratelimit-remaining'), String(PER_CLIENT - 1 - i))
  }
  const refused = await login(person.username, person.password, '198.51.100.1')
  assertRefused(refused)
  assert.equal(refused.headers.get('x-ratelimit-remaining'), '0')
  const verify = await server.visitor().post('/starter/api/auth/verify-code', undefined, {
    json: { email: person.email, code: '123456' },
    headers: { 'x-forwarded-for': '198.51.100.1' },
  })
  assertRefused(verify)
  const reset = await server.visitor().post('/starter/api/auth/reset-password', undefined, {
    json: { token: 'x'.repeat(43), password: 'long enough' },
    headers: { 'x-forwarded-for': '198.51.100.1' },
  })
  assertRefused(reset)
  assertUser(await login(person.username, person.password, '198.51.100.2'), 200, person)
  server.clock.advance(WINDOW_SECONDS * SECOND_MS)
  assertUser(await login(person.username, person.password, '198.51.100.1'), 200, person)
})

test('the addresses of one IPv6 household are one client', async () => {
  for (let i = 0; i < PER_CLIENT; i++) await login(`nobody${i}`, 'wrong', `2001:db8:1:2::${i.toString(16)}`)
  assertRefused(await login('somebody', 'wrong', '2001:db8:1:2:ffff::1'))
  assertProblem(await login('somebody', 'wrong', '2001:db8:1:3::1'), 401, 'Invalid credentials')
})

test('an address that a caller only claims to have does not count: it is behind no proxy that is trusted', async () => {
  const open = await startLatchkey({ env: { RATE_LIMIT: 'on' } })
  try {
    const visitor = open.visitor()
    const attempt = (i: number) =>
      visitor.post('/starter/api/auth/login', undefined, {
        json: { username: `nobody${i}`, password: 'wrong' },
        headers: { 'x-forwarded-for': `203.0.113.${i}` },
      })
    for (let i = 0; i < PER_CLIENT; i++) assert.equal((await attempt(i)).status, 401)
    assertRefused(await attempt(PER_CLIENT))
  } finally {
    await open.close()
  }
})

test('guesses at once cannot outrun the limit', async () => {
  const person = await signUp(server)
  const answers = await Promise.all(Array.from({ length: 30 }, () => login(person.username, 'wrong')))
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 401).length, PER_ACCOUNT)
  assert.equal(statuses.filter((status) => status === 429).length, 30 - PER_ACCOUNT)
})

test('wrong codes and wrong passwords count together for an account', async () => {
  const person = await signUp(server)
  for (let i = 0; i < PER_ACCOUNT - 1; i++) await login(person.username, 'wrong')
  const code = await askForCode(server, person.email)
  const verify = (tried: string) =>
    server.visitor().post('/starter/api/auth/verify-code', { email: person.email, code: tried })
  assertProblem(await verify(otherThan(code)), 401, 'Invalid or expired code')
  assertRefused(await verify(code))
  assertRefused(await login(person.username, person.password))
})

test('asking for new codes does not buy more guesses', async () => {
  const { email, username } = newPerson()
  const verify = (tried: string) =>
    server.visitor().post('/starter/api/auth/verify-code', { email, code: tried, username })
  for (let round = 0; round < 3; round++) {
    const code = await askForCode(server, email)
    for (let i = 1; i <= 5; i++)
      assertProblem(await verify(otherThan(code, i)), 401, 'Invalid or expired code')
    server.clock.advance(31 * SECOND_MS)
  }
  assertRefused(await verify(await askForCode(server, email)))
})

test('a right code that still needs a name is no failure', async () => {
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  for (let i = 0; i < 20; i++) {
    const answer = await server.visitor().post('/starter/api/auth/verify-code', { email, code })
    assertProblem(answer, 400, 'Username is required for new accounts')
  }
  const made = await server.visitor().post('/starter/api/auth/verify-code', { email, code, username })
  assertUser(made, 200, { email, username })
})

test('with RATE_LIMIT off nothing is counted and no header tells', async () => {
  const open = await startLatchkey({ env: { RATE_LIMIT: 'off' } })
  try {
    const visitor = open.visitor()
    for (let i = 0; i < PER_ACCOUNT + 1; i++) {
      const answer = await visitor.post('/starter/api/auth/login', { username: 'nobody', password: 'wrong' })
      assertProblem(answer, 401, 'Invalid credentials')
      assert.equal(answer.headers.get('x-ratelimit-limit'), null)
    }
  } finally {
    await open.close()
  }
})

test('a code that is asked for too soon uses none of the five of a quarter of an hour up', async () => {
  const strict = await startLatchkey({ env: { RATE_LIMIT: 'on' } })
  try {
    const email = 'impatient@example.com'
    const ask = () => strict.visitor().post('/starter/api/auth/send-code', { email })
    for (let i = 0; i < 8; i++) await ask()
    const first = await strict.smtp.waitForMail(email)
    strict.clock.advance(31_000)
    await ask()
    const second = await strict.smtp.waitForMail(email)
    assert.notEqual(second.text, first.text)
  } finally {
    await strict.close()
  }
})
