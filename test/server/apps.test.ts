import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'

const PASSWORD = 'correct horse battery staple'

let server: TestServer
before(async () => {
  server = await startLatchkey({
    yaml: `
apps:
  - { contract: starter, name: alone, prefix: /alone }
  - { contract: starter, name: first, realm: together, prefix: /first }
  - { contract: starter, name: second, realm: together, prefix: /deep/er/v1.0 }
  - { contract: starter, name: hosted, realm: together, host: hosted.example.org }
  - { contract: starter, name: ported, host: ported.example.org:8443 }
realms:
  together: { title: The Club }`,
  })
})
after(() => server.close())

/** What is sent is what is written here: fetch would set the host, and tidy the path up. */
async function ask(
  target: string,
  host: string,
  method = 'GET',
): Promise<{ status: number; head: string; body: string }> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.end(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  const answer = await text(socket)
  const [head = '', ...rest] = answer.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, body: rest.join('\r\n\r\n') }
}

let made = 0
function newUser() {
  const username = `ada${Date.now()}${made++}`
  return { username, email: `${username}@example.org`, password: PASSWORD }
}

test('each app answers at its own prefix, and nowhere else', async () => {
  const visitor = server.visitor()
  for (const prefix of ['/alone', '/first', '/deep/er/v1.0']) {
    assert.equal((await visitor.get(`${prefix}/api/health`)).status, 200, prefix)
    assert.equal((await visitor.get(`${prefix}/openapi.json`)).body.servers[0].url, `${server.url}${prefix}`)
  }
  for (const path of [
    '/starter/api/health',
    '/second/api/health',
    '/deep/er/api/health',
    '/ALONE/api/health',
  ]) {
    assert.match((await visitor.get(path)).headers.get('content-type') ?? '', /text\/html/, path)
  }
})

test('two apps that share a realm see one account, and a session of one is none of the other', async () => {
  const user = newUser()
  const first = server.visitor()
  assert.equal((await first.post('/first/api/auth/register', user)).status, 201)
  const again = await server.visitor().post('/deep/er/v1.0/api/auth/register', user)
  assert.equal(again.status, 409)
  const second = server.visitor()
  const login = { username: user.username, password: PASSWORD }
  assert.equal((await second.post('/deep/er/v1.0/api/auth/login', login)).status, 200)
  const [one, two] = [await first.get('/first/api/auth/me'), await second.get('/deep/er/v1.0/api/auth/me')]
  assert.equal(one.status, 200)
  assert.deepEqual(two.body, one.body)
  assert.equal((await first.get('/deep/er/v1.0/api/auth/me')).status, 401)
  assert.equal((await second.get('/first/api/auth/me')).status, 401)
})

test('apps of different realms know nothing of each other’s accounts', async () => {
  const user = newUser()
  assert.equal((await server.visitor().post('/first/api/auth/register', user)).status, 201)
  const login = { username: user.username, password: PASSWORD }
  assert.equal((await server.visitor().post('/alone/api/auth/login', login)).status, 401)
  assert.equal((await server.visitor().post('/alone/api/auth/register', user)).status, 201)
})

test('mails are written in the name of the realm, and lead to our public URL', async () => {
  const user = newUser()
  assert.equal((await server.visitor().post('/first/api/auth/register', user)).status, 201)
  const { text: said } = await server.smtp.waitForMail(user.email)
  assert.match(said, /The Club/)
  assert.ok(said.includes(`${server.url}/confirm-email?realm=together#`))
})

test('the start page is told where each app is and what it is', async () => {
  const { apps } = (await server.visitor().get('/api/start')).body
  const places = apps.map(({ name, realm, url, docsUrl }: Record<string, string>) => [
    name,
    realm,
    url,
    docsUrl,
  ])
  assert.deepEqual(places, [
    ['latchkey', 'main', `${server.url}/api`, `${server.url}/api/docs`],
    ['alone', 'alone', `${server.url}/alone`, `${server.url}/alone/docs`],
    ['first', 'together', `${server.url}/first`, `${server.url}/first/docs`],
    ['second', 'together', `${server.url}/deep/er/v1.0`, `${server.url}/deep/er/v1.0/docs`],
    ['hosted', 'together', 'http://hosted.example.org', 'http://hosted.example.org/docs'],
    ['ported', 'ported', 'http://ported.example.org:8443', 'http://ported.example.org:8443/docs'],
  ])
})

test('an app at a host of its own has the whole host, at any port, in any case', async () => {
  for (const host of [
    'hosted.example.org',
    'HOSTED.example.org',
    'hosted.example.org:3000',
    'ported.example.org:8443',
  ]) {
    const health = await ask('/api/health', host)
    assert.equal(health.status, 200, host)
    assert.match(health.body, /"status":"ok"/)
  }
  assert.match((await ask('/docs', 'hosted.example.org')).body, /src="\/docs\/swagger-ui-bundle\.js"/)
  const document = JSON.parse((await ask('/openapi.json', 'hosted.example.org')).body)
  assert.ok(Object.keys(document.paths).includes('/api/health'), Object.keys(document.paths).join())
  assert.deepEqual(document.servers, [{ url: 'http://hosted.example.org' }])
})

test('a request that names its target in full is for that host’s app too', async () => {
  const whole = await ask('http://hosted.example.org/api/health', 'hosted.example.org')
  assert.equal(whole.status, 200)
  assert.match(whole.body, /"status":"ok"/)
})

test('every other path of an app’s host is the app’s own 404: no pages, no other app, no health of ours', async () => {
  const strange = [
    '/',
    '/sign-in',
    '/index.html',
    '/assets/x.js',
    '/api/start',
    '/first/api/health',
    '/livez',
    '/readyz',
  ]
  for (const path of [
    ...strange,
    '/api/nothing',
    '/~',
    '/~hosted/api/health',
    '/%7Ehosted/api/health',
    '//x',
    '/%zz',
  ]) {
    const { status, head, body } = await ask(path, 'hosted.example.org')
    assert.equal(status, 404, path)
    assert.match(head, /content-type: application\/json/i, `${path}: ${body}`)
  }
})

test('an app with a host of its own is reached by no path of another host', async () => {
  const hidden = [
    '/~hosted',
    '/%7ehosted',
    '/%7Ehosted',
    '/~',
    '/hosted',
    '/.~hosted',
    '//~hosted',
    '/x/../~hosted',
  ]
  for (const prefix of [...hidden, 'http://localhost/~hosted', 'http://hosted.example.org/~hosted']) {
    for (const host of [
      'localhost',
      'unknown.example.org',
      'hosted.example.org.evil.example',
      'xhosted.example.org',
      '',
    ]) {
      const { body } = await ask(`${prefix}/api/health`, host)
      assert.ok(!body.includes('"status":"ok"'), `${prefix} at ${host}`)
    }
  }
})
