import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../../support/engine.ts'
import { type EventReader, openEvents } from '../../support/event-reader.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import { accountOf, assertOk, assertProblem, newAddress, setUp, signIn, signUp } from './support.ts'

let server: TestServer
let operator: Visitor
const email = newAddress('operator')
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server, email)
})
after(() => server.close())

const activity = async (query = '', admin = operator): Promise<any[]> => {
  const answer = await admin.get(`/api/admin/activity${query}`)
  assertOk(answer)
  return answer.body.entries
}
const cookieOf = ({ jar }: Visitor): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
const open = (admin = operator, lastId?: string, query = ''): Promise<EventReader> =>
  openEvents(`${server.url}/api/admin/activity/stream${query}`, {
    lastId,
    headers: { cookie: cookieOf(admin) },
  })

test('an admin reads everything that happened, with where it came from', async () => {
  const address = newAddress()
  const ada = await signUp(server, address, { name: 'Ada' })
  const { uid } = await accountOf(ada)
  const wrong = { identifier: address, password: 'not this one' }
  const failed = await server.visitor().post('/api/sign-in/password', wrong)
  const [newest, ...rest] = await activity(`?account=${uid}`)
  assert.deepEqual(newest.account, { uid, name: 'Ada' })
  assert.equal(newest.action, 'sign_in.failed')
  assert.match(newest.address, /^(127\.0\.0\.1|::1)$/)
  assert.equal(newest.requestId, failed.headers.get('x-request-id'))
  assert.ok(newest.userAgent)
  assert.ok(rest.some(({ action }) => action === 'account.created'))
  const ids = [newest, ...rest].map(({ id }) => id)
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => b - a),
  )
})

test('page by page, by action and by account, in the caller’s realms alone', async () => {
  const all = await activity('?limit=200')
  const first = await activity('?limit=2')
  const second = await activity(`?limit=2&before=${first[1].id}`)
  assert.deepEqual([...first, ...second], all.slice(0, 4))
  const failed = await activity('?action=sign_in.failed')
  assert.ok(failed.length > 0 && failed.every(({ action }) => action === 'sign_in.failed'))
  assert.deepEqual(await activity('?account=nobody'), [])
  assert.deepEqual(await activity('?realm=salon'), [])
  assertProblem(await operator.get('/api/admin/activity?realm=nowhere'), 404, 'not_found')
  assertProblem(await operator.get('/api/admin/activity/stream?realm=nowhere'), 404, 'not_found')
  for (const query of ['action=x', 'limit=0', 'limit=201', 'before=0']) {
    assert.equal((await operator.get(`/api/admin/activity?${query}`)).status, 400, query)
  }
})

test('nobody and no user reads what happened', async () => {
  const user = await signUp(server)
  for (const path of ['/api/admin/activity', '/api/admin/activity/stream']) {
    assertProblem(await user.get(path), 403, 'forbidden')
    assertProblem(await server.visitor().get(path), 401, 'signed_out')
  }
})

test('the same comes live, and who comes back is told what was missed', async () => {
  const reader = await open()
  await signUp(server)
  await reader.waitFor((events) => events.some(({ data }) => data.action === 'sign_in.succeeded'))
  const [newest] = await activity('?limit=1')
  await reader.waitFor((events) => events.at(-1)?.data.id === newest.id)
  const last = reader.events.at(-1)
  assert.deepEqual([last?.event, last?.id, last?.data], ['action', String(newest.id), newest])
  reader.close()
  await signUp(server)
  const missed = (await activity('?limit=200')).filter(({ id }) => id > newest.id).reverse()
  assert.ok(missed.length > 1)
  const back = await open(operator, reader.lastId())
  await back.waitFor(({ length }) => length >= missed.length)
  assert.deepEqual(
    back.events.map(({ data }) => data),
    missed,
  )
  back.close()
})

test('an id that is in no log, or in another realm’s, is ignored', async () => {
  for (const lastId of ['999999999', '0', '-1', 'x']) {
    const reader = await open(operator, lastId)
    await server.visitor().post('/api/sign-in/password', { identifier: email, password: 'wrong one here' })
    await reader.waitFor(({ length }) => length > 0)
    assert.equal(reader.events.length, 1, lastId)
    reader.close()
  }
  const [entry] = await activity('?limit=1')
  const salon = await open(operator, String(entry.id), '?realm=salon')
  await server.visitor().post('/api/sign-in/password', { identifier: email, password: 'wrong one here' })
  const own = await open(operator, String(entry.id))
  await own.waitFor(({ length }) => length > 0)
  assert.equal(salon.text(), '')
  salon.close()
  own.close()
})

test('a stream ends with its session, and when its account changes', async () => {
  const second = await signIn(server, email)
  const reader = await open(second)
  const other = await open()
  assertOk(await second.post('/api/sign-out'))
  await reader.ended
  assertOk(await operator.patch('/api/account', { name: 'Olga the operator' }))
  await other.ended
})

test('after five minutes a stream ends, for its reader to be judged anew', async () => {
  const reader = await open()
  server.clock.advance(4 * 60_000)
  await until(() => reader.comments.length > 0)
  server.clock.advance(61_000)
  await reader.ended
})
