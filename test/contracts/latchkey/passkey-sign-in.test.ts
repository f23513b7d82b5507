import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { totpAt, totpStep } from '../../../engine/authenticators/totp/algorithm.ts'
import {
  assertCredential,
  type Credential,
  createCredential,
  type Lies,
} from '../../support/authenticator.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { addPasskey, beginSignIn, signInWithPasskey } from '../../support/passkeys.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'
import {
  accountOf,
  askForCode,
  askForRecovery,
  assertOk,
  assertProblem,
  isSignedIn,
  linkIn,
  MINUTE_MS,
  newAddress,
  OTHER_PASSWORD,
  PASSWORD,
  setUp,
  signUp,
  uidOf,
  withStorage,
} from './support.ts'

let server: TestServer
let origin: string
let operator: Visitor
before(async () => {
  server = await startLatchkey()
  ;({ publicUrl: origin } = (await server.visitor().get('/api/start')).body)
  operator = await setUp(server)
})
after(() => server.close())

async function newPerson(lies: Lies = {}) {
  const email = newAddress()
  const visitor = await signUp(server, email)
  const { credential, answer } = await addPasskey(visitor, origin, { password: PASSWORD, lies })
  assertOk(answer, 201)
  return { email, visitor, credential, passkey: answer.body.passkey }
}

const enter = (credential: Credential, lies: Lies = {}, visitor = server.visitor()): Promise<Answer> =>
  signInWithPasskey(visitor, origin, credential, { lies })

async function logOf(email: string, action: string) {
  const uid = await uidOf(server, email)
  return withStorage(server, ({ db }) =>
    db
      .selectFrom('action_log')
      .innerJoin('account', 'account.id', 'action_log.account_id')
      .select('detail')
      .where('account.uid', '=', uid)
      .where('action', '=', action)
      .orderBy('action_log.id')
      .execute(),
  ).then((rows) => rows.map(({ detail }) => detail))
}

test('B10: options are the same for everybody: no name is asked for, and no credential named', async () => {
  const { visitor } = await newPerson()
  const shapes: object[] = []
  for (const who of [server.visitor(), visitor, server.visitor()]) {
    const answer = await beginSignIn(who)
    assertOk(answer)
    const { challenge, ...options } = answer.body.options
    assert.match(challenge, /^[\w-]{43}$/)
    shapes.push(options)
  }
  const options = { rpId: 'localhost', timeout: 300_000, userVerification: 'required', allowCredentials: [] }
  assert.deepEqual(shapes, [options, options, options])
})

test('a passkey signs in whoever it belongs to, and the session says how it was opened', async () => {
  const { email, credential } = await newPerson()
  const visitor = server.visitor()
  const answer = await enter(credential, {}, visitor)
  assertOk(answer)
  assert.equal(answer.body.account.email, email)
  assert.match(answer.cookies.get('latchkey')?.line ?? '', /HttpOnly/)
  const { sessions } = (await visitor.get('/api/account/sessions')).body
  const here = sessions.find(({ current }: { current: boolean }) => current)
  assert.equal(here.method, 'passkey')
  assert.deepEqual((await logOf(email, 'sign_in.succeeded')).at(-1), { method: 'passkey' })
})

test('C1: a session that was planted before is not the one that a passkey opens', async () => {
  const { credential } = await newPerson()
  const attacker = await newPerson()
  const victim = server.visitor()
  const planted = attacker.visitor.jar.get('latchkey') ?? ''
  victim.jar.set('latchkey', planted)
  const answer = await enter(credential, {}, victim)
  assertOk(answer)
  assert.notEqual(victim.jar.get('latchkey'), planted)
  assert.notEqual((await accountOf(attacker.visitor)).uid, answer.body.account.uid)
})

test('B3: a passkey is both steps, so no code is asked for; every other way still asks', async () => {
  const { email, visitor, credential } = await newPerson()
  const { secret } = (await visitor.post('/api/account/second-factor', { password: PASSWORD })).body
  const bits = [...secret].map((char: string) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'),
  )
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const code = totpAt(key, totpStep(server.clock.now()))
  assertOk(await visitor.post('/api/account/second-factor/enable', { code }))
  assertOk(await enter(credential))
  assertOk(
    await server.visitor().post('/api/sign-in/password', { identifier: email, password: PASSWORD }),
    202,
  )
  const mailed = await askForCode(server, email)
  assertOk(await server.visitor().post('/api/sign-in/code/verify', { email, code: mailed }), 202)
  // Not verified is one factor alone, and opens nothing.
  assertProblem(await enter(credential, { isVerified: false }), 401, 'passkey_not_valid')
})

test('B7: a signature is taken only as it was asked for: type, origin, host, presence, verification, owner, key', async () => {
  const { email, credential } = await newPerson()
  const other = await newPerson()
  const { port } = new URL(origin)
  const lies: Record<string, Lies> = {
    'a registration': { type: 'webauthn.create' },
    'another site': { origin: 'https://evil.example' },
    'our address in numbers': { origin: `http://127.0.0.1:${port}` },
    'a name that begins as ours': { origin: `${origin}.evil.example` },
    'a frame': { crossOrigin: true },
    'another host': { rpId: 'evil.example' },
    'nobody there': { isPresent: false },
    'nobody verified': { isVerified: false },
    'a bit turned': { isTampered: true },
    'another raw id': { rawId: 'AAAA' },
    'an unknown credential': { id: 'AAAA' },
    'somebody else’s credential': { id: other.credential.id },
    'somebody else’s credential and name': {
      id: other.credential.id,
      userHandle: other.credential.userHandle,
    },
    'somebody else’s key': { signsWith: other.credential },
    'somebody else’s name': { userHandle: other.credential.userHandle },
    'nobody’s name': { userHandle: null },
  }
  for (const [what, lie] of Object.entries(lies)) {
    const visitor = server.visitor()
    const answer = await enter(credential, lie, visitor)
    assert.equal(answer.status, 401, `${what}: ${answer.text}`)
    assertProblem(answer, 401, 'passkey_not_valid')
    assert.equal(await isSignedIn(visitor), false, what)
  }
  assertOk(await enter(credential))
  assert.ok((await logOf(email, 'sign_in.failed')).every(({ method }) => method === 'passkey'))
  assert.equal(server.logged.filter((line) => /"level":50/.test(line)).length, 0)
})

test('B7: the challenge is good once, for five minutes, in the browser that asked, and for a sign-in', async () => {
  const { visitor: owner, credential } = await newPerson()
  const send = (visitor: Visitor, json: object) => visitor.post('/api/sign-in/passkey', { credential: json })
  const begin = async (visitor: Visitor) => (await beginSignIn(visitor)).body.options
  const over = async (answer: Promise<Answer>) => assertProblem(await answer, 410, 'passkey_challenge_over')

  const visitor = server.visitor()
  const options = await begin(visitor)
  const used = assertCredential(options, credential, { origin })
  assertOk(await send(visitor, used))
  await over(send(visitor, used))
  await over(send(visitor, assertCredential(options, credential, { origin })))

  const spoilt = await begin(visitor)
  const wrong = assertCredential(spoilt, credential, { origin, lies: { isTampered: true } })
  assertProblem(await send(visitor, wrong), 401, 'passkey_not_valid')
  await over(send(visitor, assertCredential(spoilt, credential, { origin })))

  const late = assertCredential(await begin(visitor), credential, { origin })
  server.clock.advance(5 * MINUTE_MS)
  await over(send(visitor, late))

  // Login CSRF: a signature that was made in another browser.
  const elsewhere = await begin(server.visitor())
  await over(send(visitor, assertCredential(elsewhere, credential, { origin })))
  const nowhere = await begin(visitor)
  await over(send(server.visitor(), assertCredential(nowhere, credential, { origin })))

  const adding = (await owner.post('/api/account/passkeys/options', { password: PASSWORD })).body.options
  await over(send(owner, assertCredential(adding, credential, { origin })))
  for (const challenge of ['', 'x', 'A'.repeat(43), 'constructor']) {
    await over(enter(credential, { challenge }))
  }

  const raced = await begin(visitor)
  const many = Array.from({ length: 8 }, () => assertCredential(raced, credential, { origin }))
  const answers = await Promise.all(many.map((one) => send(visitor, one)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 410, 410, 410, 410, 410, 410, 410])
})

test('a counter that goes backwards is a copy: refused, told and logged; one that stays 0 is none', async () => {
  const { email, credential } = await newPerson({ signCount: 7 })
  assertOk(await enter(credential))
  assert.equal(credential.signCount, 8)
  for (const signCount of [8, 7, 0]) {
    assertProblem(await enter(credential, { signCount }), 403, 'passkey_copied')
  }
  const refused = { method: 'passkey', reason: 'passkey_copied' }
  assert.deepEqual(await logOf(email, 'sign_in.refused'), [refused, refused, refused])
  assertOk(await enter(credential, { signCount: 20 }))
  // Of two with the same count one gets in, though each has a challenge of its own.
  const raced = await Promise.all([1, 2, 3].map(() => enter(credential, { signCount: 30 })))
  assert.deepEqual(raced.map(({ status }) => status).toSorted(), [200, 403, 403])

  const plain = await newPerson()
  for (let round = 0; round < 2; round++) assertOk(await enter(plain.credential))
  assertOk(await enter(plain.credential, { signCount: 1 }))
  assertProblem(await enter(plain.credential, { signCount: 0 }), 403, 'passkey_copied')
})

test('what a passkey says of its copies is kept: synced now, or no more', async () => {
  const { visitor, credential, passkey } = await newPerson()
  assert.equal(passkey.synced, false)
  for (const isSynced of [true, false]) {
    assertOk(await enter(credential, { isSynced }))
    const [shown] = (await visitor.get('/api/account/passkeys')).body.passkeys
    assert.equal(shown.synced, isSynced)
  }
})

test('C2: an account that is disabled or deleted is not let in by its passkey', async () => {
  const { email, credential } = await newPerson()
  const uid = await uidOf(server, email)
  assertOk(await operator.post(`/api/admin/accounts/${uid}/disable`))
  const visitor = server.visitor()
  assertProblem(await enter(credential, {}, visitor), 403, 'account_disabled')
  assert.equal(await isSignedIn(visitor), false)
  assertOk(await operator.post(`/api/admin/accounts/${uid}/enable`))
  assertOk(await enter(credential))

  const username = `gone${Date.now()}`
  const address = `${username}@example.org`
  const gone = server.visitor()
  const register = { username, email: address, password: PASSWORD }
  assertOk(await gone.post('/starter/api/auth/register', register), 201)
  const starter = '/api/realms/starter'
  assertOk(await gone.post(`${starter}/sign-in/password`, { identifier: username, password: PASSWORD }))
  const { credential: key } = await addPasskey(gone, origin, { base: starter, password: PASSWORD })
  assertOk(await signInWithPasskey(server.visitor(), origin, key, { base: starter }))
  const left = await gone.delete('/starter/api/auth/account', { json: { password: PASSWORD } })
  assert.ok([200, 204].includes(left.status), left.text)
  const answer = await signInWithPasskey(server.visitor(), origin, key, { base: starter })
  assertProblem(answer, 401, 'passkey_not_valid')
})

test('E1: a passkey of one realm opens nothing in another, and neither does a challenge', async () => {
  const { credential } = await newPerson()
  for (const realm of ['starter', 'salon', 'community', 'referral']) {
    const base = `/api/realms/${realm}`
    const visitor = server.visitor()
    const answer = await signInWithPasskey(visitor, origin, credential, { base })
    assertProblem(answer, 401, 'passkey_not_valid')
    const { options } = (await beginSignIn(visitor)).body
    const json = { credential: assertCredential(options, credential, { origin }) }
    assertProblem(await visitor.post(`${base}/sign-in/passkey`, json), 410, 'passkey_challenge_over')
    assertOk(await visitor.post('/api/sign-in/passkey', json))
  }
})

test('A1: who registered somebody else’s address in advance loses the passkeys made before its owner came', async () => {
  const starter = '/api/realms/starter'
  for (const proof of ['code', 'recovery'] as const) {
    const username = `early${proof}${process.pid}`
    const email = newAddress(username)
    const attacker = server.visitor()
    const register = { username, email, password: PASSWORD }
    assertOk(await attacker.post('/starter/api/auth/register', register), 201)
    const signIn = { identifier: username, password: PASSWORD }
    assertOk(await attacker.post(`${starter}/sign-in/password`, signIn))
    const adding = { base: starter, password: PASSWORD }
    const { credential } = await addPasskey(attacker, origin, adding)
    assertOk(await signInWithPasskey(attacker, origin, credential, { base: starter }))
    const begun = await attacker.post(`${starter}/account/passkeys/options`, { password: PASSWORD })

    const victim = server.visitor()
    if (proof === 'code') {
      assertOk(await victim.post(`${starter}/sign-in/code`, { email }))
      const isCode = (mail: { to: string[]; text: string }) =>
        mail.to.includes(email) && /^\d{6}$/m.test(mail.text)
      const { text } = await server.smtp.waitForMail(isCode)
      const code = /^\d{6}$/m.exec(text)?.[0]
      assertOk(await victim.post(`${starter}/sign-in/code/verify`, { email, code }))
    } else {
      assertOk(await victim.post('/api/recovery', { email, realm: 'starter' }))
      const mail = await server.smtp.waitForMail(
        (m) => m.to.includes(email) && m.text.includes('/reset-password?'),
      )
      const token = /reset-password\?realm=starter#([\w-]+)/.exec(mail.text)?.[1]
      const reset = { realm: 'starter', token, newPassword: OTHER_PASSWORD }
      assertOk(await victim.post('/api/recovery/complete', reset))
    }
    const visitor = server.visitor()
    const again = await signInWithPasskey(visitor, origin, credential, { base: starter })
    assertProblem(again, 401, 'passkey_not_valid')
    const { json } = createCredential(begun.body.options, { origin })
    const late = await attacker.post(`${starter}/account/passkeys`, { credential: json })
    assertProblem(late, 401, 'signed_out')
  }
})

test('an ordinary recovery keeps the passkeys, and its mail says how many there are', async () => {
  const { email, credential } = await newPerson()
  const link = await askForRecovery(server, email)
  assertOk(await server.visitor().post('/api/recovery/complete', { ...link, newPassword: OTHER_PASSWORD }))
  const mail = await server.smtp.waitForMail((m) => m.to.includes(email) && /was changed/.test(m.subject))
  assert.match(mail.text, /One passkey still opens it. If it is not yours, remove it/)
  assertOk(await enter(credential))
})

test('B2: what fails counts against the caller alone, and leaves the owner’s other ways open', async () => {
  const limited = await startLatchkey({
    env: { RATE_LIMIT: 'on', TRUST_PROXY: '127.0.0.1' },
    clock: server.clock,
  })
  try {
    const { publicUrl } = (await limited.visitor().get('/api/start')).body
    await setUp(limited)
    const email = newAddress()
    const owner = await signUp(limited, email)
    const { credential } = await addPasskey(owner, publicUrl, { password: PASSWORD })
    const headers = { 'x-forwarded-for': '198.51.100.9' }
    const attacker = limited.visitor()
    const statuses: number[] = []
    for (let guess = 0; guess < 61; guess++) {
      const { options } = (await attacker.post('/api/sign-in/passkey/options', undefined, { headers })).body
      const lies = { isTampered: true }
      const json = { credential: assertCredential(options, credential, { origin: publicUrl, lies }) }
      statuses.push((await attacker.post('/api/sign-in/passkey', json, { headers })).status)
    }
    assert.deepEqual([statuses.filter((status) => status === 401).length, statuses.at(-1)], [60, 429])
    assertOk(await limited.visitor().post('/api/sign-in/password', { identifier: email, password: PASSWORD }))
    assertOk(await signInWithPasskey(limited.visitor(), publicUrl, credential))
  } finally {
    await limited.close()
  }
})

test('who signs up without a password adds a passkey once the mailed link has signed them in, and lives on it', async () => {
  const email = newAddress()
  const visitor = server.visitor()
  assertOk(await visitor.post('/api/accounts', { email }), 202)
  const link = linkIn(await server.smtp.waitForMail(email))
  const confirmed = await visitor.post('/api/email-confirmation', { ...link, answer: 'mine' })
  assertOk(confirmed)
  assert.deepEqual([confirmed.body.account.email, confirmed.body.account.hasPassword], [email, false])
  const { credential, answer } = await addPasskey(visitor, origin)
  assertOk(answer, 201)
  assertOk(await enter(credential))
  const guess = { identifier: email, password: PASSWORD }
  assertProblem(await server.visitor().post('/api/sign-in/password', guess), 401, 'credentials_wrong')

  const yaml = 'realms: { main: { passkeySignIn: false } }\n'
  const without = await startLatchkey({ yaml, clock: server.clock })
  try {
    await setUp(without)
    const refused = await without.visitor().post('/api/accounts', { email })
    assertProblem(refused, 403, 'method_off')
  } finally {
    await without.close()
  }
})
