import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import type { Send } from '../../support/visitor.ts'
import {
  AUTH,
  assertProblem,
  assertUnauthorized,
  assertWrong,
  boss,
  createOperator,
  newcomer,
  startReferral,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startReferral({ env: { REFERRAL_BASIC_AUTH: 'true' } })
})
after(() => server.close())

function basic({ email, password }: { email: string; password: string }): Send {
  const encoded = Buffer.from(`${email}:${password}`).toString('base64')
  return { headers: { authorization: `Basic ${encoded}` } }
}

test('address and password open what a bearer token opens, where it is switched on', async () => {
  const person = await newcomer(server)
  const visitor = server.visitor()
  const { status, body } = await visitor.get(`${AUTH}/me`, basic(person))
  assert.equal(status, 200)
  assert.equal(body.email, person.email)
  assert.equal((await visitor.put(`${AUTH}/me/name`, { name: 'Ann' }, basic(person))).text, 'true')
  const lower = {
    headers: { authorization: basic(person).headers?.authorization?.replace('Basic', 'basic') ?? '' },
  }
  assert.equal((await visitor.get(`${AUTH}/me`, lower)).body.name, 'Ann')
})

test('the answers are login’s', async () => {
  const operate = createOperator(server)
  const person = await newcomer(server)
  const visitor = server.visitor()
  assertUnauthorized(await visitor.get(`${AUTH}/me`, basic({ ...person, password: 'wrong' })))
  assertUnauthorized(await visitor.get(`${AUTH}/me`, basic({ ...person, email: 'nobody@example.com' })))
  await operate(person.id, 'disable')
  assertProblem(await visitor.get(`${AUTH}/me`, basic(person)), 403, 'User is inactive')
})

test('a header that cannot be read is 401 and asks for Basic', async () => {
  for (const authorization of ['Basic', 'Basic !!!', 'Basic bm9jb2xvbg==', 'Basic dTpwAA==']) {
    const answer = await server.visitor().get(`${AUTH}/me`, { headers: { authorization } })
    assertProblem(answer, 401, 'Not authenticated')
    assert.equal(answer.headers.get('www-authenticate'), 'Basic')
  }
})

test('a new password by it ends every session', async () => {
  const person = await newcomer(server)
  const body = { old_password: person.password, new_password: 'another-lantern' }
  const answer = await server.visitor().put(`${AUTH}/me/password`, body, basic(person))
  assert.equal(answer.text, 'true')
  const headers = { authorization: `Bearer ${person.token}` }
  assertUnauthorized(await server.visitor().get(`${AUTH}/me`, { headers }))
})

test('it never resets a password', async () => {
  const path = `${AUTH}/reset-password-with-token`
  assertUnauthorized(await server.visitor().post(path, { password: 'another-lantern' }, basic(boss)))
})

test('the credential is told before the fields', async () => {
  const person = await newcomer(server)
  const wrong = basic({ ...person, password: 'wrong' })
  assertUnauthorized(await server.visitor().put(`${AUTH}/me/name`, {}, wrong))
  assertWrong(await server.visitor().put(`${AUTH}/me/name`, {}, basic(person)), 'missing name')
})

test('its guesses count with those of login', async () => {
  const strict = await startReferral({ env: { REFERRAL_BASIC_AUTH: 'true', RATE_LIMIT: 'on' } })
  try {
    const visitor = strict.visitor()
    for (let i = 0; i < 15; i++) {
      assertUnauthorized(await visitor.get(`${AUTH}/me`, basic({ ...boss, password: 'wrong' })))
    }
    const refused = await visitor.get(`${AUTH}/me`, basic(boss))
    assertProblem(refused, 429, 'Too many requests')
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    assertProblem(await visitor.post(`${AUTH}/login`, boss), 429, 'Too many requests')
  } finally {
    await strict.close()
  }
})

test('the documented password opens nothing by it from elsewhere, and here the account alone', async () => {
  const plain = await startReferral({
    env: { REFERRAL_BASIC_AUTH: 'true', REFERRAL_ADMIN_EMAIL: '', REFERRAL_ADMIN_PASSWORD: '' },
  })
  try {
    const { headers = {} } = basic({ email: 'admin', password: 'admin' })
    const visitor = plain.visitor()
    assert.equal((await visitor.get(`${AUTH}/me`, { headers })).status, 200)
    const due = 'Change the password first: PUT /api/auth/me/password'
    assertProblem(await visitor.post(`${AUTH}/me/tokens`, undefined, { headers }), 403, due)
    const away = { headers: { ...headers, 'x-forwarded-for': '203.0.113.7' } }
    assertProblem(await visitor.get(`${AUTH}/me`, away), 403, due)
    const change = { old_password: 'admin', new_password: 'our-own-now' }
    assertProblem(await visitor.put(`${AUTH}/me/password`, change, away), 403, due)
  } finally {
    await plain.close()
  }
})

test('switched off, as it is by default, it is no credential', async () => {
  const off = await startReferral()
  try {
    assertUnauthorized(await off.visitor().get(`${AUTH}/me`, basic(boss)))
    assertUnauthorized(await off.visitor().get(`${AUTH}/me`, { headers: { authorization: 'Basic !!!' } }))
  } finally {
    await off.close()
  }
})
