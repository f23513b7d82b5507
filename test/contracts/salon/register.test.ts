import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  assertInvalid,
  assertProblem,
  assertTokenRefused,
  bearer,
  isLive,
  login,
  newcomer,
  setUp,
  staff,
  tokenOf,
} from './support.ts'

let server: TestServer
let adminToken: string
before(async () => {
  server = await startLatchkey()
  adminToken = await setUp(server)
})
after(() => server.close())

const register = (body: unknown, token = adminToken) =>
  server.visitor().post(`${AUTH}/register`, body, bearer(token))
const forbidden = (answer: Parameters<typeof assertProblem>[0]) =>
  assertProblem(answer, 403, 'Insufficient permissions', 'FORBIDDEN')

test('an admin makes an account; the password goes by mail and never stands in the answer', async () => {
  const answer = await register({ email: 'Kim@Salon.Example', name: ' Kim ', unknown: true })
  assert.equal(answer.status, 200)
  assert.deepEqual(Object.keys(answer.body), ['id', 'email', 'role', 'name'])
  assert.deepEqual(
    { ...answer.body, id: 0 },
    { id: 0, email: 'Kim@Salon.Example', role: 'staff', name: 'Kim' },
  )
  const mail = await server.smtp.waitForMail(({ to }) => to[0]?.toLowerCase() === 'kim@salon.example')
  const [password = ''] = mail.text.match(/^[a-zA-Z0-9]{12}$/m) ?? []
  assert.equal(password.length, 12)
  assert.doesNotMatch(password, /[0O1lI]/)
  assert.ok(!answer.text.includes(password))
  assert.match(mail.text, /sign-in/)
})

test('a taken address is 409 in any spelling, also for two at once', async () => {
  const taken = (answer: Parameters<typeof assertProblem>[0]) =>
    assertProblem(answer, 409, 'Email address already registered', 'EMAIL_TAKEN')
  taken(await register({ email: 'ANNA@salon.example', name: 'Another' }))
  const both = await Promise.all(
    [1, 2].map((i) => register({ email: 'twin@salon.example', name: `Twin ${i}` })),
  )
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
})

test('role is admin or staff, name has 1 to 100 characters after trimming', async () => {
  const body = { email: 'x@salon.example', name: 'X' }
  assertInvalid(await register({}), 'email', 'name')
  assertInvalid(await register({ ...body, role: 'owner' }), 'role')
  assertInvalid(await register({ ...body, role: null }), 'role')
  assertInvalid(await register({ ...body, name: '  ' }), 'name')
  assertInvalid(await register({ ...body, name: 'x'.repeat(101) }), 'name')
  assertInvalid(await register({ ...body, name: 7 }), 'name')
  assertInvalid(await register({ ...body, email: 'nobody' }), 'email')
  assertInvalid(await register({ ...body, email: 'a\r\nbcc: x@y.z' }), 'email')
  assert.equal((await register({ ...body, role: 'admin', name: ` ${'x'.repeat(100)} ` })).body.role, 'admin')
})

test('staff may not register or list; nobody without a token may', async () => {
  const token = await tokenOf(server, await staff(server, adminToken))
  forbidden(await register({ email: 'y@salon.example', name: 'Y' }, token))
  // Role before body.
  forbidden(await register({}, token))
  forbidden(await server.visitor().get(`${AUTH}/users`, bearer(token)))
  assertTokenRefused(await server.visitor().post(`${AUTH}/register`, {}))
  assertTokenRefused(await server.visitor().get(`${AUTH}/users`))
})

test('an admin with a temporary password must change it before registering or listing', async () => {
  const person = await newcomer(server, adminToken, { role: 'admin' })
  const token = await tokenOf(server, { email: person.email, password: person.temporary })
  const due = (answer: Parameters<typeof assertProblem>[0]) =>
    assertProblem(answer, 403, 'Password change required', 'PASSWORD_CHANGE_REQUIRED')
  due(await register({ email: 'z@salon.example', name: 'Z' }, token))
  due(await server.visitor().get(`${AUTH}/users`, bearer(token)))
  assert.ok(await isLive(server, token))
  const change = { email: person.email, currentPassword: person.temporary, newPassword: 'my own one' }
  const changed = await server
    .visitor()
    .post(`${AUTH}/change-password`, { ...change, confirmPassword: 'my own one' }, bearer(token))
  assert.deepEqual(changed.body, { ok: true })
  // The session that asked goes on, and is free now.
  assert.equal((await server.visitor().get(`${AUTH}/users`, bearer(token))).status, 200)
  const again = await login(server.visitor(), { email: person.email, password: 'my own one' })
  assert.equal(again.body.user.require_password_change, false)
})

test('users lists everybody by id with four keys, and in pages when asked', async () => {
  const all = (await server.visitor().get(`${AUTH}/users`, bearer(adminToken))).body
  assert.ok(all.length >= 2)
  assert.deepEqual(Object.keys(all[0]), ['id', 'name', 'email', 'role'])
  const ids = all.map(({ id }: { id: number }) => id)
  assert.deepEqual(
    ids,
    ids.toSorted((a: number, b: number) => a - b),
  )
  const page = (await server.visitor().get(`${AUTH}/users?page=2&limit=1`, bearer(adminToken))).body
  assert.deepEqual(page, { items: [all[1]], total: all.length, page: 2, limit: 1, pages: all.length })
  const beyond = await server.visitor().get(`${AUTH}/users?page=999`, bearer(adminToken))
  assert.deepEqual(beyond.body.items, [])
  assertInvalid(await server.visitor().get(`${AUTH}/users?page=0`, bearer(adminToken)), 'page')
  assertInvalid(await server.visitor().get(`${AUTH}/users?page=1&limit=201`, bearer(adminToken)), 'limit')
})

test('a mail server that is away does not undo the account', async () => {
  server.smtp.refuse(true)
  try {
    assert.equal((await register({ email: 'later@salon.example', name: 'Later' })).status, 200)
  } finally {
    server.smtp.refuse(false)
  }
})
