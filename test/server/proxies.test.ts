import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'

const PASSWORD = 'correct horse battery staple'
const operator = { name: 'Olga', email: 'olga@example.org', password: PASSWORD }

let trusting: TestServer
let alone: TestServer
before(async () => {
  trusting = await startLatchkey({ env: { TRUST_PROXY: '127.0.0.0/8, 10.1.0.0/16' } })
  alone = await startLatchkey()
  for (const server of [trusting, alone]) {
    assert.equal((await server.visitor().post('/api/setup', operator)).status, 201)
  }
})
after(async () => {
  await trusting.close()
  await alone.close()
})

/** The address that a session remembers, of somebody who signed in with these headers. */
async function addressSeen(server: TestServer, headers: Record<string, string>): Promise<string> {
  const visitor = server.visitor()
  const body = { identifier: operator.email, password: PASSWORD }
  assert.equal((await visitor.post('/api/sign-in/password', body, { headers })).status, 200)
  const { sessions } = (await visitor.get('/api/account/sessions')).body
  return sessions.find(({ current }: { current: boolean }) => current).address
}

test('X-Forwarded-For is believed from a proxy that is listed, hop by hop', async () => {
  const cases: [forwarded: string, seen: string][] = [
    ['198.51.100.7', '198.51.100.7'],
    ['1.2.3.4, 198.51.100.7', '198.51.100.7'],
    ['198.51.100.7, 10.1.2.3', '198.51.100.7'],
    ['198.51.100.7, 10.2.2.3', '10.2.2.3'],
    ['2001:db8::7', '2001:db8::7'],
  ]
  for (const [forwarded, seen] of cases) {
    assert.equal(await addressSeen(trusting, { 'x-forwarded-for': forwarded }), seen, forwarded)
  }
})

test('what is no address is ignored, and other headers of that kind too', async () => {
  for (const forwarded of ['', 'unknown', '127.1', "'; drop table session; --", '198.51.100.7, x']) {
    assert.equal(await addressSeen(trusting, { 'x-forwarded-for': forwarded }), '127.0.0.1', forwarded)
  }
  const others = {
    'x-real-ip': '1.2.3.4',
    forwarded: 'for=1.2.3.4',
    'x-client-ip': '1.2.3.4',
    'cf-connecting-ip': '1.2.3.4',
  }
  assert.equal(await addressSeen(trusting, others), '127.0.0.1')
})

test('without TRUST_PROXY nobody is believed', async () => {
  assert.equal(await addressSeen(alone, { 'x-forwarded-for': '198.51.100.7' }), '127.0.0.1')
})

test('neither Host nor any forwarded host changes a link in a mail, or anything that the server says of itself', async () => {
  for (const server of [trusting, alone]) {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '444',
      forwarded: 'host=evil.example;proto=https',
      'x-original-host': 'evil.example',
      'x-forwarded-prefix': '/evil',
    }
    assert.equal(
      (await send(server, 'POST', '/api/recovery', headers, { email: operator.email })).status,
      200,
    )
    const recovery = await server.smtp.waitForMail(operator.email)
    assert.ok(recovery.text.includes(`${server.url}/reset-password?realm=main#`), recovery.text)
    const email = 'ada@example.org'
    assert.equal(
      (await send(server, 'POST', '/api/accounts', headers, { email, password: PASSWORD })).status,
      202,
    )
    const registration = await server.smtp.waitForMail(email)
    assert.ok(registration.text.includes(`${server.url}/confirm-email?realm=main#`), registration.text)
    for (const mail of [recovery, registration]) {
      assert.ok(!JSON.stringify(mail).includes('evil'), 'no part of the mail')
    }
    for (const path of ['/api/start', '/api/openapi.json', '/api/docs', '/', '/starter/openapi.json']) {
      const { status, body } = await send(server, 'GET', path, headers)
      assert.equal(status, 200, path)
      assert.ok(!body.includes('evil'), path)
    }
  }
})

/** fetch would not let us choose the host. */
async function send(
  server: TestServer,
  method: string,
  path: string,
  headers: Record<string, string>,
  json?: object,
): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>()
  const type = json ? { 'content-type': 'application/json' } : {}
  const request = httpRequest(
    `${server.url}${path}`,
    { method, headers: { ...headers, ...type }, agent: false },
    (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    },
  )
  request.once('error', reject)
  request.end(json && JSON.stringify(json))
  return promise
}
