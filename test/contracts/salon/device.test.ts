import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openStorage, type Storage } from '../../../storage/database.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  assertInvalid,
  assertTokenRefused,
  bearer,
  newcomer,
  setUp,
  staff,
  tokenOf,
} from './support.ts'

let server: TestServer
let storage: Storage
let adminToken: string
before(async () => {
  server = await startLatchkey()
  adminToken = await setUp(server)
  const url = server.env.DATABASE_URL
  storage = openStorage(
    url ? { kind: 'postgres', url } : { kind: 'sqlite', path: `${server.env.DATA_DIR}/latchkey.sqlite` },
  )
})
after(async () => {
  await storage.close()
  await server.close()
})

const add = (token: string, body: object) => server.visitor().post(`${AUTH}/device`, body, bearer(token))
const remove = (token: string, body: unknown) =>
  server.visitor().send('DELETE', `${AUTH}/device`, bearer(token, { json: body }))
const owners = (token: string) =>
  storage.db.selectFrom('push_device').select(['account_id', 'platform']).where('token', '=', token).execute()

test('a device is registered for the caller, and again with another platform', async () => {
  assert.deepEqual((await add(adminToken, { token: 'phone', platform: 'ios' })).body, { ok: true })
  assert.deepEqual((await add(adminToken, { token: 'phone', platform: 'android' })).body, { ok: true })
  assert.deepEqual(
    (await owners('phone')).map(({ platform }) => platform),
    ['android'],
  )
})

test('a token that somebody else registered moves to the caller', async () => {
  const person = await staff(server, adminToken)
  await add(adminToken, { token: 'tablet', platform: 'web' })
  assert.equal((await add(await tokenOf(server, person), { token: 'tablet', platform: 'web' })).status, 200)
  assert.deepEqual(
    (await owners('tablet')).map(({ account_id }) => account_id),
    [person.id],
  )
})

test('only the own device is removed, and removing is quiet about what is not there', async () => {
  const token = await tokenOf(server, await staff(server, adminToken))
  await add(adminToken, { token: 'mine', platform: 'ios' })
  assert.deepEqual((await remove(token, { token: 'mine' })).body, { ok: true })
  assert.equal((await owners('mine')).length, 1)
  assert.deepEqual((await remove(adminToken, { token: 'mine' })).body, { ok: true })
  assert.equal((await owners('mine')).length, 0)
  assert.deepEqual((await remove(adminToken, { token: 'mine' })).body, { ok: true })
})

test('tokens have at most 512 characters, and platforms are three', async () => {
  assert.equal((await add(adminToken, { token: 'x'.repeat(512), platform: 'ios' })).status, 200)
  assertInvalid(await add(adminToken, { token: 'x'.repeat(513), platform: 'ios' }), 'token')
  assertInvalid(await add(adminToken, { token: '', platform: 'ios' }), 'token')
  assertInvalid(await add(adminToken, { token: 'x', platform: 'windows' }), 'platform')
  assertInvalid(await add(adminToken, {}), 'platform', 'token')
  assertInvalid(await remove(adminToken, {}), 'token')
  assertInvalid(await remove(adminToken, { token: 7 }), 'token')
})

test('nobody without a token, but everybody before a change of password', async () => {
  assertTokenRefused(await server.visitor().post(`${AUTH}/device`, { token: 'x', platform: 'ios' }))
  assertTokenRefused(await server.visitor().send('DELETE', `${AUTH}/device`, { json: { token: 'x' } }))
  const person = await newcomer(server, adminToken)
  const token = await tokenOf(server, { email: person.email, password: person.temporary })
  assert.equal((await add(token, { token: 'new phone', platform: 'ios' })).status, 200)
})

test('an account keeps its twenty newest devices', async () => {
  const person = await staff(server, adminToken)
  const token = await tokenOf(server, person)
  for (let i = 0; i < 22; i++) {
    await add(token, { token: `device ${i}`, platform: 'web' })
    server.clock.advance(1)
  }
  const rows = await storage.db
    .selectFrom('push_device')
    .select('token')
    .where('account_id', '=', person.id)
    .orderBy('id')
    .execute()
  assert.deepEqual(
    rows.map((row) => row.token),
    Array.from({ length: 20 }, (_, i) => `device ${i + 2}`),
  )
})
