// runs once
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { eventually } from './support.ts'

const PASSWORD = 'correct horse battery staple'

let postgres: Postgres
let server: TestServer
before(async () => {
  // Of its own: it is stopped under the server's feet.
  postgres = await startPostgres()
  server = await startLatchkey({ env: { DATABASE_URL: postgres.url } })
})
after(async () => {
  await server?.close()
  await postgres?.stop()
})

test('a server whose database is away lives, is not ready, says so in its own words, and comes back by itself', async () => {
  const visitor = server.visitor()
  const operator = { name: 'Olga', email: 'olga@example.org', password: PASSWORD }
  assert.equal((await visitor.post('/api/setup', operator)).status, 201)
  const ready = await visitor.get('/readyz')
  assert.equal(ready.status, 200)
  assert.deepEqual(ready.body, { status: 'ok', database: 'postgres' })

  const health = await visitor.get('/health')
  assert.equal(health.status, 200)
  const { timestamp, version, database, status } = health.body
  assert.deepEqual([status, database.status], ['healthy', 'healthy'])
  assert.ok(database.response_time_ms >= 0 && version && !Number.isNaN(Date.parse(timestamp)))

  await postgres.halt()
  const unhealthy = await visitor.get('/health')
  assert.equal(unhealthy.status, 503)
  assert.deepEqual([unhealthy.body.status, unhealthy.body.database.status], ['unhealthy', 'unhealthy'])
  const unready = await visitor.get('/readyz')
  assert.equal(unready.status, 503)
  assert.deepEqual(unready.body, { status: 'unavailable', database: 'postgres' })
  const alive = await visitor.get('/livez')
  assert.equal(alive.status, 200)
  assert.deepEqual(alive.body, { status: 'ok' })
  const requests: [method: string, path: string, json?: object][] = [
    ['GET', '/api/start'],
    ['POST', '/api/sign-in/password', { identifier: operator.email, password: PASSWORD }],
    ['POST', '/api/recovery', { email: operator.email }],
    ['POST', '/api/email-confirmation', { realm: 'main', token: 'x', answer: 'mine' }],
  ]
  for (const [method, path, json] of requests) {
    const answer = await server.visitor().send(method, path, { json })
    assert.equal(answer.status, 503, `${path}: ${answer.text}`)
    assert.equal(answer.body.code, 'unavailable')
    assert.ok(!/ECONNREFUSED|127\.0\.0\.1|postgres/i.test(answer.text), 'nothing of the inside is told')
    const id = answer.headers.get('x-request-id') ?? ''
    assert.ok(
      server.logged.some((line) => line.includes(id) && line.includes('"err"')),
      'and the log tells all',
    )
  }

  await postgres.resume()
  await eventually(async () => assert.equal((await visitor.get('/readyz')).status, 200))
  const again = server.visitor()
  const credentials = { identifier: operator.email, password: PASSWORD }
  assert.equal((await again.post('/api/sign-in/password', credentials)).status, 200)
  assert.equal((await visitor.get('/api/account')).status, 200)
})

test('connections that break while nobody asks anything end no server', async () => {
  for (const how of ['crash', 'fast'] as const) {
    await postgres.restart(how)
    await eventually(async () => assert.equal((await server.visitor().get('/readyz')).status, 200))
  }
})
