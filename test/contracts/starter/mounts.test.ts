import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { askForCode, assertProblem, assertUser, newPerson, signUp, withToken } from './support.ts'

const HOST = 'id.salon.example'

const yaml = `
apps:
  - { contract: starter, name: salon, host: ${HOST} }
  - { contract: starter, name: club, prefix: /at/the-club }
  - { contract: starter, name: clubhouse, realm: club, prefix: /at/the-club-house }
`

let server: TestServer
before(async () => {
  server = await startLatchkey({ yaml })
})
after(() => server.close())

interface Reply {
  status: number
  body: any
  cookies: string[]
}

/** By hand: fetch does not let a caller say which host it means. */
function ask(
  method: string,
  path: string,
  { host = HOST, json, cookie }: { host?: string; json?: object; cookie?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { host, ...(json && { 'content-type': 'application/json' }), ...(cookie && { cookie }) }
    const sent = request(`${server.url}${path}`, { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        const isJson = response.headers['content-type']?.startsWith('application/json')
        resolve({
          status: response.statusCode ?? 0,
          body: isJson ? JSON.parse(text) : text,
          cookies: response.headers['set-cookie'] ?? [],
        })
      })
    })
    sent.on('error', reject)
    sent.end(json && JSON.stringify(json))
  })
}

test('at a host of its own the documented path is the whole path, and the cookie is for the whole host', async () => {
  const { port } = new URL(server.url)
  for (const host of [HOST, HOST.toUpperCase(), `${HOST}:${port}`]) {
    const person = newPerson()
    const registered = await ask('POST', '/api/auth/register', { host, json: person })
    assert.equal(registered.status, 201)
    const [first = ''] = registered.cookies
    assert.match(first, /^token=[^;]+; /)
    assert.match(first, /; Path=\/(;|$)/)
    assert.doesNotMatch(first, /; Domain=/)
    const [cookie] = first.split(';')
    const me = await ask('GET', '/api/auth/me', { host, cookie })
    assert.deepEqual({ status: me.status, body: me.body }, { status: 200, body: registered.body })
    const out = await ask('POST', '/api/auth/logout', { host, cookie })
    assert.match(out.cookies[0] ?? '', /^token=; Max-Age=0; .*Path=\/(;|$)/)
    assert.equal((await ask('GET', '/api/auth/me', { host, cookie })).status, 401)
  }
})

test('at its host the app has its health, its document and its page', async () => {
  const health = await ask('GET', '/api/health')
  assert.equal(health.body.status, 'ok')
  const document = await ask('GET', '/openapi.json')
  assert.deepEqual(document.body.servers, [{ url: `http://${HOST}` }])
  assert.ok(document.body.paths['/api/auth/register'])
  const page = await ask('GET', '/docs')
  assert.equal(page.status, 200)
  assert.match(page.body, /src="\/docs\/start\.js"/)
})

test('at its host there is nothing else: no pages, no other app, no admin', async () => {
  for (const path of [
    '/',
    '/sign-in',
    '/api/start',
    '/starter/api/health',
    '/salon/api/health',
    '/at/the-club/api/health',
    '/livez',
    '/~salon/api/health',
  ]) {
    const { status, body } = await ask('GET', path)
    const expected = { statusCode: 404, error: 'Not Found', message: 'Not Found' }
    assert.deepEqual({ path, status, body }, { path, status: 404, body: expected })
  }
})

test('the app is not at any other host, and our own API stays at the public one', async () => {
  for (const host of ['localhost', 'example.org', `sub.${HOST}`, `${HOST}.example.org`, `x${HOST}`]) {
    const { status } = await ask('POST', '/api/auth/login', { host, json: { username: 'a', password: 'b' } })
    assert.equal(status, 404, host)
    assert.equal((await ask('GET', '/api/start', { host })).status, 200)
  }
})

test('at its host the app is its own origin', async () => {
  const attempt = (origin: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = { host: HOST, origin, 'content-type': 'application/json' }
      const sent = request(`${server.url}/api/auth/login`, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      sent.on('error', reject)
      sent.end('{"username":"a","password":"b"}')
    })
  assert.equal(await attempt(`http://${HOST}`), 401)
  for (const origin of [`http://evil.${HOST}`, `http://${HOST}.evil.example`, 'http://evil.example']) {
    assert.equal(await attempt(origin), 403, origin)
  }
})

test('at another prefix everything is there, and the cookie is for that path', async () => {
  const prefix = '/at/the-club'
  const person = await signUp(server, {}, prefix)
  assert.match(person.answer.cookies.get('token')?.line ?? '', /; Path=\/at\/the-club(;|$)/)
  assertUser(await person.visitor.get(`${prefix}/api/auth/me`), 200, person)
  const code = await askForCode(server, person.email, { prefix })
  const entered = await person.visitor.post(`${prefix}/api/auth/verify-code`, { email: person.email, code })
  assertUser(entered, 200, person)
  assert.match(entered.cookies.get('token')?.line ?? '', /; Path=\/at\/the-club(;|$)/)
  const out = await person.visitor.post(`${prefix}/api/auth/logout`)
  assert.match(out.cookies.get('token')?.line ?? '', /; Path=\/at\/the-club(;|$)/)
  const { body } = await server.visitor().get(`${prefix}/openapi.json`)
  assert.deepEqual(body.servers, [{ url: `${server.url}${prefix}` }])
  assert.ok(body.paths['/api/auth/register'])
})

test('with apps of one’s own the usual prefix is served no longer, and an unknown path is told in the app’s words', async () => {
  const visitor = server.visitor()
  assert.equal((await visitor.post('/starter/api/auth/login', { username: 'a', password: 'b' })).status, 404)
  for (const path of [
    '/at/the-club/nothing',
    '/at/the-club',
    '/at/the-club-house/api/nothing',
    '/at/the-club-house/%zz',
  ]) {
    assertProblem(await visitor.get(path), 404, 'Not Found')
  }
})

test('two apps of one realm have the same accounts and each its own sessions', async () => {
  const person = await signUp(server, {}, '/at/the-club')
  const { username, password, token } = person
  const there = await server.visitor().get('/at/the-club-house/api/auth/me', withToken(token))
  assertProblem(there, 401, 'Invalid or expired token')
  const login = await server.visitor().post('/at/the-club-house/api/auth/login', { username, password })
  assertUser(login, 200, person)
})

test('accounts of another realm are others: one name and one address in each', async () => {
  const person = await signUp(server, {}, '/at/the-club')
  const { username, email, password } = person
  const login = await ask('POST', '/api/auth/login', { json: { username, password } })
  assert.equal(login.status, 401)
  const registered = await ask('POST', '/api/auth/register', {
    json: { username, email, password: 'another one' },
  })
  assert.equal(registered.status, 201)
  assert.notEqual(registered.body.user.id, person.answer.body.user.id)
})
