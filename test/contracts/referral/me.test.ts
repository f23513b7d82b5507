import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  assertProblem,
  assertUnauthorized,
  assertWrong,
  bearer,
  isLive,
  newcomer,
  type Person,
  startReferral,
  tokenOf,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startReferral()
})
after(() => server.close())

const me = (token: string) => server.visitor().get(`${AUTH}/me`, bearer(token))
const rename = (token: string, body: unknown) => server.visitor().put(`${AUTH}/me/name`, body, bearer(token))
const change = (token: string, body: unknown) =>
  server.visitor().put(`${AUTH}/me/password`, body, bearer(token))

test('me answers what login answered', async () => {
  const person = await newcomer(server)
  const { user } = (await server.visitor().post(`${AUTH}/login`, person)).body
  const { status, body } = await me(person.token)
  assert.equal(status, 200)
  assert.deepEqual(body, user)
  assert.deepEqual(
    Object.keys(body).toSorted(),
    'created_at email extra id is_active is_verified name referrer_id role tier updated_at'.split(' '),
  )
})

test('a new name is trimmed and kept, of the caller alone, and the account says when', async () => {
  const [ann, bob] = [await newcomer(server), await newcomer(server)]
  const before = (await me(ann.token)).body
  server.clock.advance(1_000)
  const answer = await rename(ann.token, { name: '  Ann of Green Gables ', id: bob.id })
  assert.equal(answer.status, 200)
  assert.equal(answer.text, 'true')
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  const { body } = await me(ann.token)
  assert.equal(body.name, 'Ann of Green Gables')
  assert.ok(body.updated_at > before.updated_at)
  assert.equal(body.created_at, before.created_at)
  assert.equal((await me(bob.token)).body.name, null)
})

test('a name that is missing, null, no text, empty or too long is told, and nothing changes', async () => {
  const { token } = await newcomer(server)
  assertWrong(await rename(token, {}), 'missing name')
  for (const value of [null, 7, [], {}]) assertWrong(await rename(token, { name: value }), 'string_type name')
  for (const value of ['', ' ']) assertWrong(await rename(token, { name: value }), 'string_too_short name')
  assertWrong(await rename(token, { name: 'x'.repeat(101) }), 'string_too_long name')
  assert.equal((await me(token)).body.name, null)
})

test('a new password ends every other session and keeps the one that asked; a mail tells', async () => {
  const person = await newcomer(server)
  const other = await tokenOf(server, person)
  const body = { old_password: person.password, new_password: 'another-lantern' }
  const answer = await change(person.token, body)
  assert.equal(answer.status, 200)
  assert.equal(answer.text, 'true')
  assert.ok(await isLive(server, person.token))
  assertUnauthorized(await me(other))
  assert.match((await server.smtp.waitForMail(person.email)).subject, /password was changed/i)
  assertUnauthorized(await server.visitor().post(`${AUTH}/login`, person))
  await tokenOf(server, { email: person.email, password: body.new_password })
})

test('a wrong current password is 401, changes nothing and leaves the session', async () => {
  const person = await newcomer(server)
  for (const old_password of ['wrong', '', `${person.password} `]) {
    assertUnauthorized(await change(person.token, { old_password, new_password: 'another-lantern' }))
  }
  assert.ok(await isLive(server, person.token))
  await tokenOf(server, person)
})

test('passwords that are missing, no text, too short, too long or unchanged are told', async () => {
  const person: Person = await newcomer(server)
  const good = { old_password: person.password, new_password: 'another-lantern' }
  assertWrong(await change(person.token, {}), 'missing old_password', 'missing new_password')
  for (const field of ['old_password', 'new_password']) {
    for (const value of [null, 7, [], {}]) {
      assertWrong(await change(person.token, { ...good, [field]: value }), `string_type ${field}`)
    }
  }
  assertWrong(await change(person.token, { ...good, new_password: '12345' }), 'string_too_short new_password')
  const long = { ...good, new_password: 'x'.repeat(101) }
  assertWrong(await change(person.token, long), 'string_too_long new_password')
  const same = { ...good, new_password: person.password }
  assertWrong(await change(person.token, same), 'value_error new_password')
  await tokenOf(server, person)
})

test('wrong current passwords count with those of sign-in: 429', async () => {
  const strict = await startReferral({ env: { RATE_LIMIT: 'on' } })
  try {
    const person = await newcomer(strict)
    const attempt = (old_password: string) =>
      strict
        .visitor()
        .put(`${AUTH}/me/password`, { old_password, new_password: 'another-lantern' }, bearer(person.token))
    for (let i = 0; i < 15; i++) assertUnauthorized(await attempt('wrong'))
    const refused = await attempt(person.password)
    assertProblem(refused, 429, 'Too many requests')
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
  } finally {
    await strict.close()
  }
})

test('of two changes at once one is made', async () => {
  const person = await newcomer(server)
  const answers = await Promise.all(
    ['first-lantern', 'second-lantern'].map((new_password) =>
      change(person.token, { old_password: person.password, new_password }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401])
})
