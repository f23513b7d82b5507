import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import { AUTH, assertUnauthorized, assertWrong, bearer, newcomer, startReferral } from './support.ts'

let server: TestServer
before(async () => {
  server = await startReferral()
})
after(() => server.close())

const save = (token: string, body: unknown) =>
  server.visitor().put('/referral/api/settings/notifications', body, bearer(token))
const extraOf = async (token: string): Promise<unknown> =>
  (await server.visitor().get(`${AUTH}/me`, bearer(token))).body.extra

test('notices are replaced as a whole, and kept as 0 and 1', async () => {
  const { token } = await newcomer(server)
  const answer = await save(token, { email_alerts: { 50: false, 70: true } })
  assert.equal(answer.status, 200)
  assert.equal(answer.text, 'true')
  assert.deepEqual(await extraOf(token), { email_alerts: { 50: 0, 70: 1 } })
  await save(token, { email_alerts: { 60: 1 } })
  assert.deepEqual(await extraOf(token), { email_alerts: { 60: 1 } })
  await save(token, { email_alerts: {} })
  assert.deepEqual(await extraOf(token), { email_alerts: {} })
})

test('what cannot be is told, and changes nothing', async () => {
  const { token } = await newcomer(server)
  assertUnauthorized(await server.visitor().put('/referral/api/settings/notifications', {}))
  assertWrong(await save(token, {}), 'missing email_alerts')
  for (const value of [null, 7, [], 'x']) {
    assertWrong(await save(token, { email_alerts: value }), 'dict_type email_alerts')
  }
  assertWrong(
    await save(token, { email_alerts: { 50: 'on', 60: 2, 70: true } }),
    'bool_type 50',
    'bool_type 60',
  )
  assertWrong(
    await save(token, { email_alerts: { ['k'.repeat(41)]: true } }),
    `value_error ${'k'.repeat(40)}`,
  )
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, true]))
  assertWrong(await save(token, { email_alerts: many }), 'value_error email_alerts')
  assert.deepEqual(await extraOf(token), { email_alerts: { 50: 1, 60: 1 } })
})

test('ping answers "pong" to GET, nothing to HEAD, and OPTIONS', async () => {
  const visitor = server.visitor()
  const answer = await visitor.get('/referral/api/ping')
  assert.equal(answer.text, '"pong"')
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  assert.equal((await visitor.send('HEAD', '/referral/api/ping')).status, 200)
  assert.equal((await visitor.send('OPTIONS', '/referral/api/ping')).status, 200)
  assert.equal((await visitor.post('/referral/api/ping')).status, 405)
})
