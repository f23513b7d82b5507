import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DAY_MS, MINUTE_MS } from '../../../engine/clock.ts'
import { createHousekeeping } from '../../../engine/housekeeping.ts'
import { createSessionCache } from '../../../engine/sessions/session-cache.ts'
import { openStorage } from '../../../storage/database.ts'
import { openFiles } from '../../../storage/files/files.ts'
import type { TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  assertProblem,
  assertUnauthorized,
  bearer,
  boss,
  newcomer,
  type Person,
  referrerOf,
  startReferral,
  tokenOf,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startReferral()
})
after(() => server.close())

const close = (token: string) => server.visitor().delete(`${AUTH}/me`, bearer(token))

/** What the server does each hour. */
async function sweep(): Promise<void> {
  const { DATABASE_URL: url, DATA_DIR } = server.env
  const storage = openStorage(
    url ? { kind: 'postgres', url } : { kind: 'sqlite', path: `${DATA_DIR}/latchkey.sqlite` },
  )
  const { clock } = server
  const sessions = createSessionCache({ bus: storage.bus, clock })
  const files = openFiles({ kind: 'disk', folder: `${DATA_DIR}/files` })
  await createHousekeeping({ db: storage.db, clock, sessions, files }, () => undefined).sweep()
  await storage.close()
}

const find = async (person: Person): Promise<any> =>
  server.visitor().get(`/referral/api/user/${person.id}`, bearer(await tokenOf(server, boss)))

test('closing shuts the account at once, with its sessions and its user tokens', async () => {
  const person = await newcomer(server)
  const other = await tokenOf(server, person)
  const referrer = await referrerOf(server, person.token)
  const answer = await close(person.token)
  assert.equal(answer.status, 200)
  assert.equal(answer.text, 'true')
  for (const token of [person.token, other]) {
    assertProblem(await server.visitor().get(`${AUTH}/me`, bearer(token)), 403, 'User is inactive')
  }
  assertProblem(await server.visitor().post(`${AUTH}/login`, person), 403, 'User is inactive')
  assert.equal((await server.visitor().get(`${AUTH}/verify-token?token=${referrer}`)).text, 'false')
  assert.equal((await find(person)).body.is_active, false)
  assertProblem(await close(person.token), 403, 'User is inactive')
})

test('after 30 days it is erased, and not before', async () => {
  const person = await newcomer(server)
  await close(person.token)
  server.clock.advance(30 * DAY_MS - MINUTE_MS)
  await sweep()
  assert.equal((await find(person)).status, 200)
  server.clock.advance(2 * MINUTE_MS)
  await sweep()
  assertProblem(await find(person), 404, 'No such user')
  assertUnauthorized(await server.visitor().post(`${AUTH}/login`, person))
  await sweep()
})

test('let in again by an admin it stays, for good', async () => {
  const person = await newcomer(server)
  await close(person.token)
  const admin = bearer(await tokenOf(server, boss))
  const path = `/referral/api/user/${person.id}`
  assert.equal((await server.visitor().put(path, { is_active: true }, admin)).text, 'true')
  server.clock.advance(31 * DAY_MS)
  await sweep()
  assert.ok(await tokenOf(server, person))
})

test('what an admin shut is not erased', async () => {
  const person = await newcomer(server)
  const admin = bearer(await tokenOf(server, boss))
  const path = `/referral/api/user/${person.id}`
  assert.equal((await server.visitor().put(path, { is_active: false }, admin)).text, 'true')
  server.clock.advance(400 * DAY_MS)
  await sweep()
  assert.equal((await find(person)).status, 200)
})

test('the last admin stays; of two who go at once one does', async () => {
  assertProblem(await close(await tokenOf(server, boss)), 409, 'The last admin stays')
  const second = { email: 'second@example.org', password: 'a-lantern', role: 'admin' }
  const admin = bearer(await tokenOf(server, boss))
  assert.equal((await server.visitor().post('/referral/api/user', second, admin)).status, 200)
  const tokens = [await tokenOf(server, boss), await tokenOf(server, second)]
  const answers = await Promise.all(tokens.map(close))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
})
