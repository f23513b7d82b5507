import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import {
  assertOk,
  assertProblem,
  isSignedIn,
  MINUTE_MS,
  newAddress,
  PASSWORD,
  setUp,
  signIn,
  signUp,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startLatchkey()
  await setUp(server)
})
after(() => server.close())

async function sessionsOf(visitor: Visitor): Promise<any[]> {
  const answer = await visitor.get('/api/account/sessions')
  assertOk(answer)
  assert.deepEqual(Object.keys(answer.body), ['sessions'])
  return answer.body.sessions
}

async function currentIdOf(visitor: Visitor): Promise<string> {
  return (await sessionsOf(visitor)).find(({ current }) => current).id
}

test('an account lists its sessions: how, from where and when each was opened, the last used first', async () => {
  const email = newAddress()
  const first = await signUp(server, email)
  const second = server.visitor()
  const headers = { 'user-agent': 'Testament/2.0 (käse)' }
  server.clock.advance(1_000)
  assertOk(await second.post('/api/sign-in/password', { identifier: email, password: PASSWORD }, { headers }))
  const sessions = await sessionsOf(second)
  assert.equal(sessions.length, 2)
  const [latest, earlier] = sessions
  assert.deepEqual([latest.current, earlier.current], [true, false])
  assert.deepEqual(Object.keys(latest).toSorted(), [
    'address',
    'createdAt',
    'current',
    'id',
    'lastUsedAt',
    'method',
    'userAgent',
  ])
  assert.deepEqual([latest.method, latest.address], ['password', '127.0.0.1'])
  assert.equal(latest.userAgent, headers['user-agent'])
  assert.equal(earlier.method, 'link')
  assert.ok(latest.createdAt >= earlier.createdAt + 1_000)
  assert.ok(latest.lastUsedAt >= latest.createdAt)
  assert.equal(await currentIdOf(first), earlier.id)
  assert.ok(!JSON.stringify(sessions).includes(second.jar.get('latchkey') ?? '-'), 'no token is shown')
})

test('a long user agent is kept short, and a missing one is null', async () => {
  const email = newAddress()
  await signUp(server, email)
  const visitor = server.visitor()
  const headers = { 'user-agent': 'x'.repeat(5_000) }
  assertOk(
    await visitor.post('/api/sign-in/password', { identifier: email, password: PASSWORD }, { headers }),
  )
  const current = (await sessionsOf(visitor)).find((session) => session.current)
  assert.equal(current.userAgent, 'x'.repeat(400))
})

test('ending one session signs that device out at once, and no other', async () => {
  const email = newAddress()
  const [phone, laptop, tablet] = [
    await signUp(server, email),
    await signIn(server, email),
    await signIn(server, email),
  ]
  for (const each of [phone, laptop, tablet]) assert.equal(await isSignedIn(each), true)
  const answer = await phone.delete(`/api/account/sessions/${await currentIdOf(laptop)}`)
  assertOk(answer)
  assert.deepEqual(answer.body, {})
  assertProblem(await laptop.get('/api/account'), 401, 'signed_out')
  assert.equal(await isSignedIn(phone), true)
  assert.equal(await isSignedIn(tablet), true)
  assert.equal((await sessionsOf(phone)).length, 2)
})

test('a session may end itself', async () => {
  const visitor = await signUp(server)
  assertOk(await visitor.delete(`/api/account/sessions/${await currentIdOf(visitor)}`))
  assertProblem(await visitor.get('/api/account'), 401, 'signed_out')
})

test('a session ended twice at once, or that is somebody else’s, is not found, and theirs goes on', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const id = await currentIdOf(await signIn(server, email))
  const ended = await Promise.all(
    Array.from({ length: 5 }, () => owner.delete(`/api/account/sessions/${id}`)),
  )
  assert.deepEqual(ended.map(({ status }) => status).toSorted(), [200, 404, 404, 404, 404])

  const stranger = await signUp(server)
  const strangersId = await currentIdOf(stranger)
  assertProblem(await owner.delete(`/api/account/sessions/${strangersId}`), 404, 'not_found')
  assert.equal(await isSignedIn(stranger), true)
  assert.equal((await sessionsOf(stranger)).length, 1)
})

test('whatever stands in place of an id is not found, and nothing breaks', async () => {
  const owner = await signUp(server)
  const garbage = [
    'x',
    crypto.randomUUID(),
    '0',
    '-1',
    "'",
    '%27%20or%201%3D1',
    '%00',
    'a%00b',
    '%F0%9F%94%91',
    '..%2f',
  ]
  for (const id of garbage) {
    assertProblem(await owner.delete(`/api/account/sessions/${id}`), 404, 'not_found')
  }
  const long = await owner.delete(`/api/account/sessions/${'a'.repeat(101)}`)
  assertProblem(long, 404, 'not_found')
  assert.equal((await owner.delete('/api/account/sessions/%ED%A0%80')).status, 404)
  assert.equal(await isSignedIn(owner), true)
})

test('ending all others leaves this one, and counts them', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const others = [await signIn(server, email), await signIn(server, email), await signIn(server, email)]
  const stranger = await signUp(server)
  for (const each of others) assert.equal(await isSignedIn(each), true)
  const answer = await owner.delete('/api/account/sessions')
  assertOk(answer)
  assert.deepEqual(answer.body, { sessionsEnded: 3 })
  for (const each of others) assertProblem(await each.get('/api/account'), 401, 'signed_out')
  assert.equal(await isSignedIn(owner), true)
  assert.equal(await isSignedIn(stranger), true)
  assert.deepEqual((await owner.delete('/api/account/sessions')).body, { sessionsEnded: 0 })
})

test('a session that has expired is no longer listed', async () => {
  const email = newAddress()
  await signUp(server, email)
  server.clock.advance(30 * 24 * 3_600_000 + 1_000)
  assert.equal((await sessionsOf(await signIn(server, email))).length, 1)
})

test('without a session none of this is told or done', async () => {
  const nobody = server.visitor()
  assertProblem(await nobody.get('/api/account/sessions'), 401, 'signed_out')
  assertProblem(await nobody.delete('/api/account/sessions'), 401, 'signed_out')
  assertProblem(await nobody.delete(`/api/account/sessions/${crypto.randomUUID()}`), 401, 'signed_out')
})

test('where the realm says so, a session that nobody uses for a while is over, and one that is used goes on', async () => {
  const idle = await startLatchkey({ yaml: 'realms:\n  main:\n    sessionIdle: 1h\n' })
  try {
    const email = newAddress()
    const used = await setUp(idle, email)
    const left = await signIn(idle, email)
    for (let i = 0; i < 3; i++) {
      idle.clock.advance(40 * MINUTE_MS)
      assertOk(await used.get('/api/account'))
      // What is in memory reaches the database by housekeeping, or when the server stops.
      await idle.server.writeUses()
    }
    assertProblem(await left.get('/api/account'), 401, 'signed_out')
    idle.clock.advance(60 * MINUTE_MS)
    assertProblem(await used.get('/api/account'), 401, 'signed_out')
  } finally {
    await idle.close()
  }
})
