// runs once
/** PostgreSQL that goes away and comes back, and two servers on one of it. It has a cluster of its own. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openStorage } from '../../storage/database.ts'
import {
  isRecovery,
  joinMainWithPassword,
  login,
  me,
  newName,
  OTHER_PASSWORD,
  ownAccount,
  PASSWORD,
  register,
  setUp,
} from '../attacks/people.ts'
import { until } from '../support/engine.ts'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import { createDatabase, type Postgres, startPostgres, type TestDatabase } from '../support/postgres.ts'
import type { Visitor } from '../support/visitor.ts'

let postgres: Postgres
let database: TestDatabase
let one: TestServer
let two: TestServer
let operator: Visitor
before(async () => {
  // Commits reach the disk here, since the cluster is to crash.
  postgres = await startPostgres({ durable: true })
  database = await createDatabase(postgres.url)
  const env = { DATABASE_URL: database.url, PUBLIC_URL: 'http://localhost', RATE_LIMIT: 'on' }
  one = await startLatchkey({ env })
  two = await startLatchkey({ sharing: one, env })
  operator = await setUp(one)
})
after(async () => {
  await Promise.all([one?.close(), two?.close()])
  await postgres.stop()
})

/** The same browser at the other server. */
function atTwo(visitor: Visitor): Visitor {
  const other = two.visitor()
  for (const [name, value] of visitor.jar) other.jar.set(name, value)
  return other
}

/** What is seen at the other server, within a second: far sooner than it would look by itself. */
function soon(look: () => Promise<{ status: number }>, status: number): Promise<unknown> {
  return until(look, (answer) => answer.status === status, 1)
}

test('what one server ends the other has ended: sign-out, one session, all others', async () => {
  const person = await register(one)
  const there = atTwo(person.visitor)
  assert.equal((await me(there)).status, 200, 'a token of one is good at the other')
  await person.visitor.post('/starter/api/auth/logout')
  await soon(() => me(there), 401)

  const member = await joinMainWithPassword(one)
  const phone = two.visitor()
  await phone.post('/api/sign-in/password', { identifier: member.email, password: PASSWORD })
  const phoneAtOne = one.visitor()
  phoneAtOne.jar.set('latchkey', phone.jar.get('latchkey') ?? '')
  assert.deepEqual([(await ownAccount(phone)).status, (await ownAccount(phoneAtOne)).status], [200, 200])
  const { sessions } = (await member.visitor.get('/api/account/sessions')).body
  const target = sessions.find(({ current }: { current: boolean }) => !current)
  assert.equal((await member.visitor.delete(`/api/account/sessions/${target.id}`)).status, 200)
  await soon(() => ownAccount(phone), 401)
  await soon(() => ownAccount(phoneAtOne), 401)
})

test('an account that one server disables, or whose password it changes, is out at the other', async () => {
  const member = await joinMainWithPassword(one)
  const there = atTwo(member.visitor)
  assert.equal((await ownAccount(there)).status, 200)
  assert.equal((await operator.post(`/api/admin/accounts/${member.uid}/disable`)).status, 200)
  await soon(() => ownAccount(there), 401)
  assert.equal((await atTwo(operator).post(`/api/admin/accounts/${member.uid}/enable`)).status, 200)

  const laptop = one.visitor()
  const signIn = (password: string) => ({ identifier: member.email, password })
  assert.equal((await laptop.post('/api/sign-in/password', signIn(PASSWORD))).status, 200)
  const phone = two.visitor()
  assert.equal((await phone.post('/api/sign-in/password', signIn(PASSWORD))).status, 200)
  assert.equal((await ownAccount(phone)).status, 200)
  const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }
  assert.equal((await laptop.put('/api/account/password', change)).status, 200)
  await soon(() => ownAccount(phone), 401)
  assert.equal((await two.visitor().post('/api/sign-in/password', signIn(PASSWORD))).status, 401)
  assert.equal((await two.visitor().post('/api/sign-in/password', signIn(OTHER_PASSWORD))).status, 200)
})

test('what one server writes of an account the other shows', async () => {
  const member = await joinMainWithPassword(one)
  const there = atTwo(member.visitor)
  assert.equal((await ownAccount(there)).body.account.name, null)
  assert.equal((await member.visitor.patch('/api/account', { name: 'Renamed' })).status, 200)
  await until(
    async () => (await ownAccount(there)).body.account.name,
    (name) => name === 'Renamed',
    1,
  )
})

test('B2: two servers count guesses together', async () => {
  const { username } = await register(one)
  const answers: number[] = []
  for (let i = 0; i < 16; i++) {
    answers.push((await login((i % 2 ? one : two).visitor(), username, 'wrong')).status)
  }
  assert.deepEqual(answers, [...Array(15).fill(401), 429])
  for (const server of [one, two]) server.clock.advance(16 * 60_000)
})

test('B2: of one code sent to both servers at once one wins', async () => {
  const email = `${newName()}@example.com`
  await one.visitor().post('/api/sign-in/code', { email })
  // Either server may have sent it: they share the outbox, and here each has a mail server of its own.
  const { text } = await Promise.race([
    one.smtp.waitForMail(email),
    two.smtp.waitForMail(email).catch(() => new Promise<never>(() => undefined)),
  ])
  const [code] = text.match(/^\d{6}$/m) ?? []
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      (i % 2 ? one : two).visitor().post('/api/sign-in/code/verify', { email, code }),
    ),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const server of [one, two]) server.clock.advance(16 * 60_000)
})

const STARTER_503 = { statusCode: 503, error: 'Service Unavailable' }

for (const how of ['fast', 'crash'] as const) {
  test(`a PostgreSQL that goes (${how}) and comes back: 503 meanwhile, in each API's words, nothing by half, and on it goes`, async () => {
    const person = await register(one)
    const waiting = await register(one)
    one.smtp.refuse(true)
    two.smtp.refuse(true)
    const asked = await one.visitor().post('/starter/api/auth/forgot-password', { email: waiting.email })
    assert.equal(asked.status, 200)

    const acknowledged: string[] = []
    let isOver = false
    const registering = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const username = newName('outage')
        const body = { username, email: `${username}@example.com`, password: PASSWORD }
        const answer = await two.visitor().post('/starter/api/auth/register', body)
        assert.ok([201, 503].includes(answer.status), answer.text)
        if (answer.status === 201) acknowledged.push(username)
      }
    })
    await until(() => acknowledged.length >= 8)
    await postgres.halt(how)

    const away = await login(one.visitor(), person.username, PASSWORD)
    const { message, ...shape } = away.body
    assert.deepEqual([away.status, shape], [503, STARTER_503])
    assert.equal(typeof message, 'string')
    const ours = await one.visitor().post('/api/sign-in/password', { identifier: 'x', password: 'y' })
    assert.deepEqual([ours.status, ours.body.code], [503, 'unavailable'])
    assert.match(ours.headers.get('content-type') ?? '', /^application\/problem\+json/)
    assert.doesNotMatch(ours.text + away.text, /ECONN|127\.0\.0\.1|terminat|postgres/i)
    one.clock.advance(5_000)
    assert.equal((await me(person.visitor)).status, 503, 'who is signed in is not signed out')
    assert.equal((await one.visitor().get('/livez')).status, 200)
    assert.equal((await one.visitor().get('/starter/api/health')).status, 200)
    const ready = await one.visitor().get('/readyz')
    assert.equal(ready.status, 503)
    assert.doesNotMatch(ready.text, /ECONN|127\.0\.0\.1/)

    await postgres.resume()
    await until(
      () => login(one.visitor(), person.username, PASSWORD),
      ({ status }) => status === 200,
    )
    const before = acknowledged.length
    await until(() => acknowledged.length >= before + 4)
    isOver = true
    await Promise.all(registering)
    assert.equal((await me(person.visitor)).status, 200)
    assert.equal((await one.visitor().get('/readyz')).status, 200)

    for (const username of acknowledged.filter((_, i) => i % 3 === 0 || i > before - 6)) {
      assert.equal((await login(two.visitor(), username, PASSWORD)).status, 200, username)
    }
    const storage = openStorage({ kind: 'postgres', url: database.url })
    try {
      const half = await storage.db
        .selectFrom('account')
        .leftJoin('password', 'password.account_id', 'account.id')
        .leftJoin('email_claim', 'email_claim.account_id', 'account.id')
        .select('account.username')
        .where('account.username', 'like', 'outage%')
        .where((eb) => eb.or([eb('password.phc', 'is', null), eb('email_claim.id', 'is', null)]))
        .execute()
      assert.deepEqual(half, [])
    } finally {
      await storage.close()
    }

    one.smtp.refuse(false)
    two.smtp.refuse(false)
    for (const server of [one, two]) server.clock.advance(3 * 60_000)
    await until(() => [...one.smtp.mails, ...two.smtp.mails].some(isRecovery(waiting.email)), Boolean, 30)
    for (const server of [one, two]) server.clock.advance(60 * 60_000)
  })
}

test('after an outage the servers hear each other again', async () => {
  const person = await register(one)
  const there = atTwo(person.visitor)
  await postgres.restart()
  await until(
    () => me(there),
    ({ status }) => status === 200,
  )
  // Each listens again on a connection of its own, a second after it broke.
  await until(async () => {
    const again = one.visitor()
    if ((await login(again, person.username, PASSWORD)).status !== 200) return false
    const copy = atTwo(again)
    if ((await me(copy)).status !== 200) return false
    await again.post('/starter/api/auth/logout')
    return until(
      () => me(copy),
      ({ status }) => status === 401,
      0.5,
    ).then(
      () => true,
      () => false,
    )
  })
})
