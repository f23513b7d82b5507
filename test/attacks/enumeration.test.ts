/** B10: whether an address or a name has an account is told to nobody who does not own it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { askEmailChange } from '../../engine/accounts/ask-email-change.ts'
import { askRegistration } from '../../engine/accounts/ask-registration.ts'
import { signUpWithPassword } from '../../engine/accounts/sign-up-with-password.ts'
import { askRecovery } from '../../engine/authenticators/ask-recovery.ts'
import { sendSignInCode } from '../../engine/authenticators/send-sign-in-code.ts'
import { signInWithCode } from '../../engine/authenticators/sign-in-with-code.ts'
import { signInWithPassword } from '../../engine/authenticators/sign-in-with-password.ts'
import type { Realm } from '../../engine/realm.ts'
import type { SignedIn } from '../../engine/sessions/session-cache.ts'
import { setDisabled } from '../../storage/accounts.ts'
import { startEngine, type TestEngine, testClient } from '../support/engine.ts'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import type { Answer } from '../support/visitor.ts'
import { joinMain, joinMainWithPassword, newName, PASSWORD, register, setUp } from './people.ts'

let server: TestServer
let parts: TestEngine
before(async () => {
  ;[server, parts] = await Promise.all([startLatchkey({ env: { RATE_LIMIT: 'on' } }), startEngine()])
  await setUp(server)
})
after(() => Promise.all([server.close(), parts.close()]))

/** The caller's own counter goes down with each request, whomever it names: that is tried by itself below. */
const CHANGING = /^(date|x-request-id|set-cookie|x-ratelimit-(remaining|reset))$/

/** All that a caller sees, but for what differs between any two requests. */
function seen({ status, headers, body, text }: Answer): unknown {
  const shown = Object.fromEntries([...headers].filter(([name]) => !CHANGING.test(name)))
  const cookies = headers
    .getSetCookie()
    .map((line) => line.replace(/=[^;]*;/, '=…;').replace(/Expires=[^;]*/, ''))
  const { requestId: _requestId, ...rest } = typeof body === 'object' ? body : { text }
  return { status, shown, cookies, rest }
}

interface Question {
  path: string
  body: (email: string, username: string) => object
}
const questions: Record<string, Question> = {
  'signing in, at our own API': {
    path: '/api/sign-in/password',
    body: (email) => ({ identifier: email, password: 'wrong and wrong' }),
  },
  'signing in by address': {
    path: '/starter/api/auth/login',
    body: (email) => ({ username: email, password: 'wrong and wrong' }),
  },
  'signing in by username': {
    path: '/starter/api/auth/login',
    body: (_email, username) => ({ username, password: 'wrong and wrong' }),
  },
  'signing in with a password of a megabyte': {
    path: '/starter/api/auth/login',
    body: (email) => ({ username: email, password: 'x'.repeat(900_000) }),
  },
  'asking for a code': { path: '/starter/api/auth/send-code', body: (email) => ({ email }) },
  'asking for a code, at our own API': { path: '/api/sign-in/code', body: (email) => ({ email }) },
  'a wrong code': {
    path: '/starter/api/auth/verify-code',
    body: (email) => ({ email, code: 'abcdef' }),
  },
  'a wrong code, at our own API': {
    path: '/api/sign-in/code/verify',
    body: (email) => ({ email, code: '000000' }),
  },
  'a recovery': { path: '/starter/api/auth/forgot-password', body: (email) => ({ email }) },
  'a recovery, at our own API': { path: '/api/recovery', body: (email) => ({ email }) },
  'a recovery in a realm': { path: '/api/recovery', body: (email) => ({ email, realm: 'starter' }) },
  'a registration, at our own API': {
    path: '/api/accounts',
    body: (email) => ({ email, password: PASSWORD }),
  },
  'a registration without a password': { path: '/api/accounts', body: (email) => ({ email }) },
}

for (const [what, { path, body }] of Object.entries(questions)) {
  test(`B10: ${what}: the answer is the same, header by header, whether the account exists or not`, async () => {
    const [email, username] = [`${newName('known')}@example.com`, newName('known')]
    await register(server, { username, email })
    await joinMainWithPassword(server, email)
    const mixedCase = email.toUpperCase()
    for (const known of [email, mixedCase]) {
      const unknown = known === email ? `${newName('known')}@example.com` : `${newName('KNOWN')}@EXAMPLE.COM`
      const [there, notThere] = [
        await server.visitor().post(path, body(known, username)),
        await server.visitor().post(path, body(unknown, newName('known'))),
      ]
      assert.ok(there.status < 500, there.text)
      assert.deepEqual(seen(there), seen(notThere))
    }
    server.clock.advance(3_600_000)
  })
}

test('B10: an account without a password, or one that was disabled, answers a wrong password like nobody', async () => {
  const operator = server.visitor()
  await operator.post('/api/sign-in/password', { identifier: 'operator@example.com', password: PASSWORD })
  const [byCode, disabled] = [await joinMain(server), await joinMainWithPassword(server)]
  assert.equal((await operator.post(`/api/admin/accounts/${disabled.uid}/disable`)).status, 200)
  const ask = (identifier: string) =>
    server.visitor().post('/api/sign-in/password', { identifier, password: 'wrong and wrong' })
  const nobody = seen(await ask(`${newName()}@example.com`))
  assert.deepEqual(seen(await ask(byCode.email)), nobody)
  assert.deepEqual(seen(await ask(disabled.email)), nobody)
})

test('B10: the headers that count failures are the caller’s own, and the same for every name', async () => {
  const { username } = await register(server)
  server.clock.advance(3_600_000)
  const remaining: number[] = []
  for (const name of [username, newName(), username, newName()]) {
    const answer = await server
      .visitor()
      .post('/starter/api/auth/login', { username: name, password: 'wrong' })
    remaining.push(Number(answer.headers.get('x-ratelimit-remaining')))
  }
  const [first = 0] = remaining
  assert.deepEqual(remaining, [first, first - 1, first - 2, first - 3])
})

test('B10: a username that is not there is locked after as many guesses as one that is', async () => {
  const { username } = await register(server)
  server.clock.advance(3_600_000)
  const lock = async (name: string): Promise<number[]> => {
    const answers: number[] = []
    for (let i = 0; i < 17; i++) {
      const answer = await server
        .visitor()
        .post('/starter/api/auth/login', { username: name, password: 'wrong' })
      answers.push(answer.status)
    }
    return answers
  }
  assert.deepEqual(await lock(username), await lock(newName()))
  server.clock.advance(3_600_000)
})

const client = testClient()

async function knownAddress(): Promise<{ email: string; signedIn: SignedIn }> {
  const email = `${newName()}@example.com`
  const made = await signUpWithPassword(parts.engine, {
    realm: parts.realm,
    client,
    email,
    username: newName(),
    password: PASSWORD,
  })
  assert.ok(made.ok)
  return { email, signedIn: made.value }
}

const closed = (): Realm => ({ ...parts.realm, policy: { ...parts.realm.policy, signUp: 'closed' } })

/** Counted rather than timed: passwords hashed, and statements that write. */
const works: Record<string, (email: string) => Promise<unknown>> = {
  'a wrong password': (identifier) =>
    signInWithPassword(parts.engine, { realm: parts.realm, client, identifier, password: 'wrong' }),
  'asking for a code': (email) => sendSignInCode(parts.engine, { realm: parts.realm, client, email }),
  'asking for a code where sign-up is closed': (email) =>
    sendSignInCode(parts.engine, { realm: closed(), client, email }),
  'a wrong code': (email) =>
    signInWithCode(parts.engine, { realm: parts.realm, client, email, code: 'abcdef' }),
  'a recovery': (email) => askRecovery(parts.engine, { realm: parts.realm, client, email }),
  'a recovery whose link carries a JWT and ends earlier ones': (email) => {
    const recovery = { ...parts.realm.policy.recovery, replacesEarlier: true }
    const realm = { ...parts.realm, policy: { ...parts.realm.policy, recovery } }
    const linkTo = ({ token }: { token: string }) => `https://app.example.org/?token=${token}`
    return askRecovery(parts.engine, { realm, client, email, linkTo, isTokenJwt: true })
  },
  'a registration': (email) =>
    askRegistration(parts.engine, {
      realm: parts.realm,
      client,
      email,
      password: PASSWORD,
      name: null,
      language: null,
    }),
}

/** A mail to nobody is a row of another table: as much work, and no mail. */
function amountOf({ writes, hashes }: { writes: Record<string, number>; hashes: number }) {
  const total = Object.values(writes).reduce((sum, count) => sum + count, 0)
  return { writes: total, hashes }
}

for (const [what, ask] of Object.entries(works)) {
  test(`B10: ${what} takes as many hashes and as many writes for nobody as for an account`, async () => {
    const { email } = await knownAddress()
    parts.takeWork()
    await ask(email)
    const there = parts.takeWork()
    await ask(`${newName()}@example.com`)
    const notThere = parts.takeWork()
    assert.ok(amountOf(there).writes > 0, 'the work was counted')
    assert.deepEqual(amountOf(notThere), amountOf(there), JSON.stringify({ there, notThere }))
  })
}

test('B10: a recovery that is held back, and one of a disabled account, take as long as one that goes out', async () => {
  const { email, signedIn } = await knownAddress()
  const ask = () => askRecovery(parts.engine, { realm: parts.realm, client, email })
  parts.takeWork()
  await ask()
  const sent = amountOf(parts.takeWork())
  await ask()
  assert.deepEqual(amountOf(parts.takeWork()), sent, 'a second one within a minute')
  await setDisabled(parts.storage.db, { id: signedIn.account.id, disabledAt: 1, now: 1 })
  await ask()
  assert.deepEqual(amountOf(parts.takeWork()), sent, 'of a disabled account')
  const mails = await parts.storage.db
    .selectFrom('outbox')
    .select('kind')
    .where('recipient', '=', email)
    .where('kind', '=', 'recovery_link')
    .execute()
  assert.equal(mails.length, 1, 'and one mail was written in all')
})

test('B10: a change to an address that is taken takes as long as one to an address that is free', async () => {
  const [asker, other] = [await knownAddress(), await knownAddress()]
  const change = (newEmail: string) =>
    askEmailChange(parts.engine, {
      realm: parts.realm,
      client,
      signedIn: asker.signedIn,
      newEmail,
      password: PASSWORD,
    })
  parts.takeWork()
  assert.ok((await change(other.email)).ok)
  const taken = amountOf(parts.takeWork())
  assert.ok((await change(`${newName()}@example.com`)).ok)
  assert.deepEqual(amountOf(parts.takeWork()), taken)
})

test('B10: the community tells no more of an address by a sign-in, nor by a lost password', async () => {
  const email = `${newName()}@example.com`
  const user = { email, handle: newName('c').slice(0, 20), display_name: 'Somebody', password: PASSWORD }
  assert.equal((await server.visitor().post('/community/v0/users', user)).status, 201)
  for (const [path, more] of [
    ['/community/v0/auth/login', { password: 'wrong and wrong' }],
    ['/community/v0/auth/forgot-password', {}],
  ] as const) {
    const there = await server.visitor().post(path, { email, ...more })
    const notThere = await server.visitor().post(path, { email: `${newName()}@example.com`, ...more })
    assert.ok([204, 401].includes(there.status), there.text)
    assert.deepEqual(seen(there), seen(notThere))
  }
})
