import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { assertProblem, openDatabaseOf } from './support.ts'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

test('health says ok and the present time, without a credential', async () => {
  const answer = await server.visitor().get('/starter/api/health')
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
  assert.deepEqual(Object.keys(answer.body), ['status', 'timestamp'])
  assert.equal(answer.body.status, 'ok')
  assert.match(answer.body.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.ok(Math.abs(Date.parse(answer.body.timestamp) - server.clock.now()) < 60_000)
})

test('health answers HEAD', async () => {
  const answer = await server.visitor().send('HEAD', '/starter/api/health')
  assert.equal(answer.status, 200)
  assert.equal(answer.text, '')
})

test('health ignores whatever cookie comes along', async () => {
  for (const cookie of ['token=rubbish', 'token=a; token=b', '=;;%%; \u00ff']) {
    const answer = await server.visitor().get('/starter/api/health', { headers: { cookie } })
    assert.equal(answer.status, 200, cookie)
  }
})

test('health does not touch the database; what does, answers the documented 500 when its tables are gone', async () => {
  const broken = await startLatchkey()
  const storage = openDatabaseOf(broken)
  try {
    // The tables behind a search index go where it goes.
    const tables = (await storage.db.introspection.getTables()).filter(
      ({ name }) => !name.includes('_search'),
    )
    assert.ok(tables.length > 10)
    for (const { name } of tables) {
      await sql`alter table ${sql.table(name)} rename to ${sql.table(`away_${name}`)}`.execute(storage.db)
    }
    const visitor = broken.visitor()
    assert.equal((await visitor.get('/starter/api/health')).status, 200)
    assert.equal((await visitor.get('/readyz')).status, 503)
    const credentials = { username: 'alice', password: 'correct horse' }
    assertProblem(
      await visitor.post('/starter/api/auth/login', credentials),
      500,
      'An internal server error occurred',
    )
  } finally {
    await storage.close()
    await broken.close()
  }
})
