import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { askForCode, assertInvalid, assertProblem, assertUser, newPerson, signUp } from './support.ts'

const PATH = '/starter/api/auth/login'

let server: TestServer
let alice: Awaited<ReturnType<typeof signUp>>
before(async () => {
  server = await startLatchkey()
  alice = await signUp(server, { username: 'Alice', email: 'Alice@Example.com' })
})
after(() => server.close())

const login = (username: unknown, password: unknown = alice.password) =>
  server.visitor().post(PATH, { username, password })

test('signing in answers 200 with the user, and opens a session', async () => {
  const visitor = server.visitor()
  const answer = await visitor.post(PATH, { username: 'Alice', password: alice.password })
  assertUser(answer, 200, alice)
  assert.deepEqual(answer.body, alice.answer.body)
  assert.deepEqual((await visitor.get('/starter/api/auth/me')).body, answer.body)
})

test('a new sign-in leaves other sessions alone', async () => {
  await login('Alice')
  assert.equal((await alice.visitor.get('/starter/api/auth/me')).status, 200)
})

test('name and address sign in, whatever their case', async () => {
  for (const name of [
    'Alice',
    'alice',
    'ALICE',
    'Alice@Example.com',
    'alice@example.com',
    'ALICE@EXAMPLE.COM',
  ]) {
    assertUser(await login(name), 200, alice)
  }
})

test('an address in full-width letters signs in', async () => {
  assertUser(await login('ａｌｉｃｅ@example.com'), 200, alice)
  assertUser(await login('alice＠example.com'), 200, alice)
})

test('another tag, another domain, or a name that is only like it does not sign in', async () => {
  for (const name of [
    'alice+tag@example.com',
    'alice@example.org',
    'alic',
    'alicee',
    'Alice ',
    ' Alice',
    'àlice',
  ]) {
    assertProblem(await login(name), 401, 'Invalid credentials')
  }
})

test('an unknown name, a wrong password, and an account without a password get one answer', async () => {
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  const made = await server.visitor().post('/starter/api/auth/verify-code', { email, code, username })
  assert.equal(made.status, 200)
  for (const answer of [
    await login('nobody'),
    await login('nobody@example.com'),
    await login('Alice', 'wrong password'),
    await login('alice@example.com', `${alice.password} `),
    await login('Alice', alice.password.toUpperCase()),
    await login(username, 'wrong password'),
    await login(email, 'wrong password'),
  ]) {
    assertProblem(answer, 401, 'Invalid credentials')
    assert.equal(answer.cookies.size, 0)
  }
})

for (const field of ['username', 'password'] as const) {
  test(`signing in without ${field}, or with a ${field} that is no text or empty, is 400`, async () => {
    const { [field]: _left, ...rest } = { username: 'Alice', password: alice.password }
    assertInvalid(await server.visitor().post(PATH, rest), field)
    for (const value of [null, 5, false, [], {}, '']) {
      assertInvalid(await server.visitor().post(PATH, { ...rest, [field]: value }), field)
    }
  })
}

test('an unknown key is 400, also display_name', async () => {
  for (const key of ['display_name', 'email', 'remember']) {
    const body = { username: 'Alice', password: alice.password, [key]: 'x' }
    assertInvalid(await server.visitor().post(PATH, body), key)
  }
})

test('any text is a name or a password: neither is judged by the rules of registration', async () => {
  for (const [name, password] of [
    ['x', 'y'],
    ['@', '@'],
    ['a@b@c', 'short'],
    ["' or 1=1 --", "' or 1=1 --"],
    ['n'.repeat(10_000), 'p'.repeat(10_000)],
    ['😀', '😀'],
  ]) {
    assertProblem(await login(name, password), 401, 'Invalid credentials')
  }
})

test('a password of 900 kB is simply wrong, and one of 10 MB is 413', async () => {
  assertProblem(await login('Alice', 'p'.repeat(900_000)), 401, 'Invalid credentials')
  const answer = await login('Alice', 'p'.repeat(10_000_000))
  assertProblem(answer, 413, 'Payload content length greater than maximum allowed: 1048576')
})

test('a password is one, however its letters are composed', async () => {
  const { username } = await signUp(server, { password: 'caf\u00e9 caf\u00e9' })
  assert.equal((await login(username, 'cafe\u0301 cafe\u0301')).status, 200)
})
