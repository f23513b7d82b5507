/** C: sessions that are fixed, forged, bent, or outlive what ended them. */
import assert from 'node:assert/strict'
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { importPKCS8, SignJWT } from 'jose'
import { createSecrets } from '../../engine/secrets/secrets.ts'
import type { Storage } from '../../storage/database.ts'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import type { Visitor } from '../support/visitor.ts'
import {
  askRecoveryToken,
  askStarterCode,
  joinMain,
  joinMainWithPassword,
  login,
  me,
  OTHER_PASSWORD,
  openBehind,
  ownAccount,
  PASSWORD,
  register,
  setUp,
} from './people.ts'

const SECRET = 'the secret of this server, known to this test alone'
let server: TestServer
let behind: Storage
let operator: Visitor & { uid: string }
before(async () => {
  server = await startLatchkey({ env: { SECRET } })
  behind = openBehind(server)
  operator = await setUp(server)
})
after(async () => {
  await behind.close()
  await server.close()
})

function withToken(token: string, name = 'token'): Visitor {
  const visitor = server.visitor()
  visitor.jar.set(name, token)
  return visitor
}

function tokenOf(visitor: Visitor, name = 'token'): string {
  const token = visitor.jar.get(name)
  assert.ok(token)
  return token
}

function partsOf(token: string): [string, string, string] {
  const [head = '', body = '', signature = ''] = token.split('.')
  return [head, body, signature]
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part: string): any => JSON.parse(Buffer.from(part, 'base64url').toString())

test('C1: every sign-in makes a session of its own: what was in the cookie before is neither kept nor taken up', async () => {
  const person = await register(server)
  const first = tokenOf(person.visitor)
  const second = (await login(person.visitor, person.username, PASSWORD)).cookies.get('token')?.value ?? ''
  const code = await askStarterCode(server, person.email)
  await person.visitor.post('/starter/api/auth/verify-code', { email: person.email, code })
  const third = tokenOf(person.visitor)
  const ids = [first, second, third].map((token) => decode(partsOf(token)[1]).sid)
  assert.equal(new Set(ids).size, 3)
})

test('C1: a cookie that an attacker planted does not become the victim’s session', async () => {
  const [attacker, victim] = [await register(server), await register(server)]
  const planted = tokenOf(attacker.visitor)
  for (const value of [planted, 'made-up', decode(partsOf(planted)[1]).sid]) {
    const browser = withToken(value)
    assert.equal((await login(browser, victim.username, PASSWORD)).status, 200)
    assert.notEqual(tokenOf(browser), value)
    assert.equal((await me(browser)).body.user.id, victim.id)
  }
  assert.equal(
    (await me(attacker.visitor)).body.user.id,
    attacker.id,
    'the planted one is still the attacker’s',
  )
})

test('C1: the two realms of one browser have sessions of their own', async () => {
  const { visitor } = await joinMain(server)
  const before = tokenOf(visitor, 'latchkey')
  const { username } = await register(server)
  await login(visitor, username, PASSWORD)
  assert.equal(tokenOf(visitor, 'latchkey'), before)
  assert.notEqual(decode(partsOf(tokenOf(visitor))[1]).sid, decode(partsOf(before)[1]).sid)
})

/** Everything that ends somebody’s sessions, and whether it ends the one that did it. */
test('C2: signing out, disabling, deleting, recovering and a new password each end what they should, at once', async () => {
  const out = await register(server)
  const kept = tokenOf(out.visitor)
  await out.visitor.post('/starter/api/auth/logout')
  const afterLogout = await me(withToken(kept))
  assert.deepEqual([afterLogout.status, afterLogout.body.message], [401, 'Invalid or expired token'])

  const deleted = await register(server)
  const [one, two] = [tokenOf(deleted.visitor), server.visitor()]
  await login(two, deleted.username, PASSWORD)
  assert.equal((await me(two)).status, 200)
  await deleted.visitor.delete('/starter/api/auth/account')
  for (const token of [one, tokenOf(two)]) {
    assert.deepEqual((await me(withToken(token))).body.message, 'User not found')
  }
  assert.equal((await login(server.visitor(), deleted.username, PASSWORD)).status, 401)

  const recovered = await register(server)
  assert.equal((await me(recovered.visitor)).status, 200)
  const token = await askRecoveryToken(server, recovered.email)
  await server.visitor().post('/starter/api/auth/reset-password', { token, password: OTHER_PASSWORD })
  assert.equal((await me(recovered.visitor)).status, 401)

  const changed = await joinMainWithPassword(server)
  const other = server.visitor()
  await other.post('/api/sign-in/password', { identifier: changed.email, password: PASSWORD })
  assert.equal((await ownAccount(other)).status, 200)
  const answer = await changed.visitor.put('/api/account/password', {
    currentPassword: PASSWORD,
    newPassword: OTHER_PASSWORD,
  })
  assert.equal(answer.status, 200)
  assert.equal((await ownAccount(other)).status, 401, 'the other session ends')
  assert.equal((await ownAccount(changed.visitor)).status, 200, 'the own one goes on')
  const old = { identifier: changed.email, password: PASSWORD }
  assert.equal((await server.visitor().post('/api/sign-in/password', old)).status, 401)
})

test('C2: a disabled account is out at once and gets in by no way, until it is enabled; its old sessions stay dead', async () => {
  const person = await joinMainWithPassword(server)
  const token = tokenOf(person.visitor, 'latchkey')
  assert.equal((await ownAccount(person.visitor)).status, 200)
  assert.equal((await operator.post(`/api/admin/accounts/${person.uid}/disable`)).status, 200)
  assert.equal((await ownAccount(person.visitor)).status, 401)
  const bearer = { headers: { authorization: `Bearer ${token}` } }
  assert.equal((await server.visitor().get('/api/account', bearer)).status, 401)
  const signIn = { identifier: person.email, password: PASSWORD }
  const refused = await server.visitor().post('/api/sign-in/password', signIn)
  assert.deepEqual([refused.status, refused.body.code], [403, 'account_disabled'])
  assert.equal(refused.cookies.has('latchkey'), false)
  assert.equal((await operator.post(`/api/admin/accounts/${person.uid}/enable`)).status, 200)
  assert.equal((await ownAccount(withToken(token, 'latchkey'))).status, 401)
  assert.equal((await server.visitor().post('/api/sign-in/password', signIn)).status, 200)
})

test('C2: an ended session is dead for every route that needs one', async () => {
  const person = await joinMainWithPassword(server)
  const other = server.visitor()
  await other.post('/api/sign-in/password', { identifier: person.email, password: PASSWORD })
  assert.equal((await person.visitor.delete('/api/account/sessions')).body.sessionsEnded, 1)
  for (const [method, path, json] of [
    ['GET', '/api/account', undefined],
    ['PATCH', '/api/account', { name: 'Mallory' }],
    ['PUT', '/api/account/password', { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }],
    ['POST', '/api/account/email', { newEmail: 'mallory@example.com', password: PASSWORD }],
    ['GET', '/api/account/sessions', undefined],
    ['DELETE', '/api/account/sessions', undefined],
  ] as const) {
    const answer = await other.send(method, path, { json })
    assert.equal(answer.status, 401, `${method} ${path}`)
  }
  assert.equal((await ownAccount(person.visitor)).body.account.name, null)
})

test('C3: a session whose row is deleted in the database is over within five seconds, and an account disabled there too', async () => {
  const [gone, disabled, kept] = [await register(server), await register(server), await register(server)]
  for (const { visitor } of [gone, disabled, kept]) assert.equal((await me(visitor)).status, 200)
  await behind.db.deleteFrom('session').where('account_id', '=', gone.id).execute()
  await behind.db.updateTable('account').set({ disabled_at: 1 }).where('id', '=', disabled.id).execute()
  server.clock.advance(5_000)
  assert.equal((await me(gone.visitor)).status, 401)
  assert.equal((await me(disabled.visitor)).status, 401)
  assert.equal((await me(kept.visitor)).status, 200)
})

test('C3: a session ends when its time is up, though it was used a moment before', async () => {
  const person = await register(server)
  const { expires_at } = await behind.db
    .selectFrom('session')
    .select('expires_at')
    .where('account_id', '=', person.id)
    .executeTakeFirstOrThrow()
  server.clock.advance(expires_at - server.clock.now() - 3_000)
  assert.equal((await me(person.visitor)).status, 200)
  server.clock.advance(3_000)
  const late = await me(person.visitor)
  assert.deepEqual([late.status, late.body.message], [401, 'Invalid or expired token'])
})

test('C7: a token is taken with our algorithm, key, type, issuer, audience and expiry, and with no other', async () => {
  const person = await register(server)
  const genuine = tokenOf(person.visitor)
  const [head, body, signature] = partsOf(genuine)
  const header = decode(head)
  const claims = decode(body)
  assert.equal(header.alg, 'ES256')

  // The real key, so that each change below is the only thing wrong with its token.
  const { id, private_key_sealed } = await behind.db
    .selectFrom('signing_key')
    .select(['id', 'private_key_sealed'])
    .where('id', '=', header.kid)
    .executeTakeFirstOrThrow()
  const pem = createSecrets(SECRET).unseal('signing_key', private_key_sealed)
  const key = await importPKCS8(pem, 'ES256')
  const sign = (changes: object, headerChanges: object = {}) =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: 'ES256', kid: id, typ: 'session+jwt', ...headerChanges })
      .sign(key)
  assert.equal((await me(withToken(await sign({})))).status, 200, 'signed by the real key it is good')

  const jwks = (await server.visitor().get('/starter/.well-known/jwks.json')).body.keys
  const now = Math.floor(server.clock.now() / 1000)
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const byKey = (h: object, b: object, privateKey: any): string => {
    const input = `${encode(h)}.${encode(b)}`
    const mine = createSign('sha256').update(input).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${input}.${mine.toString('base64url')}`
  }
  const byHmac = (h: object, secret: string | Buffer): string => {
    const input = `${encode(h)}.${body}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const publicPem = await behind.db
    .selectFrom('signing_key')
    .select('public_jwk')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const hs = { ...header, alg: 'HS256' }
  const forged: Record<string, string> = {
    'alg none, no signature': `${encode({ ...header, alg: 'none' })}.${body}.`,
    'alg None': `${encode({ ...header, alg: 'None' })}.${body}.`,
    'alg none, the old signature': `${encode({ ...header, alg: 'none' })}.${body}.${signature}`,
    'no signature': `${head}.${body}.`,
    'no third part': `${head}.${body}`,
    'an empty signature of the right length': `${head}.${body}.${'A'.repeat(86)}`,
    'HS256 by the public key as JSON': byHmac(hs, JSON.stringify(jwks[0])),
    'HS256 by the stored public key': byHmac(hs, JSON.stringify(publicPem.public_jwk)),
    'HS256 by nothing': byHmac(hs, ''),
    'HS256 by the server’s secret': byHmac(hs, SECRET),
    'a key of our own': byKey(header, claims, own.privateKey),
    'a key of our own, brought along as jwk': byKey(
      { ...header, jwk: own.publicKey.export({ format: 'jwk' }) },
      claims,
      own.privateKey,
    ),
    'a key of our own, named by address': byKey(
      { ...header, jku: 'https://evil.example/jwks.json', x5u: 'https://evil.example/x' },
      claims,
      own.privateKey,
    ),
    'another subject, the old signature': `${head}.${encode({ ...claims, sub: operator.uid })}.${signature}`,
    'another audience': await sign({ aud: 'latchkey' }),
    'no audience': await sign({ aud: undefined }),
    'another issuer': await sign({ iss: `${claims.iss}.evil.example` }),
    'the issuer of another realm': await sign({ iss: claims.iss.replace(/starter$/, 'main') }),
    'no issuer': await sign({ iss: undefined }),
    'no expiry': await sign({ exp: undefined }),
    expired: await sign({ exp: now - 1 }),
    'not valid yet': await sign({ nbf: now + 3_600 }),
    'an expiry that is text': await sign({ exp: String(now + 3_600) }),
    'another type': await sign({}, { typ: 'JWT' }),
    'no type': await sign({}, { typ: undefined }),
    'no key id': await sign({}, { kid: undefined }),
    'the key id of another realm': byKey(
      { ...header, kid: (await server.visitor().get('/api/.well-known/jwks.json')).body.keys[0].kid },
      claims,
      own.privateKey,
    ),
    'no subject': await sign({ sub: undefined }),
    'somebody else’s subject': await sign({ sub: operator.uid }),
    'no session': await sign({ sid: undefined }),
    'a session that is a list': await sign({ sid: [claims.sid] }),
    'a session that is a condition': await sign({ sid: "' or '1'='1" }),
    'a session that does not exist': await sign({ sid: '019a0000-0000-7000-8000-000000000000' }),
    'critical extensions': await sign({}, { crit: ['x'], x: 1 }).catch(() => `${head}.x.${signature}`),
    'three parts of nothing': '..',
    'not JSON in the header': `bm90IGpzb24.${body}.${signature}`,
    'JSON null in the header': `${encode(null)}.${body}.${signature}`,
  }
  for (const kid of [
    '../../../dev/null',
    '/dev/null',
    "' union select 1 --",
    '\u0000',
    '',
    'x'.repeat(1_000),
    '__proto__',
    '*',
  ]) {
    forged[`key id ${JSON.stringify(kid.slice(0, 30))}`] = byKey({ ...header, kid }, claims, own.privateKey)
    forged[`HS256 with key id ${JSON.stringify(kid.slice(0, 30))}`] = byHmac({ ...hs, kid }, '')
  }
  for (const [what, token] of Object.entries(forged)) {
    assert.notEqual(token, genuine)
    const answer = await me(withToken(token))
    assert.deepEqual([answer.status, answer.body.message], [401, 'Invalid or expired token'], what)
  }
  const huge = await server
    .visitor()
    .get('/api/account', { headers: { authorization: `Bearer ${'x'.repeat(12_000)}` } })
  assert.equal(huge.status, 401)
  assert.equal((await me(person.visitor)).status, 200, 'the genuine one is as good as before')
  const errors = server.logged.filter((line) => JSON.parse(line).level >= 50)
  assert.deepEqual(errors, [], 'and none of them was an error of the server')
})

test('C8: a token that was cut, lengthened or spelt in another way is another token, and none of ours', async () => {
  const person = await register(server)
  const token = tokenOf(person.visitor)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(token.at(-1) ?? '')
  const forms = [
    ...[1, 2, 3, 10, 40, 86].map((count) => token.slice(0, -count)),
    token.slice(1),
    `${token}A`,
    `${token}=`,
    `${token}==`,
    `${token}.`,
    `${token}.x`,
    `.${token}`,
    `${token.slice(0, -5)} ${token.slice(-5)}`,
    `${token.slice(0, -5)}\t${token.slice(-5)}`,
    // The last letter carries two bits of the signature; the other four would be ignored by a lenient decoder.
    ...[1, 2, 3, 4, 8, 15].map((bits) => token.slice(0, -1) + alphabet[last ^ bits]),
    token.replace(/[A-Z]/, (letter) => letter.toLowerCase()),
    token.toUpperCase(),
    encodeURIComponent(token).replace('.', '%2E'),
  ]
  for (const form of forms) {
    assert.notEqual(form, token)
    const answer = await server
      .visitor()
      .get('/starter/api/auth/me', { headers: { cookie: `token=${form}` } })
    assert.equal(answer.status, 401, JSON.stringify(form.slice(-20)))
  }
  for (let at = 0; at < token.length; at += 7) {
    const letter = token[at] === 'A' ? 'B' : 'A'
    const changed = token.slice(0, at) + letter + token.slice(at + 1)
    assert.equal((await me(withToken(changed))).status, 401, `letter ${at} changed`)
  }
  assert.equal((await me(person.visitor)).status, 200)
})

test('C4: a session that is ended twenty times at once is ended once, and everybody is answered', async () => {
  const person = await joinMainWithPassword(server)
  const other = server.visitor()
  await other.post('/api/sign-in/password', { identifier: person.email, password: PASSWORD })
  const { sessions } = (await person.visitor.get('/api/account/sessions')).body
  const target = sessions.find(({ current }: { current: boolean }) => !current)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => person.visitor.delete(`/api/account/sessions/${target.id}`)),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(404)])
})

test('C4: of ten changes of a password at once, by one old password, one counts', async () => {
  const person = await joinMainWithPassword(server)
  const wishes = Array.from({ length: 10 }, (_, i) => `${OTHER_PASSWORD}-${i}`)
  const answers = await Promise.all(
    wishes.map((newPassword) =>
      person.visitor.put('/api/account/password', { currentPassword: PASSWORD, newPassword }),
    ),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal(answers.filter(({ status }) => status === 403).length, 9)
  const winner = wishes[answers.findIndex(({ status }) => status === 200)]
  const signIn = { identifier: person.email, password: winner }
  assert.equal((await server.visitor().post('/api/sign-in/password', signIn)).status, 200)
})

test('C2: no sign-in by the old password slips past the change that ends it', async () => {
  const person = await joinMainWithPassword(server)
  let current = PASSWORD
  for (let round = 0; round < 8; round++) {
    const next = `${OTHER_PASSWORD}-${round}`
    const late = Array.from({ length: 4 }, () => server.visitor())
    const [changed] = await Promise.all([
      person.visitor.put('/api/account/password', { currentPassword: current, newPassword: next }),
      ...late.map((visitor) =>
        visitor.post('/api/sign-in/password', { identifier: person.email, password: current }),
      ),
    ])
    assert.equal(changed.status, 200, changed.text)
    for (const visitor of late) assert.equal((await ownAccount(visitor)).status, 401)
    current = next
  }
  const { sessions } = (await person.visitor.get('/api/account/sessions')).body
  assert.equal(sessions.length, 1, 'the one that changed it')
})

test('C2: no sign-in slips past the disabling of its account, to come back when it is enabled', async () => {
  const person = await joinMainWithPassword(server)
  for (let round = 0; round < 6; round++) {
    const late = Array.from({ length: 4 }, () => server.visitor())
    const [disabled] = await Promise.all([
      operator.post(`/api/admin/accounts/${person.uid}/disable`),
      ...late.map((visitor) =>
        visitor.post('/api/sign-in/password', { identifier: person.email, password: PASSWORD }),
      ),
    ])
    assert.equal(disabled.status, 200)
    assert.equal((await operator.post(`/api/admin/accounts/${person.uid}/enable`)).status, 200)
    // Who came after the enabling is in by right; here nobody did, since all had answers before it.
    for (const visitor of late) assert.equal((await ownAccount(visitor)).status, 401)
  }
})
