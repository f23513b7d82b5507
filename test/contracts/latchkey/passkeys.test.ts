import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createCredential, encode, ICLOUD, type Lies } from '../../support/authenticator.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { type Adding, addPasskey, beginAdding, signInWithPasskey } from '../../support/passkeys.ts'
import type { Visitor } from '../../support/visitor.ts'
import {
  accountOf,
  assertOk,
  assertProblem,
  countMails,
  MINUTE_MS,
  newAddress,
  OTHER_PASSWORD,
  PASSWORD,
  setUp,
  signIn,
  signUp,
  signUpWithCode,
  uidOf,
  withStorage,
} from './support.ts'

let server: TestServer
let origin: string
before(async () => {
  server = await startLatchkey()
  ;({ publicUrl: origin } = (await server.visitor().get('/api/start')).body)
  await setUp(server)
})
after(() => server.close())

const list = async (visitor: Visitor) => (await visitor.get('/api/account/passkeys')).body.passkeys
const add = (visitor: Visitor, adding: Adding = {}) =>
  addPasskey(visitor, origin, { password: PASSWORD, ...adding })
const remove = (visitor: Visitor, id: number, password: string | undefined = PASSWORD) =>
  visitor.post(`/api/account/passkeys/${id}/remove`, { password })

test('options ask for a discoverable credential with verification of the user, for the host name of PUBLIC_URL', async () => {
  const email = newAddress()
  const visitor = await signUp(server, email, { name: 'Ada' })
  const { uid } = await accountOf(visitor)
  const answer = await beginAdding(visitor, { password: PASSWORD })
  assertOk(answer)
  const { challenge, ...options } = answer.body.options
  assert.match(challenge, /^[\w-]{43}$/)
  assert.deepEqual(options, {
    rp: { id: 'localhost', name: 'Latchkey' },
    user: { id: Buffer.from(uid).toString('base64url'), name: email, displayName: 'Ada' },
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
    timeout: 300_000,
    excludeCredentials: [],
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
  })
  assert.deepEqual(await list(visitor), [])
  const { credential } = await add(visitor)
  const again = (await beginAdding(visitor, { password: PASSWORD })).body.options
  assert.deepEqual(again.excludeCredentials, [
    { type: 'public-key', id: credential.id, transports: ['hybrid', 'internal'] },
  ])
})

test('a passkey of every algorithm is added, listed, told by mail and logged, and signs in', async () => {
  const email = newAddress()
  const visitor = await signUp(server, email)
  for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
    const { credential, answer } = await add(visitor, { algorithm, name: ` My ${algorithm} ` })
    assertOk(answer, 201)
    const { id, createdAt, ...rest } = answer.body.passkey
    assert.ok(Number.isInteger(id) && createdAt <= server.clock.now())
    assert.deepEqual(rest, {
      credentialId: credential.id,
      name: `My ${algorithm}`,
      synced: false,
      lastUsedAt: null,
    })
    assertOk(await signInWithPasskey(server.visitor(), origin, credential))
    const [shown] = await list(visitor)
    assert.ok(shown.lastUsedAt >= createdAt)
  }
  assert.equal((await list(visitor)).length, 3)
  const mail = await server.smtp.waitForMail(
    (m) => m.to.includes(email) && m.subject === 'A passkey was added',
  )
  assert.match(mail.text, /“My ES256” opens your account at Latchkey/)
  assert.match(mail.text, /\/account\s/)
  const uid = await uidOf(server, email)
  await withStorage(server, async ({ db }) => {
    const entries = await db
      .selectFrom('action_log')
      .innerJoin('account', 'account.id', 'action_log.account_id')
      .select(['action', 'detail'])
      .where('account.uid', '=', uid)
      .where('action', '=', 'passkey.added')
      .execute()
    assert.deepEqual(entries[0]?.detail, { name: 'My ES256' })
    assert.equal(entries.length, 3)
  })
})

test('without a name it is called after whoever keeps it, the device or the day; two of a kind by a number', async () => {
  const visitor = await signUp(server)
  const iPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605.1.15'
  await add(visitor, { lies: { aaguid: ICLOUD, isSynced: true } })
  await add(visitor, { lies: { aaguid: ICLOUD } })
  await add(visitor, { userAgent: iPhone })
  await add(visitor, { userAgent: iPhone, lies: { attachment: 'cross-platform', transports: ['usb'] } })
  const shown = await list(visitor)
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  assert.deepEqual(
    shown.map(({ name, synced }: { name: string; synced: boolean }) => [name, synced]),
    [
      [`Passkey of ${day.format(server.clock.now())}`, false],
      ['iPhone', false],
      ['iCloud Keychain (2)', false],
      ['iCloud Keychain', true],
    ],
  )
  const german = await signUp(server, newAddress(), { language: 'de' })
  await add(german, { lies: { attachment: 'cross-platform' } })
  assert.match((await list(german))[0].name, /^Passkey vom \d+\. \S+ \d{4}$/)
})

test('B7, B9: adding one asks for the password, or for a sign-in a few minutes old: a stolen session adds none', async () => {
  const visitor = await signUp(server)
  assertProblem(await beginAdding(visitor, { password: 'wrong' }), 403, 'password_wrong')
  assertProblem(await beginAdding(visitor), 403, 'password_wrong')
  const byCode = await signUpWithCode(server)
  assertOk(await beginAdding(byCode))
  server.clock.advance(11 * MINUTE_MS)
  assertProblem(await beginAdding(byCode), 403, 'sign_in_again')
  assert.deepEqual(await list(byCode), [])
})

test('an API token adds, renames and removes none', async () => {
  const visitor = await signUp(server)
  const { answer } = await add(visitor)
  const { id } = answer.body.passkey
  const scopes = ['account:write']
  const made = await visitor.post('/api/account/tokens', { name: 'x', scopes, password: PASSWORD })
  const headers = { authorization: `Bearer ${made.body.token}` }
  const scope = { scope: 'account:write' }
  for (const [method, path, json] of [
    ['POST', '/options', { password: PASSWORD }],
    ['POST', '', {}],
    ['PATCH', `/${id}`, { name: 'x' }],
    ['POST', `/${id}/remove`, { password: PASSWORD }],
  ] as const) {
    const refused = await server.visitor().send(method, `/api/account/passkeys${path}`, { json, headers })
    assertProblem(refused, 403, 'scope_missing', scope)
  }
  assertOk(await server.visitor().get('/api/account/passkeys', { headers }))
})

test('B7: a new credential is taken only as it was asked for: type, origin, host, presence, verification, algorithm, attestation', async () => {
  const email = newAddress()
  const visitor = await signUp(server, email)
  const port = new URL(origin).port
  const lies: Record<string, Lies> = {
    'an assertion': { type: 'webauthn.get' },
    'another site': { origin: 'https://evil.example' },
    'our address in numbers': { origin: `http://127.0.0.1:${port}` },
    'another port': { origin: 'http://localhost:1' },
    'a name that begins as ours': { origin: `${origin}.evil.example` },
    'a frame': { crossOrigin: true },
    'another host': { rpId: 'evil.example' },
    'nobody there': { isPresent: false },
    'nobody verified': { isVerified: false },
    'another raw id': { rawId: 'AAAA' },
    'an algorithm that we did not ask for': { algorithm: -35 },
    'a certificate': {
      format: 'packed',
      statement: new Map<string, any>([
        ['alg', -7],
        ['sig', Buffer.alloc(70)],
        ['x5c', [Buffer.alloc(500)]],
      ]),
    },
    'a signature of its own by another key': { selfAttests: 'wrongly' },
    'an unknown format': { format: 'fancy' },
    'a statement where there is none': { statement: new Map<string, any>([['alg', -7]]) },
  }
  for (const [what, lie] of Object.entries(lies)) {
    const { answer } = await add(visitor, { lies: lie })
    assert.equal(answer.status, 422, `${what}: ${answer.text}`)
    assertProblem(answer, 422, 'passkey_not_valid')
  }
  for (const broken of ['', 'AA', encode(new Map([['fmt', 'none']])).toString('base64url')]) {
    const { options } = (await beginAdding(visitor, { password: PASSWORD })).body
    const { json } = createCredential(options, { origin })
    json.response.attestationObject = broken
    const answer = await visitor.post('/api/account/passkeys', { credential: json })
    assert.ok([400, 422].includes(answer.status), answer.text)
  }
  assert.deepEqual(await list(visitor), [])
  assertOk((await add(visitor, { lies: { selfAttests: 'rightly' } })).answer, 201)
  assert.equal(server.logged.filter((line) => /"level":50/.test(line)).length, 0)
})

test('B7: the challenge is good once, for five minutes, and for the session that asked', async () => {
  const email = newAddress()
  const visitor = await signUp(server, email)
  const begin = async () => (await beginAdding(visitor, { password: PASSWORD })).body.options
  const send = (who: Visitor, json: object) => who.post('/api/account/passkeys', { credential: json })

  const options = await begin()
  const { json } = createCredential(options, { origin })
  assertOk(await send(visitor, json), 201)
  assertProblem(await send(visitor, json), 410, 'passkey_challenge_over')
  const second = createCredential(options, { origin })
  assertProblem(await send(visitor, second.json), 410, 'passkey_challenge_over')

  const failed = await begin()
  const wrong = createCredential(failed, { origin, lies: { isVerified: false } })
  assertProblem(await send(visitor, wrong.json), 422, 'passkey_not_valid')
  const right = createCredential(failed, { origin })
  assertProblem(await send(visitor, right.json), 410, 'passkey_challenge_over')

  const late = createCredential(await begin(), { origin })
  server.clock.advance(5 * MINUTE_MS)
  assertProblem(await send(visitor, late.json), 410, 'passkey_challenge_over')

  const others = createCredential(await begin(), { origin })
  assertProblem(await send(await signUp(server), others.json), 410, 'passkey_challenge_over')
  const own = createCredential(await begin(), { origin })
  assertProblem(await send(await signIn(server, email), own.json), 410, 'passkey_challenge_over')

  for (const challenge of ['', 'x', 'A'.repeat(43), '__proto__']) {
    const invented = createCredential(await begin(), { origin, lies: { challenge } })
    assertProblem(await send(visitor, invented.json), 410, 'passkey_challenge_over')
  }
  const { options: signInOptions } = (await visitor.post('/api/sign-in/passkey/options')).body
  const crossed = createCredential({ ...options, challenge: signInOptions.challenge }, { origin })
  assertProblem(await send(visitor, crossed.json), 410, 'passkey_challenge_over')

  const raced = await begin()
  const many = Array.from({ length: 6 }, () => createCredential(raced, { origin }).json)
  const answers = await Promise.all(many.map((one) => send(visitor, one)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [201, 410, 410, 410, 410, 410])
  assert.equal((await list(visitor)).length, 2)

  const changed = createCredential(await begin(), { origin })
  const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }
  assertOk(await visitor.put('/api/account/password', change))
  assertProblem(await send(visitor, changed.json), 410, 'passkey_challenge_over')
})

test('A1: what ends a session ends the passkey that it began to add, in the very same instant', async () => {
  const visitor = await signUp(server)
  const { options } = (await beginAdding(visitor, { password: PASSWORD })).body
  const { uid } = await accountOf(visitor)
  // By hand, so that the process still remembers the session, as it may for a moment of a race.
  await withStorage(server, async ({ db }) => {
    const { id } = await db
      .selectFrom('account')
      .select('id')
      .where('uid', '=', uid)
      .executeTakeFirstOrThrow()
    await db.deleteFrom('session').where('account_id', '=', id).execute()
  })
  const { json } = createCredential(options, { origin })
  const answer = await visitor.post('/api/account/passkeys', { credential: json })
  assertProblem(answer, 410, 'passkey_challenge_over')
})

test('B7: a credential is registered once, whoever brings it', async () => {
  const [ada, bob] = [await signUp(server), await signUp(server)]
  const { credential } = await add(ada)
  for (const visitor of [ada, bob]) {
    const { answer } = await add(visitor, { lies: { id: credential.id } })
    assertProblem(answer, 409, 'passkey_known')
  }
  assert.deepEqual(await list(bob), [])
  assertOk(await signInWithPasskey(server.visitor(), origin, credential))
})

test('an account has twenty at most, also when many are added at once', async () => {
  const visitor = await signUp(server)
  await withStorage(server, async ({ db }) => {
    const { uid } = await accountOf(visitor)
    const { id, realm_id } = await db
      .selectFrom('account')
      .select(['id', 'realm_id'])
      .where('uid', '=', uid)
      .executeTakeFirstOrThrow()
    const rows = Array.from({ length: 18 }, (_, index) => ({
      realm_id,
      account_id: id,
      credential_id: `${uid}-${index}`,
      public_key: Buffer.alloc(10),
      sign_count: 0,
      transports: '[]',
      name: 'x',
      is_backed_up: false,
      created_at: 1,
      last_used_at: null,
    }))
    await db.insertInto('passkey').values(rows).execute()
  })
  const answers = await Promise.all([1, 2, 3, 4].map(() => add(visitor)))
  const statuses = answers.map(({ answer }) => answer.status)
  assert.deepEqual(statuses.toSorted(), [201, 201, 409, 409])
  assertProblem(await beginAdding(visitor, { password: PASSWORD }), 409, 'too_many_passkeys')
})

test('E1, B8: mine are renamed and removed by me, and to everybody else they do not exist', async () => {
  const email = newAddress()
  const [ada, bob] = [await signUp(server, email), await signUp(server)]
  const { credential, answer } = await add(ada)
  const { id } = answer.body.passkey
  assertProblem(await bob.patch(`/api/account/passkeys/${id}`, { name: 'Mine' }), 404, 'not_found')
  assertProblem(await remove(bob, id), 404, 'not_found')
  assertProblem(await remove(ada, id + 10_000), 404, 'not_found')
  const renamed = await ada.patch(`/api/account/passkeys/${id}`, { name: ' <b>Key</b> ' })
  assertOk(renamed)
  assert.equal(renamed.body.passkey.name, '<b>Key</b>')
  const blank = await ada.patch(`/api/account/passkeys/${id}`, { name: '  ' })
  assertProblem(blank, 400, 'invalid_input', { fields: { name: 'pattern' } })

  assertProblem(await remove(ada, id, 'wrong'), 403, 'password_wrong')
  assertOk(await signInWithPasskey(server.visitor(), origin, credential))
  assertOk(await remove(ada, id))
  assertProblem(await remove(ada, id), 404, 'not_found')
  assertProblem(await signInWithPasskey(server.visitor(), origin, credential), 401, 'passkey_not_valid')
  const mail = await server.smtp.waitForMail(
    (m) => m.to.includes(email) && m.subject === 'A passkey was removed',
  )
  assert.match(mail.text, /“<b>Key<\/b>” no longer opens/)
  await withStorage(server, async ({ db }) => {
    const told = await db
      .selectFrom('action_log')
      .innerJoin('email_claim', 'email_claim.account_id', 'action_log.account_id')
      .select(['action', 'detail'])
      .where('email_claim.address', '=', email)
      .where('action', 'in', ['passkey.renamed', 'passkey.removed'])
      .orderBy('action_log.id')
      .execute()
    assert.deepEqual(
      told.map(({ action, detail }) => [action, detail.name]),
      [
        ['passkey.renamed', '<b>Key</b>'],
        ['passkey.removed', '<b>Key</b>'],
      ],
    )
  })
  assert.ok(!mail.html.includes('<b>Key'))
})

test('the last way in is not removed', async () => {
  const other = await startLatchkey({ clock: server.clock })
  try {
    const { publicUrl } = (await other.visitor().get('/api/start')).body
    await setUp(other)
    const visitor = await signUpWithCode(other)
    const { answer } = await addPasskey(visitor, publicUrl)
    const { id } = answer.body.passkey
    const without = await withoutCodes(other)
    const asked = await without.remove(visitor, id)
    assertProblem(asked, 409, 'last_way_in')
    assertOk(await visitor.post(`/api/account/passkeys/${id}/remove`, {}))
    await without.close()
  } finally {
    await other.close()
  }
})

/** The same data, served by somebody who has switched codes off. */
async function withoutCodes(sharing: TestServer) {
  const yaml = 'realms: { main: { emailCodeSignIn: false } }\n'
  const { publicUrl } = (await sharing.visitor().get('/api/start')).body
  const env = { PUBLIC_URL: publicUrl }
  const strict = await startLatchkey({ sharing, yaml, clock: sharing.clock, env })
  return {
    remove(visitor: Visitor, id: number) {
      const there = strict.visitor()
      for (const [name, value] of visitor.jar) there.jar.set(name, value)
      return there.post(`/api/account/passkeys/${id}/remove`, {})
    },
    close: () => strict.close(),
  }
}

test('where no browser allows a passkey, and where the policy has none, every route says so', async () => {
  for (const [settings, status, code] of [
    [{ env: { PUBLIC_URL: 'http://192.0.2.7:3000' } }, 409, 'passkeys_need_https'],
    [{ yaml: 'realms: { main: { passkeySignIn: false } }\n' }, 403, 'method_off'],
  ] as const) {
    const plain = await startLatchkey(settings)
    try {
      const visitor = await signUpWithCode(plain)
      assertProblem(await beginAdding(visitor), status, code)
      assertProblem(await plain.visitor().post('/api/sign-in/passkey/options'), status, code)
      const { body } = await plain.visitor().get('/api/start')
      assert.equal(body.passkeySignIn, code !== 'method_off')
    } finally {
      await plain.close()
    }
  }
})

test('a change of the password tells how many passkeys open the account as before', async () => {
  const email = newAddress()
  const visitor = await signUp(server, email)
  const { credential } = await add(visitor)
  await add(visitor)
  const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }
  assertOk(await visitor.put('/api/account/password', change))
  const mail = await server.smtp.waitForMail((m) => m.to.includes(email) && /was changed/.test(m.subject))
  assert.match(mail.text, /2 passkeys still open it/)
  assertOk(await signInWithPasskey(server.visitor(), origin, credential))
  assert.ok((await countMails(server, email)) >= 4)
})
