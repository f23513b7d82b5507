import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

test('health says ok and the present time, without a credential', async () => {
  const answer = await server.visitor().get('/starter/api/health')
  assert.equal(answer.status, 200)
  assert.deepEqual(Object.keys(answer.body), ['status', 'timestamp'])
  assert.equal(answer.body.status, 'ok')
  assert.match(answer.body.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.ok(Math.abs(Date.parse(answer.body.timestamp) - Date.now()) < 60_000)
})

test('health answers HEAD', async () => {
  const answer = await server.visitor().send('HEAD', '/starter/api/health')
  assert.equal(answer.status, 200)
})
