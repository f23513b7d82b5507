/** Wire conventions: bodies, the words of what is wrong with them, order of checks, methods, origins. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import { AUTH, assertProblem, assertUnauthorized, bearer, boss, startReferral, tokenOf } from './support.ts'

const ORIGIN = 'https://app.example.org'
let server: TestServer
let token: string
before(async () => {
  server = await startReferral({ env: { CORS_ORIGINS: ORIGIN } })
  token = await tokenOf(server, boss)
})
after(() => server.close())

const JSON_TYPE = { 'content-type': 'application/json' }
const login = (body: string | Uint8Array | undefined, headers: Record<string, string> = JSON_TYPE) =>
  server.visitor().send('POST', `${AUTH}/login`, { body, headers })
const good = JSON.stringify(boss)

const bearerRoutes = [
  ['GET', 'me'],
  ['PUT', 'me/name'],
  ['PUT', 'me/password'],
  ['POST', 'me/send-otp'],
  ['POST', 'me/create-token'],
  ['POST', 'me/tokens'],
  ['POST', 'reset-password-with-token'],
] as const

test('JSON by every name of it is read; header and scheme names in any case', async () => {
  for (const type of ['application/json; charset=utf-8', 'application/vnd.x+json', 'APPLICATION/JSON']) {
    assert.equal((await login(good, { 'content-type': type })).status, 200, type)
  }
  for (const authorization of [`bearer ${token}`, `BEARER ${token}`]) {
    assert.equal((await server.visitor().get(`${AUTH}/me`, { headers: { authorization } })).status, 200)
  }
})

test('no body and null are a missing body', async () => {
  const wrong = { type: 'missing', loc: ['body'], msg: 'Field required', input: null }
  for (const body of [undefined, '', 'null']) {
    const answer = await login(body)
    assert.equal(answer.status, 422)
    assert.deepEqual(answer.body, { detail: [wrong] })
  }
})

test('what is no object, or not said to be JSON, is told as that, and not repeated', async () => {
  const wrong = (input: unknown) => ({
    detail: [
      {
        type: 'model_attributes_type',
        loc: ['body'],
        msg: 'Input should be a valid dictionary or object to extract fields from',
        input,
      },
    ],
  })
  assert.deepEqual((await login('[1]')).body, wrong([1]))
  assert.deepEqual((await login('7')).body, wrong(7))
  assert.deepEqual((await login('true')).body, wrong(true))
  assert.deepEqual((await login('"my password"')).body, wrong('***'))
  assert.deepEqual((await login('["my password"]')).body, wrong(['***']))
  assert.deepEqual(
    (await login('[{"password":"mine","email":"a"}]')).body,
    wrong([{ password: '***', email: 'a' }]),
  )
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const answer = await login(good, { 'content-type': type })
    assert.equal(answer.status, 422)
    assert.deepEqual(answer.body, wrong('***'), type)
  }
  // As bytes, so that nothing is said of their type.
  const untyped = await login(new TextEncoder().encode(good), {})
  assert.equal(untyped.status, 422)
  assert.deepEqual(untyped.body, wrong('***'))
})

test('what is not JSON is told with where it breaks and why, and nothing of it', async () => {
  const cases: [string, number, string][] = [
    ['{', 1, 'Expecting property name enclosed in double quotes'],
    ['{"email": x}', 10, 'Expecting value'],
    ['{"email" "x"}', 9, "Expecting ':' delimiter"],
    ['{"email": "x" "y"}', 14, "Expecting ',' delimiter"],
    ['{"password": "secret', 13, 'Unterminated string starting at'],
    ['{"a": 1} x', 9, 'Extra data'],
    ['secret', 0, 'Expecting value'],
    ['[1,', 3, 'Expecting value'],
    ['{"a":"\\x"}', 6, 'Invalid \\escape'],
    ['{"a":"\n"}', 6, 'Invalid control character at'],
  ]
  for (const [body, offset, error] of cases) {
    const answer = await login(body)
    assert.equal(answer.status, 422, body)
    assert.deepEqual(answer.body, {
      detail: [
        { type: 'json_invalid', loc: ['body', offset], msg: 'JSON decode error', input: {}, ctx: { error } },
      ],
    })
  }
})

test('a missing field shows the object around it, its secrets masked', async () => {
  const { body } = await login(
    JSON.stringify({ password: 'mine', token: 't', otp: 1, a: { referrer: 'r', b: 2 } }),
  )
  assert.deepEqual(body.detail, [
    {
      type: 'missing',
      loc: ['body', 'email'],
      msg: 'Field required',
      input: { password: '***', token: '***', otp: '***', a: { referrer: '***', b: 2 } },
    },
  ])
})

test('no secret comes back in any refusal', async () => {
  const secret = 'a-secret-of-mine'
  const visitor = server.visitor()
  const fields = ['password', 'old_password', 'new_password', 'otp', 'token', 'referrer']
  const bodies = [
    Object.fromEntries(fields.map((field) => [field, secret])),
    Object.fromEntries(fields.map((field) => [field, [secret]])),
    Object.fromEntries(fields.map((field) => [field, { deep: secret }])),
    { nested: Object.fromEntries(fields.map((field) => [field, secret])) },
  ]
  for (const path of ['login', 'signup', 'send-password-reset-link']) {
    for (const body of bodies) {
      const answer = await visitor.post(`${AUTH}/${path}`, body)
      assert.equal(answer.status, 422)
      assert.ok(!answer.text.includes(secret), answer.text)
    }
  }
  for (const body of bodies) {
    const answer = await visitor.put(`${AUTH}/me/password`, { ...body, new_password: '1' }, bearer(token))
    assert.equal(answer.status, 422)
    assert.ok(!answer.text.includes(secret), answer.text)
  }
})

test('a text that no database keeps, and one that is too deep, are 422', async () => {
  for (const body of ['{"email":"a\\u0000b","password":"x"}', '['.repeat(50) + ']'.repeat(50)]) {
    const answer = await login(body)
    assert.equal(answer.status, 422, answer.text)
    assert.equal(answer.body.detail[0].loc[0], 'body')
  }
  const tooLarge = await login(JSON.stringify({ email: 'x'.repeat(70_000) }))
  assertProblem(tooLarge, 413, 'Content Too Large')
})

test('unknown keys are ignored, __proto__ among them', async () => {
  assert.equal((await login(JSON.stringify({ ...boss, terms: true, remember: {} }))).status, 200)
  const answer = await login('{"__proto__":{"email":"a","password":"b"}}')
  assert.equal(answer.status, 422)
})

test('each route with a bearer token answers 401 without one, and to everything that is none', async () => {
  const headersOf = [
    {},
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'Bearer x' },
    { authorization: `Bearer ${token}x` },
    { authorization: `Bearer ${token} ${token}` },
    { authorization: `Token ${token}` },
    { authorization: token },
    { cookie: `token=${token}` },
  ]
  for (const [method, path] of bearerRoutes) {
    for (const headers of headersOf) {
      const answer = await server.visitor().send(method, `${AUTH}/${path}`, {
        headers: headers as Record<string, string>,
        ...(method !== 'GET' && { json: {} }),
      })
      assertUnauthorized(answer)
      assert.equal(answer.headers.get('www-authenticate'), null)
    }
  }
})

test('what is no JSON is told before the credential, and the credential before the fields', async () => {
  const put = (what: object) => server.visitor().send('PUT', `${AUTH}/me/name`, what)
  assert.equal((await put({ body: '{', headers: JSON_TYPE })).body.detail[0].type, 'json_invalid')
  assertUnauthorized(await put({ json: {} }))
  assertUnauthorized(await put({ body: '{}', headers: { 'content-type': 'text/plain' } }))
  assert.equal((await put(bearer(token, { json: {} }))).body.detail[0].type, 'missing')
})

test('another method is 405 with Allow, HEAD included; another path is 404; a slash makes another path', async () => {
  const visitor = server.visitor()
  for (const [method, path, allow] of [
    ['GET', 'login', 'POST'],
    ['DELETE', 'signup', 'POST'],
    ['GET', 'me/tokens', 'POST'],
    ['POST', 'me/name', 'PUT'],
    ['POST', 'verify-token', 'GET'],
  ] as const) {
    const answer = await visitor.send(method, `${AUTH}/${path}`)
    assertProblem(answer, 405, 'Method Not Allowed')
    assert.equal(answer.headers.get('allow'), allow)
  }
  for (const path of ['me', 'verify-token']) {
    assert.equal((await visitor.send('HEAD', `${AUTH}/${path}`, bearer(token))).status, 405)
  }
  for (const [method, path] of [
    ['GET', 'nothing'],
    ['POST', 'nothing'],
    ['GET', 'me/'],
    ['POST', 'login/'],
    ['GET', ''],
  ] as const) {
    assertProblem(await visitor.send(method, `${AUTH}/${path}`), 404, 'Not Found')
  }
})

test('pages of a configured origin may read answers, without credentials; others may not', async () => {
  const visitor = server.visitor()
  const allowed = await visitor.get(`${AUTH}/verify-token?token=x`, { headers: { origin: ORIGIN } })
  assert.equal(allowed.headers.get('access-control-allow-origin'), ORIGIN)
  assert.equal(allowed.headers.get('access-control-allow-credentials'), null)
  const preflight = await visitor.send('OPTIONS', `${AUTH}/me/name`, {
    headers: { origin: ORIGIN, 'access-control-request-method': 'PUT' },
  })
  assert.equal(preflight.status, 204)
  assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /PUT/)
  assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Authorization/)
  assert.equal(preflight.headers.get('access-control-max-age'), '600')
  assert.equal(preflight.headers.get('access-control-allow-credentials'), null)
  const foreign = await visitor.get(`${AUTH}/verify-token?token=x`, {
    headers: { origin: 'https://evil.example' },
  })
  assert.equal(foreign.headers.get('access-control-allow-origin'), null)
  const fromElsewhere = await login(good, { ...JSON_TYPE, origin: 'https://evil.example' })
  assert.equal(fromElsewhere.status, 200, 'no cookie is at stake')
})

test('the app stands at the root of a host of its own as well', async () => {
  const yaml = `
apps:
  - contract: referral
    host: referral.example.org`
  const hosted = await startReferral({ yaml })
  try {
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { port } = new URL(hosted.url)
      import('node:http').then(({ request }) => {
        const headers = { ...JSON_TYPE, host: 'referral.example.org' }
        const call = request(
          { port, host: '127.0.0.1', method: 'POST', path: '/api/auth/login', headers },
          (reply) => {
            let text = ''
            reply.on('data', (part) => {
              text += part
            })
            reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text }))
          },
        )
        call.on('error', reject)
        call.end(good)
      }, reject)
    })
    assert.equal(answer.status, 200, answer.text)
  } finally {
    await hosted.close()
  }
})
