import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { assertProblem, BASE } from './support.ts'

let server: TestServer
let development: TestServer
before(async () => {
  server = await startLatchkey()
  development = await startLatchkey({ env: { ENVIRONMENT: 'dev' } })
})
after(async () => {
  await server.close()
  await development.close()
})

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('the health check answers nothing, and looks at nothing', async () => {
  for (const method of ['GET', 'HEAD']) {
    const answer = await server.visitor().send(method, `${BASE}/health-check`)
    assert.equal(answer.status, 204)
    assert.equal(answer.text, '')
  }
})

test('an unknown path is told in the envelope, and no slash at the end is forgiven', async () => {
  const visitor = server.visitor()
  for (const path of ['/nothing', '/v0/nothing', '/health-check/', '/v0', '/']) {
    assertProblem(await visitor.get(`${BASE}${path}`), 404, 'system:not_found')
  }
})

test('a known path with another method answers 405, and says which methods there are', async () => {
  const answer = await server.visitor().post(`${BASE}/health-check`)
  assertProblem(answer, 405, 'general:bad_request')
  assert.deepEqual(answer.headers.get('allow')?.split(', ').toSorted(), ['GET', 'HEAD'])
})

test('every answer carries a request id: the caller’s own if it sent one', async () => {
  const visitor = server.visitor()
  for (const path of ['/health-check', '/nothing']) {
    const headers = { 'x-request-id': 'my-own.1' }
    assert.equal((await visitor.get(`${BASE}${path}`, { headers })).headers.get('x-request-id'), 'my-own.1')
    const { headers: answered } = await visitor.get(`${BASE}${path}`)
    assert.match(answered.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
  }
})

test('every browser is marked once, by a cookie that opens nothing', async () => {
  for (const [method, path] of [
    ['GET', '/health-check'],
    ['GET', '/nothing'],
    ['POST', '/health-check'],
  ] as const) {
    const visitor = server.visitor()
    const { cookies } = await visitor.send(method, `${BASE}${path}`)
    const { value = '', line } = cookies.get('anonymous_user_id') ?? {}
    assert.match(value, UUID_V7)
    const expires = /; Expires=[^;]+/
    assert.equal(
      line?.replace(expires, ''),
      `anonymous_user_id=${value}; Max-Age=31536000; Path=/; HttpOnly; Secure; SameSite=Lax`,
    )
    assert.equal((await visitor.get(`${BASE}${path}`)).cookies.size, 0)
  }
  const headers = { cookie: 'anonymous_user_id=whatever it likes' }
  assert.equal((await server.visitor().get(`${BASE}/health-check`, { headers })).cookies.size, 0)
})

test('in development errors say more, and cookies come back over plain HTTP', async () => {
  const answer = await development.visitor().get(`${BASE}/nothing`)
  assert.deepEqual(answer.body, {
    status: 404,
    code: 'system:not_found',
    details: 'There is nothing at this path.',
  })
  assert.doesNotMatch(answer.cookies.get('anonymous_user_id')?.line ?? '', /Secure|None/)
})

test('the page about the API and its document are for development alone', async () => {
  const visitor = server.visitor()
  for (const path of ['/docs', '/docs/', '/swagger.json', '/docs/swagger-ui.css']) {
    assertProblem(await visitor.get(`${BASE}${path}`), 404, 'system:not_found')
  }
  const developer = development.visitor()
  const moved = await developer.get(`${BASE}/docs`)
  assert.deepEqual([moved.status, moved.headers.get('location')], [303, `${BASE}/docs/`])
  assert.match((await developer.get(`${BASE}/docs/`)).text, /swagger-ui/)
  assert.equal((await developer.get(`${BASE}/docs/swagger-ui.css`)).status, 200)
  const { body } = await developer.get(`${BASE}/swagger.json`)
  assert.equal(body.openapi, '3.1.0')
  const names = Object.values<any>(body.components.securitySchemes).map(({ name }) => name)
  assert.ok(names.includes('session_id') && names.includes('anonymous_user_id'))
  assert.deepEqual((await visitor.get(`${BASE}/openapi.json`)).body.paths, body.paths)
})
