import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import { accountOf, assertOk, assertProblem, isSignedIn, newAddress, PASSWORD, setUp } from './support.ts'

const PLACE = { name: 'Curls', email: null, phone: null, address: null, openingHours: [] }

const KEY = { id: 'AAAA', rawId: 'AAAA', type: 'public-key' }
const ASSERTION = { ...KEY, response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' } }
const CREDENTIAL = { ...KEY, response: { clientDataJSON: 'e30', attestationObject: 'AA' } }

/** Every route that takes a body, with one that it takes, and the rest of what it may hold. */
const bodies: Record<string, { good: Record<string, unknown>; optional?: Record<string, unknown> }> = {
  'POST /setup': {
    good: { name: 'Olga', email: 'olga@example.org', password: PASSWORD },
    optional: { language: 'en', setupCode: 'x', place: PLACE },
  },
  'POST /accounts': {
    good: { email: 'ada@example.org' },
    optional: { password: PASSWORD, name: 'Ada', language: 'en', invitation: 'x' },
  },
  'POST /sign-in/password': { good: { identifier: 'ada@example.org', password: PASSWORD } },
  'POST /sign-in/code': { good: { email: 'ada@example.org' }, optional: { language: 'en' } },
  'POST /sign-in/code/verify': {
    good: { email: 'ada@example.org', code: '123456' },
    optional: { name: 'Ada', language: 'en' },
  },
  'POST /sign-in/second-step': { good: { token: 'x', code: '123456' } },
  'POST /account/second-factor': { good: {}, optional: { password: PASSWORD } },
  'POST /account/second-factor/enable': { good: { code: '123456' } },
  'POST /account/second-factor/disable': { good: { code: '123456' } },
  'POST /account/second-factor/recovery-codes': { good: { code: '123456' } },
  'POST /recovery': { good: { email: 'ada@example.org' }, optional: { language: 'en', realm: 'main' } },
  'POST /recovery/complete': { good: { realm: 'main', token: 'x', newPassword: PASSWORD } },
  'POST /email-confirmation': { good: { realm: 'main', token: 'x', answer: 'mine' } },
  'POST /email-confirmation/look': { good: { realm: 'main', token: 'x' } },
  'POST /password-strength': { good: { password: PASSWORD }, optional: { hints: ['Ada'] } },
  'PATCH /account': { good: {}, optional: { name: 'Ada', username: 'ada', bio: 'I weave.', language: 'en' } },
  'PUT /account/password': { good: { newPassword: PASSWORD }, optional: { currentPassword: PASSWORD } },
  'POST /account/email': { good: { newEmail: 'ada@example.org' }, optional: { password: PASSWORD } },
  'POST /sign-in/passkey': { good: { credential: ASSERTION } },
  'POST /account/passkeys/options': { good: {}, optional: { password: PASSWORD } },
  'POST /account/passkeys': { good: { credential: CREDENTIAL }, optional: { name: 'Key' } },
  'PATCH /account/passkeys/{id}': { good: { name: 'Key' } },
  'POST /account/passkeys/{id}/remove': { good: {}, optional: { password: PASSWORD } },
  'POST /sign-in/providers/{provider}/finish': { good: { code: 'x', state: 'x' }, optional: { issuer: 'x' } },
  'POST /sign-up/provider/username': { good: { token: 'x', username: 'ada' } },
  'POST /sign-up/provider': {
    good: { token: 'x', username: 'ada' },
    optional: { name: 'Ada', language: 'en', invitation: 'x' },
  },
  'POST /account/connections/{provider}': { good: {}, optional: { password: PASSWORD } },
  'POST /account/connections/{provider}/finish': {
    good: { code: 'x', state: 'x' },
    optional: { issuer: 'x' },
  },
  'POST /account/tokens': {
    good: { name: 'Backup', scopes: ['account:read'] },
    optional: { days: 30, password: PASSWORD },
  },
  'POST /admin/accounts': {
    good: { email: 'ada@example.org', name: 'Ada', role: 'user' },
    optional: { realm: 'main' },
  },
  'PATCH /admin/accounts/{uid}': { good: { role: 'user' } },
  'PUT /admin/place': { good: PLACE },
}

let server: TestServer
let operator: Visitor
let document: any
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server)
  document = (await operator.get('/api/openapi.json')).body
})
after(() => server.close())

function send(route: string, json: unknown, headers = {}, visitor = operator) {
  const [method = '', path] = route.split(' ')
  return visitor.send(method, urlOf(path), { json, headers })
}

/** Whoever or whatever the path names: nobody, nothing. */
const urlOf = (path = ''): string =>
  `/api${path.replace('{id}', '1').replaceAll(/\{\w+\}/g, '019a0000-0000-7000-8000-000000000000')}`

function operations(): { route: string; operation: any }[] {
  return Object.entries<object>(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  )
}

test('these tests know every route that takes a body, and every key of each', () => {
  const served = operations().flatMap(({ route, operation }) => {
    const schema = operation.requestBody?.content['application/json']?.schema
    return schema ? [[route, Object.keys(schema.properties).toSorted()]] : []
  })
  const known = Object.entries(bodies).map(([route, { good, optional }]) => [
    route,
    Object.keys({ ...good, ...optional }).toSorted(),
  ])
  assert.deepEqual(Object.fromEntries(known), Object.fromEntries(served))
})

test('each key that is missing is named', async () => {
  for (const [route, { good }] of Object.entries(bodies)) {
    for (const key of Object.keys(good)) {
      const { [key]: _left, ...rest } = good
      assertProblem(await send(route, rest), 400, 'invalid_input', { fields: { [key]: 'required' } })
    }
    const all = Object.fromEntries(Object.keys(good).map((key) => [key, 'required']))
    if (Object.keys(good).length > 0)
      assertProblem(await send(route, {}), 400, 'invalid_input', { fields: all })
  }
})

test('a key of the wrong type is named, and nothing is made of it', async () => {
  for (const [route, { good, optional }] of Object.entries(bodies)) {
    for (const [key, value] of Object.entries({ ...good, ...optional })) {
      for (const wrong of [7, true, {}, [[]]]) {
        if (typeof wrong === 'number' && typeof value === 'number') continue
        const answer = await send(route, { ...good, [key]: wrong })
        assert.equal(answer.status, 400, `${route} took ${key}: ${JSON.stringify(wrong)}`)
        assert.equal(answer.body.code, 'invalid_input')
        assert.deepEqual(Object.keys(answer.body.fields), [key])
      }
    }
  }
})

test('a key that nobody knows is refused by its name', async () => {
  for (const [route, { good, optional }] of Object.entries(bodies)) {
    for (const key of ['extra', 'role', 'isAdmin', 'toString']) {
      if (Object.hasOwn({ ...good, ...optional }, key)) continue
      const answer = await send(route, { ...good, [key]: 'x' })
      assertProblem(answer, 400, 'invalid_input', { fields: { [key]: 'additionalProperties' } })
    }
  }
})

test('text that is too long is refused before any work is done with it', async () => {
  for (const [route, { good, optional }] of Object.entries(bodies)) {
    for (const [key, value] of Object.entries({ ...good, ...optional })) {
      if (typeof value !== 'string') continue
      const answer = await send(route, { ...good, [key]: 'a'.repeat(5_000) })
      assert.equal(answer.status, 400, `${route} took a long ${key}`)
      assert.deepEqual(Object.keys(answer.body.fields), [key])
    }
  }
})

test('a body that is no object, or none at all, is refused', async () => {
  for (const route of Object.keys(bodies)) {
    const [method = '', path] = route.split(' ')
    for (const json of ['text', 7, [], null, true]) {
      assertProblem(await send(route, json), 400, 'invalid_input', { fields: {} })
    }
    assertProblem(await operator.send(method, urlOf(path)), 400, 'invalid_input', { fields: {} })
  }
})

test('a body that is not JSON, or not sent as such, is refused', async () => {
  for (const route of Object.keys(bodies)) {
    const [method = '', path] = route.split(' ')
    const as = (type: string, body: string) =>
      operator.send(method, urlOf(path), { body, headers: { 'content-type': type } })
    for (const text of ['{', '{"a":1,}', 'a=b', "{'a':1}", '\u0000']) {
      assertProblem(await as('application/json', text), 400, 'not_json')
    }
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
    ]) {
      assertProblem(await as(type, '{}'), 415, 'unsupported_media_type')
    }
  }
})

test('text that no database could keep is refused: a NUL, half of a surrogate pair', async () => {
  for (const [route, { good, optional }] of Object.entries(bodies)) {
    const [method = '', path] = route.split(' ')
    for (const key of Object.keys({ ...good, ...optional })) {
      for (const bad of ['a\\u0000b', 'a\\ud800b', '\\udc00']) {
        const rest = JSON.stringify({ ...good, [key]: 'PLACE' }).replace('PLACE', bad)
        const headers = { 'content-type': 'application/json' }
        const answer = await operator.send(method, urlOf(path), { body: rest, headers })
        assertProblem(answer, 400, 'invalid_input', { fields: {} })
      }
    }
  }
})

test('a body that is too large or too deep is refused', async () => {
  for (const route of Object.keys(bodies)) {
    assertProblem(await send(route, { password: 'x'.repeat(262_144) }), 413, 'too_large')
    let deep: unknown = 'x'
    for (let i = 0; i < 100; i++) deep = [deep]
    assertProblem(await send(route, { deep }), 400, 'invalid_input', { fields: {} })
  }
})

test('a request of another site that would change something is refused, whatever it carries', async () => {
  const unsafe = operations().filter(({ route }) => !route.startsWith('GET'))
  assert.ok(unsafe.length > 15)
  for (const { route } of unsafe) {
    const path = route.replace(/\{\w+\}/, crypto.randomUUID())
    const { good } = bodies[route] ?? {}
    const others: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${server.url}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of others) {
      assertProblem(await send(path, good, headers), 403, 'cross_site')
    }
  }
  assert.equal(await isSignedIn(operator), true)
  assertOk(await operator.get('/api/account', { headers: { origin: 'https://evil.example' } }))
})

test('a page of our own origin, and a program that names none, may change things', async () => {
  const { port } = new URL(server.url)
  for (const origin of [server.url, `http://127.0.0.1:${port}`, `http://[::1]:${port}`]) {
    assertOk(await send('PATCH /account', { name: 'Olga' }, { origin }))
  }
  for (const site of ['same-origin', 'same-site', 'none']) {
    assertOk(await send('PATCH /account', { name: 'Olga' }, { 'sec-fetch-site': site }))
  }
})

test('a route for signed-in people refuses everybody else before it looks at what was sent', async () => {
  const guarded = operations().filter(({ operation }) => operation.security)
  assert.equal(guarded.length, 51)
  for (const { route } of guarded) {
    const [method = '', path = ''] = route.replace(/\{\w+\}/, 'x').split(' ')
    const visitor = server.visitor()
    assertProblem(await visitor.send(method, `/api${path}`), 401, 'signed_out')
    if (method === 'GET') continue
    assertProblem(await visitor.send(method, `/api${path}`, { json: { bad: 1 } }), 401, 'signed_out')
  }
})

test('an address that is no route, or not by that method, is a problem too', async () => {
  for (const [method, path] of [
    ['GET', '/api/nothing'],
    ['GET', '/api'],
    ['GET', '/api/'],
    ['GET', '/api/account/'],
    ['POST', '/api/account'],
    ['PUT', '/api/start'],
    ['DELETE', '/api/setup'],
    ['GET', '/api/account/sessions/x'],
    ['GET', '/api/%zz'],
    ['GET', `/api/${'x'.repeat(1_000)}`],
  ] as const) {
    assertProblem(await operator.send(method, path), 404, 'not_found')
  }
})

test('in names every script and sign is kept as it was sent', async () => {
  const before = await accountOf(operator)
  for (const name of [
    'Zoë',
    '李',
    '<script>alert(1)</script>',
    '"; drop table account; --',
    '👩🏽‍🚀',
    '\u202eevil',
    "O'Brien\\",
  ]) {
    const answer = await send('PATCH /account', { name })
    assertOk(answer)
    assert.deepEqual(answer.body.account, { ...before, name })
  }
  const email = newAddress()
  const mailed = await send('POST /accounts', { email, password: PASSWORD, name: '<b>Ada</b>' })
  assertOk(mailed, 202)
  assert.ok(!(await server.smtp.waitForMail(email)).html.includes('<b>Ada'))
})
