import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { assertInvalid, assertProblem, assertUser, newPerson, signUp } from './support.ts'

const BODY_BYTES_MAX = 1_048_576
const BODIES = ['register', 'login', 'send-code', 'verify-code', 'forgot-password', 'reset-password']

let server: TestServer
let alice: Awaited<ReturnType<typeof signUp>>
before(async () => {
  server = await startLatchkey()
  alice = await signUp(server)
})
after(() => server.close())

const post = (route: string, body: string | Uint8Array, type: string | null = 'application/json') =>
  server.visitor().send('POST', `/starter/api/auth/${route}`, {
    // Of bytes alone the client says no type.
    body: type === null ? Buffer.from(body) : body,
    headers: type === null ? {} : { 'content-type': type },
  })

test('answers are JSON in UTF-8 that nobody stores', async () => {
  const visitor = server.visitor()
  for (const answer of [
    await visitor.get('/starter/api/health'),
    await visitor.get('/starter/api/auth/me'),
    await visitor.post('/starter/api/auth/login', alice),
    await visitor.post('/starter/api/auth/login', { username: alice.username, password: alice.password }),
    await visitor.get('/starter/api/auth/me'),
    await visitor.post('/starter/api/auth/logout'),
    await visitor.get('/starter/api/nothing'),
  ]) {
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
  }
})

test('an unknown path is 404 in the error format, whatever the method and the body', async () => {
  const visitor = server.visitor()
  for (const path of [
    '/starter',
    '/starter/',
    '/starter/api',
    '/starter/api/',
    '/starter/api/nothing',
    '/starter/api/auth',
    '/starter/api/auth/me/',
    '/starter/api/Health',
    '/starter/api/auth/oauth/google',
    '/starter/api/%zz',
    '/starter/api/%00',
  ]) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      assertProblem(await visitor.send(method, path), 404, 'Not Found')
    }
    assertProblem(await visitor.send('POST', path, { json: { a: 1 } }), 404, 'Not Found')
    assertProblem(await visitor.send('POST', path, { body: 'no json' }), 404, 'Not Found')
    const headers = { 'content-type': 'nonsense' }
    assertProblem(await visitor.send('POST', path, { body: 'no json', headers }), 404, 'Not Found')
  }
})

test('a known path with another method is 404: there is no 405', async () => {
  for (const [method, path] of [
    ['GET', 'auth/register'],
    ['GET', 'auth/login'],
    ['PUT', 'auth/login'],
    ['GET', 'auth/send-code'],
    ['GET', 'auth/verify-code'],
    ['GET', 'auth/logout'],
    ['DELETE', 'auth/logout'],
    ['POST', 'auth/me'],
    ['PATCH', 'auth/me'],
    ['GET', 'auth/account'],
    ['POST', 'health'],
    ['OPTIONS', 'health'],
  ] as const) {
    assertProblem(await alice.visitor.send(method, `/starter/api/${path}`), 404, 'Not Found')
  }
})

test('a body without a content type is read as JSON', async () => {
  const person = newPerson()
  assertUser(await post('register', JSON.stringify(person), null), 201, person)
})

test('JSON is JSON, with a charset or as a kind of JSON', async () => {
  const { username, password } = alice
  for (const type of [
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset=UTF-8',
    'application/merge-patch+json',
  ]) {
    assertUser(await post('login', JSON.stringify({ username, password }), type), 200, alice)
  }
})

test('every other content type is 415, and signs nobody in', async () => {
  const json = JSON.stringify({ username: alice.username, password: alice.password })
  const form = new URLSearchParams({ username: alice.username, password: alice.password }).toString()
  const types = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/plain; charset=utf-8',
    'text/json',
    'application/jsonp',
    'application/xml',
    'application/octet-stream',
    'nonsense',
    '',
  ]
  for (const route of BODIES) {
    for (const type of types.filter(Boolean)) {
      assertProblem(await post(route, json, type), 415, 'Unsupported Media Type')
    }
    assertProblem(await post(route, form, 'application/x-www-form-urlencoded'), 415, 'Unsupported Media Type')
  }
})

test('what is not JSON is 400 with a message of its own', async () => {
  const texts = [
    '{',
    '{"username":',
    'username=alice',
    "{'username':'alice'}",
    '{"a":1}}',
    '[1,]',
    'NaN',
    'undefined',
    '\u0000',
    '\ufeff{',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    ' ',
  ]
  for (const route of BODIES) {
    for (const text of texts) {
      for (const type of ['application/json', null]) {
        assertProblem(await post(route, text, type), 400, 'Invalid request payload JSON format')
      }
    }
  }
})

test('JSON that is no object, and no body at all, are 400', async () => {
  for (const route of BODIES) {
    for (const text of ['null', '[]', '"text"', '5', 'true', '[{"username":"alice"}]']) {
      assertInvalid(await post(route, text))
    }
    assertInvalid(await post(route, ''))
    assertInvalid(await server.visitor().post(`/starter/api/auth/${route}`))
  }
})

test('a body of 1,048,576 bytes is read, and one of a byte more is 413', async () => {
  const { username } = alice
  const bodyOf = (bytes: number): string => {
    const empty = JSON.stringify({ username, password: '' })
    return JSON.stringify({ username, password: 'p'.repeat(bytes - empty.length) })
  }
  assertProblem(await post('login', bodyOf(BODY_BYTES_MAX)), 401, 'Invalid credentials')
  const message = 'Payload content length greater than maximum allowed: 1048576'
  for (const route of BODIES) {
    assertProblem(await post(route, bodyOf(BODY_BYTES_MAX + 1)), 413, message)
    assertProblem(await post(route, bodyOf(BODY_BYTES_MAX + 1), null), 413, message)
  }
})

test('a body that does not say its length is counted too, and is 413 as soon as it is too long', async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${server.url}/starter/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    })
    sent.on('response', (response) => {
      resolve(response.statusCode)
      sent.destroy()
    })
    sent.on('error', reject)
    // Never ended: the answer comes all the same.
    sent.write('x'.repeat(BODY_BYTES_MAX + 1))
  })
  assert.equal(status, 413)
})

test('a body that is too deep is 400', async () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deep = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`
    for (const depth of [33, 10_000, 100_000]) {
      assertInvalid(await post('login', `{"username":${deep(depth)},"password":"x"}`))
    }
    assertInvalid(await post('login', `{"username":${deep(20)},"password":"x"}`), 'username')
  }
  assertInvalid(await post('login', '['.repeat(500_000)))
})

test('brackets in a text are no depth', async () => {
  const password = '[{"'.repeat(40)
  const { username } = await signUp(server, { password })
  assert.equal((await server.visitor().post('/starter/api/auth/login', { username, password })).status, 200)
})

test('NUL and halves of a surrogate pair are 400 in every field; a whole pair is a character', async () => {
  const bodies: Record<string, Record<string, string>> = {
    register: { ...newPerson(), display_name: 'Ada' },
    login: { username: 'alice', password: 'correct horse' },
    'send-code': { email: 'bad@example.com' },
    'verify-code': { email: 'bad@example.com', code: '123456', username: 'alice' },
    'forgot-password': { email: 'bad@example.com' },
    'reset-password': { token: 'abc', password: 'correct horse' },
  }
  for (const [route, body] of Object.entries(bodies)) {
    for (const field of Object.keys(body)) {
      for (const escaped of ['\\u0000', '\\ud800', '\\uDC00', '\\udfff\\ud800']) {
        const text = JSON.stringify({ ...body, [field]: `${body[field]}@@` }).replace('@@', escaped)
        assert.ok(text.includes(escaped))
        assertInvalid(await post(route, text))
      }
    }
  }
  const password = 'correct \\ud83d\\ude00 horse'
  const { username, email } = newPerson()
  assert.equal(
    (await post('register', `{"username":"${username}","email":"${email}","password":"${password}"}`)).status,
    201,
  )
  const login = await server
    .visitor()
    .post('/starter/api/auth/login', { username, password: 'correct 😀 horse' })
  assert.equal(login.status, 200)
})

test('a NUL or half a pair in the name of a key is 400 as well', async () => {
  assertInvalid(await post('login', '{"username":"alice","password":"x","a\\u0000":1}'))
  assertInvalid(await post('login', '{"username":"alice","password":"x","\\ud800":1}'))
})

test('bytes that are no UTF-8 make no 500', async () => {
  const body = Buffer.concat([
    Buffer.from('{"username":"alice","password":"'),
    Buffer.from([0xff, 0xfe, 0xc0]),
    Buffer.from('"}'),
  ])
  assertProblem(await post('login', body), 401, 'Invalid credentials')
})

test('keys that reach for a prototype change nothing and lend nothing', async () => {
  const { username, password } = alice
  for (const text of [
    `{"__proto__":{"password":${JSON.stringify(password)}},"username":"${username}"}`,
    `{"constructor":{"prototype":{"password":${JSON.stringify(password)}}},"username":"${username}"}`,
  ]) {
    assertInvalid(await post('login', text), 'password')
  }
  assert.equal('password' in {}, false)
  for (const key of ['toString', 'hasOwnProperty', 'prototype']) {
    assertInvalid(await post('login', `{"${key}":1,"username":"${username}","password":"x"}`), key)
  }
})

test('of a key that comes twice the last counts', async () => {
  const { username, password } = alice
  const right = JSON.stringify(password)
  assert.equal(
    (await post('login', `{"username":"${username}","password":"x","password":${right}}`)).status,
    200,
  )
  assert.equal(
    (await post('login', `{"username":"${username}","password":${right},"password":"x"}`)).status,
    401,
  )
})

test('what stands behind the question mark is not looked at', async () => {
  const { username, password } = alice
  const path = `/starter/api/auth/login?username=${username}&password=${encodeURIComponent(password)}`
  assertInvalid(await server.visitor().post(path, { username }), 'password')
  assertUser(await server.visitor().post('/starter/api/auth/login?x=1', { username, password }), 200, alice)
})
