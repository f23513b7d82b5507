import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  admin,
  assertInvalid,
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
before(async () => {
  server = await startLatchkey()
  await setUp(server)
})
after(() => server.close())

const logout = (token: string, json?: unknown) => server.visitor().post(`${AUTH}/logout`, json, bearer(token))

test('signing out ends the session of the access token, with or without a body', async () => {
  for (const body of [undefined, {}, { unknown: 1 }]) {
    const token = await tokenOf(server, admin)
    const answer = await logout(token, body)
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(answer.body, { ok: true })
    assert.equal(await isLive(server, token), false)
    assertTokenRefused(await logout(token))
  }
})

test('signing out needs a token', async () => {
  assertTokenRefused(await server.visitor().post(`${AUTH}/logout`, {}))
})

test("somebody else's refresh and device tokens stay untouched", async () => {
  const person = await staff(server, await tokenOf(server, admin))
  const theirs = (await login(server.visitor(), person, { mobile: true })).body
  await server
    .visitor()
    .post(`${AUTH}/device`, { token: 'their phone', platform: 'ios' }, bearer(theirs.token))
  const answer = await logout(await tokenOf(server, admin), {
    refresh_token: theirs.refresh_token,
    device_token: 'their phone',
  })
  assert.deepEqual(answer.body, { ok: true })
  assert.ok(await isLive(server, theirs.token))
  const refreshed = await server.visitor().post(`${AUTH}/refresh`, { refresh_token: theirs.refresh_token })
  assert.equal(refreshed.status, 200)
})

test('unknown tokens are left, and wrong types are refused', async () => {
  const unknown = await logout(await tokenOf(server, admin), {
    refresh_token: 'x'.repeat(43),
    device_token: 'none',
  })
  assert.deepEqual(unknown.body, { ok: true })
  const token = await tokenOf(server, admin)
  assertInvalid(await logout(token, { refresh_token: 7 }), 'refresh_token')
  assertInvalid(await logout(token, { device_token: 'x'.repeat(513) }), 'device_token')
  assert.ok(await isLive(server, token))
})

test('who has to change the password first can sign out', async () => {
  const person = await newcomer(server, await tokenOf(server, admin))
  const token = await tokenOf(server, { email: person.email, password: person.temporary })
  assert.deepEqual((await logout(token)).body, { ok: true })
})
