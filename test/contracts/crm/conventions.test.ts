import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import {
  assertNotFound,
  assertOk,
  assertProblem,
  assertUnauthorized,
  BASE,
  me,
  newcomer,
  startCrm,
} from './support.ts'

const FRONT = 'https://contacts.example.org'

let server: TestServer
before(async () => {
  server = await startCrm({ env: { CORS_ORIGINS: FRONT } })
})
after(() => server.close())

test('every answer carries a request id, a caller’s own if it is a sane one', async () => {
  const visitor = server.visitor()
  const ids = new Set<string>()
  for (const [method, path, headers] of [
    ['GET', '/users/me', {}],
    ['GET', '/nothing', {}],
    ['GET', '/%', {}],
    ['GET', '/users/me/', {}],
    ['OPTIONS', '/login', { origin: FRONT, 'access-control-request-method': 'POST' }],
    ['OPTIONS', '/login', { origin: 'https://evil.example', 'access-control-request-method': 'POST' }],
    ['POST', '/login', { origin: 'https://evil.example' }],
    ['POST', '/logout', {}],
    ['DELETE', '/login', {}],
  ] as const) {
    const answer = await visitor.send(method, `${BASE}${path}`, { headers })
    const id = answer.headers.get('x-request-id') ?? ''
    assert.match(id, /^[\w-]{36}$/, `${method} ${path}`)
    ids.add(id)
  }
  assert.equal(ids.size, 9)
  const own = await me(visitor, { headers: { 'x-request-id': 'mine-1' } })
  assert.equal(own.headers.get('x-request-id'), 'mine-1')
  assertUnauthorized(own)
  const wild = await me(visitor, { headers: { 'x-request-id': '<script>' } })
  assert.match(wild.headers.get('x-request-id') ?? '', /^[\w-]{36}$/)
})

test('what is not there, by path, by method, or by case, is one answer', async () => {
  const { visitor } = await newcomer(server)
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/nothing'],
    ['GET', '/login'],
    ['PUT', '/users/me'],
    ['GET', '/Users/Me'],
    ['GET', '/users/me%00'],
    ['GET', '/users//me'],
  ] as const) {
    assertNotFound(await visitor.send(method, `${BASE}${path}`))
  }
  const head = await visitor.send('HEAD', `${BASE}/users/me`)
  assert.equal(head.status, 404)
})

test('a slash too many leads to the path without it, and to nowhere else', async () => {
  const { visitor } = await newcomer(server)
  const found = await visitor.get(`${BASE}/users/me/?a=b`)
  assert.deepEqual([found.status, found.headers.get('location')], [301, `${BASE}/users/me?a=b`])
  const posted = await visitor.post(`${BASE}/login/`, {})
  assert.deepEqual([posted.status, posted.headers.get('location')], [307, `${BASE}/login`])
  for (const path of ['/nothing/', '//evil.example/', '/users/me//']) {
    assertNotFound(await visitor.get(`${BASE}${path}`))
  }
})

test('headers that every answer has', async () => {
  const visitor = server.visitor()
  for (const answer of [
    await me(visitor),
    await visitor.post(`${BASE}/logout`),
    await visitor.get(`${BASE}/x`),
  ]) {
    assert.equal(answer.headers.get('x-frame-options'), 'DENY')
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(answer.headers.get('referrer-policy'), 'strict-origin-when-cross-origin')
    assert.equal(answer.headers.get('strict-transport-security'), null)
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json; charset=utf-8/)
  }
})

test('pages of a configured origin may call with credentials; those of another change nothing', async () => {
  const { visitor } = await newcomer(server)
  const preflight = { origin: FRONT, 'access-control-request-method': 'PATCH' }
  const asked = await visitor.send('OPTIONS', `${BASE}/users/language`, { headers: preflight })
  assert.equal(asked.status, 204)
  assert.equal(asked.headers.get('access-control-allow-origin'), FRONT)
  assert.equal(asked.headers.get('access-control-allow-credentials'), 'true')
  assert.match(asked.headers.get('access-control-allow-methods') ?? '', /PUT,PATCH,DELETE/)
  assert.match(asked.headers.get('access-control-allow-headers') ?? '', /Content-Type/)
  const answer = await me(visitor, { headers: { origin: FRONT } })
  assert.equal(answer.headers.get('access-control-allow-origin'), FRONT)
  assert.equal(answer.headers.get('vary'), 'Origin')
  const evil = { headers: { origin: 'https://evil.example' } }
  assert.equal((await me(visitor, evil)).headers.get('access-control-allow-origin'), null)
  const refused = await visitor.patch(`${BASE}/users/language`, { language: 'de' }, evil)
  assertProblem(refused, 403, 'FORBIDDEN')
  assert.equal(refused.headers.get('access-control-allow-origin'), null)
  assert.equal((await me(visitor)).body.language, 'en')
})

test('a body may have 10 MiB; more is told as the document tells it', async () => {
  const { visitor } = await newcomer(server)
  const body = (bytes: number) => JSON.stringify({ language: 'de', filler: 'x'.repeat(bytes) })
  assertOk(await visitor.patch(`${BASE}/users/language`, undefined, { body: body(10_485_000) }))
  const answer = await visitor.post(`${BASE}/register`, undefined, { body: body(10_485_760) })
  assertProblem(answer, 400, 'INVALID_INPUT')
})

test('a session comes before a body, and a body before what the path names', async () => {
  const { visitor } = await newcomer(server)
  const headers = { 'content-type': 'application/json' }
  assertUnauthorized(
    await server.visitor().patch(`${BASE}/users/language`, undefined, { body: '{', headers }),
  )
  assertProblem(await visitor.patch(`${BASE}/admin/users/1`, undefined, { body: '{' }), 403, 'FORBIDDEN')
})
