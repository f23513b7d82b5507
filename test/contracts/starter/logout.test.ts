import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Answer, Send } from '../../support/visitor.ts'
import { assertProblem, assertUser, signUp, withToken } from './support.ts'

const PATH = '/starter/api/auth/logout'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

const me = (token: string) => server.visitor().get('/starter/api/auth/me', withToken(token))

function assertDone(answer: Answer): void {
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(answer.body, { success: true })
  assert.match(
    answer.cookies.get('token')?.line ?? '',
    /^token=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; /,
  )
}

test('logging out clears the cookie and ends the session: the old value opens nothing', async () => {
  const person = await signUp(server)
  assertUser(await me(person.token), 200, person)
  assertDone(await person.visitor.post(PATH))
  assert.equal(person.visitor.jar.has('token'), false)
  assertProblem(await person.visitor.get('/starter/api/auth/me'), 401, 'Authentication required')
  assertProblem(await me(person.token), 401, 'Invalid or expired token')
})

test('logging out leaves the other sessions of the account alone, and one can sign in again', async () => {
  const person = await signUp(server)
  const { username, password } = person
  const other = server.visitor()
  await other.post('/starter/api/auth/login', { username, password })
  assertDone(await person.visitor.post(PATH))
  assertUser(await other.get('/starter/api/auth/me'), 200, person)
  assertUser(await person.visitor.post('/starter/api/auth/login', { username, password }), 200, person)
  assertUser(await person.visitor.get('/starter/api/auth/me'), 200, person)
})

test('logging out needs no session and may be repeated', async () => {
  assertDone(await server.visitor().post(PATH))
  const { visitor, token } = await signUp(server)
  assertDone(await visitor.post(PATH))
  assertDone(await visitor.post(PATH))
  assertDone(await server.visitor().post(PATH, undefined, withToken(token)))
})

test('a cookie that is rubbish, empty or there twice is cleared all the same', async () => {
  const { token } = await signUp(server)
  for (const cookie of [
    'token=rubbish',
    'token=',
    'token=a.b.c',
    `token=${token}x`,
    `token=${token}; token=other`,
    ';;;=',
  ]) {
    assertDone(await server.visitor().post(PATH, undefined, { headers: { cookie } }))
  }
  assert.equal((await me(token)).status, 200)
})

test('whatever body comes, of whatever type, is ignored', async () => {
  const bodies: Send[] = [
    { json: {} },
    { json: { all: true } },
    { json: null },
    { body: '{not json', headers: { 'content-type': 'application/json' } },
    { body: '', headers: { 'content-type': 'application/json' } },
    { body: '{"__proto__":{"\\u0000":1}}', headers: { 'content-type': 'application/json' } },
    { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { body: '--x--', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    { body: 'text' },
    { body: Buffer.from('bytes') },
    { body: 'x', headers: { 'content-type': 'nonsense' } },
    { body: 'x', headers: { 'content-type': 'application/json; charset' } },
    { headers: { 'content-type': 'nonsense' } },
    { headers: { 'content-type': 'application/json' } },
    { body: '['.repeat(1_000_000) },
  ]
  for (const send of bodies) {
    const { visitor, token } = await signUp(server)
    assertDone(await visitor.send('POST', PATH, send))
    assert.equal((await me(token)).status, 401)
  }
})
