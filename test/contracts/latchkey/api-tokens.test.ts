import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import {
  accountOf,
  assertOk,
  assertProblem,
  isSignedIn,
  linkIn,
  newAddress,
  OTHER_PASSWORD,
  PASSWORD,
  setUp,
  signUp,
  signUpWithCode,
  withStorage,
} from './support.ts'

const DAY_MS = 24 * 3_600_000

let server: TestServer
let operator: Visitor
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server)
})
after(() => server.close())

const NEW = { name: 'Backup', scopes: ['account:read'], password: PASSWORD }

async function makeToken(visitor: Visitor, changes: object = {}): Promise<{ token: string; id: number }> {
  const answer = await visitor.post('/api/account/tokens', { ...NEW, ...changes })
  assertOk(answer, 201)
  return { token: answer.body.token, id: answer.body.apiToken.id }
}

/** A program: no cookies, the token alone. */
function withToken(token: string, method: string, path: string, json?: unknown) {
  return server.visitor().send(method, path, { json, headers: { authorization: `Bearer ${token}` } })
}

test('a token is shown once, is 256 random bits behind its prefix, and is kept as a digest alone', async () => {
  const visitor = await signUp(server)
  const now = server.clock.now()
  const answer = await visitor.post('/api/account/tokens', { ...NEW, days: 30 })
  assertOk(answer, 201)
  const { token, apiToken } = answer.body
  assert.match(token, /^latchkey_pat_[\w-]{43}$/)
  const { id, createdAt, expiresAt, ...rest } = apiToken
  assert.deepEqual(rest, { name: 'Backup', scopes: ['account:read'], lastUsedAt: null })
  assert.ok(createdAt >= now && expiresAt === createdAt + 30 * DAY_MS)
  assert.deepEqual((await visitor.get('/api/account/tokens')).body, { tokens: [apiToken] })
  await withStorage(server, async ({ db }) => {
    const row = await db.selectFrom('api_token').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const kept = JSON.stringify({ ...row, token_hash: Buffer.from(row.token_hash).toString('latin1') })
    assert.ok(!kept.includes(token) && !kept.includes(token.slice('latchkey_pat_'.length)))
  })
})

test('a token lasts 90 days unless it says otherwise, and null is for ever', async () => {
  const visitor = await signUp(server)
  const lives = async (changes: object) => {
    const { body } = await visitor.post('/api/account/tokens', { ...NEW, ...changes })
    return body.apiToken.expiresAt && body.apiToken.expiresAt - body.apiToken.createdAt
  }
  assert.equal(await lives({}), 90 * DAY_MS)
  assert.equal(await lives({ days: 366 }), 366 * DAY_MS)
  assert.equal(await lives({ days: null }), null)
  for (const days of [0, -1, 367, 1.5]) {
    const answer = await visitor.post('/api/account/tokens', { ...NEW, days })
    assert.equal(answer.status, 400, `${days} days`)
  }
})

test('a token reads as its scope says, and writes only with the scope for it', async () => {
  const visitor = await signUp(server)
  const reader = await makeToken(visitor)
  const { uid } = await accountOf(visitor)
  const seen = await withToken(reader.token, 'GET', '/api/account')
  assertOk(seen)
  assert.equal(seen.body.account.uid, uid)
  const refused = await withToken(reader.token, 'PATCH', '/api/account', { name: 'Mallory' })
  assertProblem(refused, 403, 'scope_missing', { scope: 'account:write' })
  assert.equal((await accountOf(visitor)).name, null)

  const writer = await makeToken(visitor, { scopes: ['account:write'] })
  assertOk(await withToken(writer.token, 'PATCH', '/api/account', { name: 'Ada' }))
  assertOk(await withToken(writer.token, 'GET', '/api/account'))
  assert.equal((await accountOf(visitor)).name, 'Ada')
})

test('no token does what is for people: password, address, sessions, tokens', async () => {
  const visitor = await signUp(server)
  const { token, id } = await makeToken(visitor, { scopes: ['account:write'] })
  for (const [method, path, json] of [
    ['PUT', '/api/account/password', { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }],
    ['POST', '/api/account/email', { newEmail: newAddress(), password: PASSWORD }],
    ['GET', '/api/account/sessions', undefined],
    ['DELETE', '/api/account/sessions', undefined],
    ['DELETE', `/api/account/sessions/${crypto.randomUUID()}`, undefined],
    ['POST', '/api/account/tokens', NEW],
    ['DELETE', `/api/account/tokens/${id}`, undefined],
  ] as const) {
    const { status, body } = await withToken(token, method, path, json)
    assert.deepEqual([status, body.code], [403, 'scope_missing'], `${method} ${path}`)
  }
  assert.equal(await isSignedIn(visitor), true)
})

test('scopes of administration are for admins, at making and at use', async () => {
  const visitor = await signUp(server)
  for (const scopes of [['admin:read'], ['account:read', 'admin:write']]) {
    assertProblem(await visitor.post('/api/account/tokens', { ...NEW, scopes }), 403, 'scope_not_allowed')
  }
  const admin = await makeToken(operator, { scopes: ['admin:read'] })
  assertOk(await withToken(admin.token, 'GET', '/api/admin/accounts'))
  const { uid } = await accountOf(visitor)
  const write = await withToken(admin.token, 'POST', `/api/admin/accounts/${uid}/disable`)
  assertProblem(write, 403, 'scope_missing', { scope: 'admin:write' })
  assertProblem(await withToken(admin.token, 'GET', '/api/account'), 403, 'scope_missing', {
    scope: 'account:read',
  })

  // Somebody who was an admin when they made it.
  assertOk(await operator.send('PATCH', `/api/admin/accounts/${uid}`, { json: { role: 'admin' } }))
  const theirs = await makeToken(visitor, { scopes: ['admin:read'] })
  assertOk(await withToken(theirs.token, 'GET', '/api/admin/accounts'))
  assertOk(await operator.send('PATCH', `/api/admin/accounts/${uid}`, { json: { role: 'user' } }))
  assertProblem(await withToken(theirs.token, 'GET', '/api/admin/accounts'), 403, 'forbidden')
})

test('making a token asks for the password, or for a sign-in a few minutes old', async () => {
  const visitor = await signUp(server)
  const { password: _left, ...without } = NEW
  for (const body of [without, { ...NEW, password: 'wrong' }]) {
    assertProblem(await visitor.post('/api/account/tokens', body), 403, 'password_wrong')
  }
  assert.deepEqual((await visitor.get('/api/account/tokens')).body.tokens, [])
  const byCode = await signUpWithCode(server)
  assertOk(await byCode.post('/api/account/tokens', without), 201)
  server.clock.advance(11 * 60_000)
  assertProblem(await byCode.post('/api/account/tokens', without), 403, 'sign_in_again')
})

test('revoked is over at once, and only for its owner to revoke', async () => {
  const visitor = await signUp(server)
  const { token, id } = await makeToken(visitor)
  const stranger = await signUp(server)
  assertProblem(await stranger.delete(`/api/account/tokens/${id}`), 404, 'not_found')
  assert.deepEqual((await stranger.get('/api/account/tokens')).body.tokens, [])
  assertOk(await withToken(token, 'GET', '/api/account'))
  const answer = await visitor.delete(`/api/account/tokens/${id}`)
  assertOk(answer)
  assert.deepEqual(answer.body, {})
  assertProblem(await withToken(token, 'GET', '/api/account'), 401, 'signed_out')
  assertProblem(await visitor.delete(`/api/account/tokens/${id}`), 404, 'not_found')
  for (const wrong of ['0', 'x', '999999999']) {
    const { status } = await visitor.delete(`/api/account/tokens/${wrong}`)
    assert.ok(status === 404 || status === 400, wrong)
  }
})

test('a token that ended, is forged, or is of a disabled or deleted account opens nothing', async () => {
  const visitor = await signUp(server)
  const { token } = await makeToken(visitor, { days: 1 })
  const end = token.endsWith('A') ? 'B' : 'A'
  for (const forged of [`${token.slice(0, -1)}${end}`, 'latchkey_pat_', `latchkey_pat_${'A'.repeat(43)}`]) {
    assertProblem(await withToken(forged, 'GET', '/api/account'), 401, 'signed_out')
  }
  const { uid } = await accountOf(visitor)
  assertOk(await operator.post(`/api/admin/accounts/${uid}/disable`))
  assertProblem(await withToken(token, 'GET', '/api/account'), 401, 'signed_out')
  assertOk(await operator.post(`/api/admin/accounts/${uid}/enable`))
  assertOk(await withToken(token, 'GET', '/api/account'))
  server.clock.advance(DAY_MS)
  assertProblem(await withToken(token, 'GET', '/api/account'), 401, 'signed_out')
})

test('a token is of its realm and of our own API alone', async () => {
  const visitor = await signUp(server)
  const { token } = await makeToken(visitor)
  for (const path of ['/api/realms/salon/account', '/api/realms/starter/account', '/starter/api/auth/me']) {
    assert.equal((await withToken(token, 'GET', path)).status, 401, path)
  }
})

test('the last use is shown', async () => {
  const visitor = await signUp(server)
  const { token } = await makeToken(visitor)
  const before = server.clock.now()
  assertOk(await withToken(token, 'GET', '/api/account'))
  const [{ lastUsedAt }] = (await visitor.get('/api/account/tokens')).body.tokens
  assert.ok(lastUsedAt >= before && lastUsedAt <= server.clock.now())
})

test('an account has at most fifty', async () => {
  const visitor = await signUp(server)
  const answers = await Promise.all(
    Array.from({ length: 54 }, (_, i) => visitor.post('/api/account/tokens', { ...NEW, name: `n${i}` })),
  )
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 201).length, 50)
  assertProblem(await visitor.post('/api/account/tokens', NEW), 409, 'too_many_tokens')
})

test('recovery of an account whose secrets were stolen ends its tokens too', async () => {
  const email = newAddress()
  const visitor = await signUp(server, email)
  const { token } = await makeToken(visitor)
  assertOk(await server.visitor().post('/api/recovery', { email }))
  const link = linkIn(
    await server.smtp.waitForMail((m) => m.to.includes(email) && m.text.includes('/reset-password?')),
  )
  assertOk(await server.visitor().post('/api/recovery/complete', { ...link, newPassword: OTHER_PASSWORD }))
  assertProblem(await withToken(token, 'GET', '/api/account'), 401, 'signed_out')
})

test('scopes that are none, or none at all, and a name of blanks are refused by their names', async () => {
  for (const [changes, field] of [
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['everything'] }, 'scopes'],
    [{ scopes: 'account:read' }, 'scopes'],
    [{ name: '  ' }, 'name'],
    [{ name: 'a'.repeat(101) }, 'name'],
  ] as const) {
    const answer = await operator.post('/api/account/tokens', { ...NEW, ...changes })
    assert.equal(answer.status, 400)
    assert.deepEqual(Object.keys(answer.body.fields), [field])
  }
})
