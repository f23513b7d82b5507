import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Answer } from '../../support/visitor.ts'
import { askForCode, newPerson, signUp } from './support.ts'

const WEEK_SECONDS = 604_800
const servers: { what: string; env: Record<string, string>; isSecure: boolean }[] = [
  { what: 'over http', env: {}, isSecure: false },
  { what: 'over https', env: { PUBLIC_URL: 'https://id.example.org' }, isSecure: true },
]

for (const { what, env, isSecure } of servers) {
  let server: TestServer
  before(async () => {
    server = await startLatchkey({ env })
  })
  after(() => server.close())

  const ways: [string, () => Promise<Answer>][] = [
    ['register', () => server.visitor().post('/starter/api/auth/register', newPerson())],
    [
      'login',
      async () => {
        const { username, password } = await signUp(server)
        return server.visitor().post('/starter/api/auth/login', { username, password })
      },
    ],
    [
      'verify-code',
      async () => {
        const { email, username } = newPerson()
        const code = await askForCode(server, email)
        return server.visitor().post('/starter/api/auth/verify-code', { email, code, username })
      },
    ],
  ]
  for (const [route, signIn] of ways) {
    test(`${what}, ${route} sets the cookie token, first of all cookies, for a week and for the app alone`, async () => {
      const answer = await signIn()
      const lines = answer.headers.getSetCookie()
      const [pair = '', ...attributes] = (lines[0] ?? '').split('; ')
      const [name, value = '', ...more] = pair.split('=')
      assert.equal(name, 'token')
      assert.match(value, /^[\w-]+\.[\w-]+\.[\w-]+$/)
      assert.deepEqual(more, [])
      const named = Object.fromEntries(attributes.map((attribute) => attribute.split('=')))
      const { Expires, ...rest } = named
      assert.deepEqual(rest, {
        'Max-Age': String(WEEK_SECONDS),
        Path: '/starter',
        HttpOnly: undefined,
        SameSite: 'Lax',
        ...(isSecure && { Secure: undefined }),
      })
      assert.ok(Math.abs(Date.parse(Expires) - Date.now() - WEEK_SECONDS * 1_000) < 60_000)
      assert.equal(lines.filter((line) => line.startsWith('token=')).length, 1)
    })
  }

  test(`${what}, logout clears the cookie with the attributes it was set with`, async () => {
    const { visitor } = await signUp(server)
    const answer = await visitor.post('/starter/api/auth/logout')
    const [pair, ...attributes] = (answer.headers.getSetCookie()[0] ?? '').split('; ')
    assert.equal(pair, 'token=')
    const expected = [
      'Max-Age=0',
      'Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      'Path=/starter',
      'HttpOnly',
      'SameSite=Lax',
    ]
    assert.deepEqual(attributes.sort(), [...expected, ...(isSecure ? ['Secure'] : [])].sort())
    assert.equal(visitor.jar.has('token'), false)
  })
}
