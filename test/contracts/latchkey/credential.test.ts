import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  assertOk,
  assertProblem,
  isSignedIn,
  newAddress,
  PASSWORD,
  setUp,
  signIn,
  signUp,
} from './support.ts'

const THIRTY_DAYS_SECONDS = 30 * 24 * 3600

let server: TestServer
const email = newAddress()
before(async () => {
  server = await startLatchkey()
  await setUp(server)
  await signUp(server, email)
})
after(() => server.close())

/** A cookie's attributes, in lower case, without its name and value. */
function attributesOf(line = ''): Record<string, string | true> {
  const parts = line.split('; ').slice(1)
  return Object.fromEntries(
    parts.map((part) => {
      const [name = '', value] = part.split('=')
      return [name.toLowerCase(), value ?? true]
    }),
  )
}

test('the session cookie is out of reach of scripts and of requests that other sites make', async () => {
  const visitor = server.visitor()
  const answer = await visitor.post('/api/sign-in/password', { identifier: email, password: PASSWORD })
  const { expires, ...attributes } = attributesOf(answer.cookies.get('latchkey')?.line)
  assert.deepEqual(attributes, {
    'max-age': String(THIRTY_DAYS_SECONDS),
    path: '/',
    httponly: true,
    samesite: 'Lax',
  })
  const seconds = (Date.parse(String(expires)) - Date.now()) / 1_000
  assert.ok(Math.abs(seconds - THIRTY_DAYS_SECONDS) < 60)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const device = attributesOf(answer.cookies.get('latchkey_device')?.line)
  assert.equal(device.httponly, true)
  assert.equal(device.samesite, 'Lax')
})

test('where the public URL is https the cookie is Secure and of this very host', async () => {
  const secure = await startLatchkey({ env: { PUBLIC_URL: 'https://id.example.org' } })
  try {
    const visitor = secure.visitor()
    const { setupCode } = secure.server.house
    const operator = { name: 'Olga', email: newAddress(), password: PASSWORD, setupCode }
    const answer = await visitor.post('/api/setup', operator)
    assertOk(answer, 201)
    assert.deepEqual([...answer.cookies.keys()].toSorted(), ['__Host-latchkey', 'latchkey_device'])
    const { secure: isSecure, path, domain } = attributesOf(answer.cookies.get('__Host-latchkey')?.line)
    assert.deepEqual({ isSecure, path, domain }, { isSecure: true, path: '/', domain: undefined })
    assert.equal(attributesOf(answer.cookies.get('latchkey_device')?.line).secure, true)
    assert.equal(await isSignedIn(visitor), true)
    // A cookie under the plain name may come from anybody on the domain.
    const planted = { cookie: `latchkey=${visitor.jar.get('__Host-latchkey')}` }
    assertProblem(await secure.visitor().get('/api/account', { headers: planted }), 401, 'signed_out')
    const { body } = await visitor.get('/api/openapi.json')
    assert.equal(body.components.securitySchemes.cookie.name, '__Host-latchkey')
  } finally {
    await secure.close()
  }
})

test('the token of the cookie is good as a bearer token, and its session is the same', async () => {
  const visitor = await signIn(server, email)
  const token = visitor.jar.get('latchkey') ?? ''
  const program = server.visitor()
  for (const authorization of [`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token} `]) {
    const answer = await program.get('/api/account/sessions', { headers: { authorization } })
    assertOk(answer)
    const ours = await visitor.get('/api/account/sessions')
    const currentOf = ({ body }: typeof ours) => body.sessions.find(({ current }: any) => current).id
    assert.equal(currentOf(answer), currentOf(ours))
  }
  const headers = { authorization: `Bearer ${token}` }
  assertOk(await program.post('/api/sign-out', undefined, { headers }))
  assert.equal(await isSignedIn(visitor), false)
})

test('what is no credential of ours opens nothing', async () => {
  const visitor = await signIn(server, email)
  const token = visitor.jar.get('latchkey') ?? ''
  const [head = '', payload = '', signature = ''] = token.split('.')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = JSON.parse(Buffer.from(head, 'base64url').toString())
  const flipped = (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1)
  const forged = [
    'x',
    '..',
    `${head}.${payload}.`,
    `${head}.${payload}.${flipped}`,
    `${encode({ ...header, alg: 'none' })}.${payload}.`,
    `${encode({ ...header, alg: 'HS256' })}.${payload}.${signature}`,
    `${encode({ ...header, kid: 'other' })}.${payload}.${signature}`,
    `${head}.${encode({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'x' })}.${signature}`,
    'a'.repeat(3_000),
  ]
  for (const value of forged) {
    const asCookie = { cookie: `latchkey=${value}` }
    assertProblem(await server.visitor().get('/api/account', { headers: asCookie }), 401, 'signed_out')
    const asBearer = { authorization: `Bearer ${value}` }
    assertProblem(await server.visitor().get('/api/account', { headers: asBearer }), 401, 'signed_out')
  }
  for (const authorization of [token, `Basic ${token}`, `Bearer`, `Bearer ${token} more`, `Token ${token}`]) {
    assertProblem(
      await server.visitor().get('/api/account', { headers: { authorization } }),
      401,
      'signed_out',
    )
  }
  assert.equal(await isSignedIn(visitor), true)
})

test('a session cookie that comes twice with different values is nobody’s', async () => {
  const visitor = await signIn(server, email)
  const token = visitor.jar.get('latchkey')
  const get = (cookie: string) => server.visitor().get('/api/account', { headers: { cookie } })
  assertProblem(await get(`latchkey=${token}; latchkey=planted`), 401, 'signed_out')
  assertProblem(await get(`latchkey=planted; a=b; latchkey=${token}`), 401, 'signed_out')
  assertOk(await get(`latchkey=${token}; other=%zz; =; latchkey=${token}`))
  assertOk(await get(`xlatchkey=planted; latchkey=${token}; latchkeyx=planted`))
})

test('a token of another realm, or of another app of this realm, is nobody’s', async () => {
  const yaml = `
apps:
  - { contract: starter, name: other, prefix: /other }
  - { contract: starter, name: sibling, realm: main, prefix: /sibling }`
  const several = await startLatchkey({ yaml })
  try {
    for (const name of ['other', 'sibling']) {
      const visitor = several.visitor()
      const user = { username: `${name}1`, email: newAddress(), password: PASSWORD }
      assertOk(await visitor.post(`/${name}/api/auth/register`, user), 201)
      const [token = ''] = [...visitor.jar]
        .filter(([cookie]) => cookie !== 'latchkey_device')
        .map(([, value]) => value)
      assert.equal(token.split('.').length, 3)
      const ways: Record<string, string>[] = [
        { cookie: `latchkey=${token}` },
        { authorization: `Bearer ${token}` },
      ]
      for (const headers of ways) {
        assertProblem(await several.visitor().get('/api/account', { headers }), 401, 'signed_out')
        const strange = await several.visitor().delete('/api/account/sessions', { headers })
        assertProblem(strange, 401, 'signed_out')
      }
      assertOk(await visitor.get(`/${name}/api/auth/me`))
    }
  } finally {
    await several.close()
  }
})

test('signing out ends the session, clears the cookie, and is no error when nobody is signed in', async () => {
  const visitor = await signIn(server, email)
  const other = await signIn(server, email)
  const token = visitor.jar.get('latchkey') ?? ''
  const answer = await visitor.post('/api/sign-out')
  assertOk(answer)
  assert.deepEqual(answer.body, {})
  const { expires, ...attributes } = attributesOf(answer.cookies.get('latchkey')?.line)
  assert.deepEqual(attributes, { 'max-age': '0', path: '/', httponly: true, samesite: 'Lax' })
  assert.equal(answer.cookies.get('latchkey')?.value, '')
  assert.ok(Date.parse(String(expires)) < Date.now())
  const headers = { cookie: `latchkey=${token}` }
  assertProblem(await server.visitor().get('/api/account', { headers }), 401, 'signed_out')
  assert.equal(await isSignedIn(other), true)
  assertOk(await visitor.post('/api/sign-out'))
  assertOk(await server.visitor().post('/api/sign-out', undefined, { headers }))
  assertOk(await server.visitor().post('/api/sign-out', undefined, { body: 'no { json' }))
})
