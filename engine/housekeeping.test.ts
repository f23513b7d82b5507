import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startEngine, type TestEngine, testClient } from '../test/support/engine.ts'
import { askRegistration } from './accounts/ask-registration.ts'
import { signUpWithPassword } from './accounts/sign-up-with-password.ts'
import { signInWithPassword } from './authenticators/sign-in-with-password.ts'
import { DAY_MS } from './clock.ts'
import { createHousekeeping } from './housekeeping.ts'
import { authenticate, authenticateFromCache } from './sessions/authenticate.ts'

let parts: TestEngine
const errors: unknown[] = []
before(async () => {
  parts = await startEngine()
})
after(async () => {
  await parts.close()
  assert.deepEqual(errors, [])
})

const housekeeping = () => createHousekeeping(parts.engine, (error) => void errors.push(error))

async function signUp(username: string) {
  const { engine, realm } = parts
  const made = await signUpWithPassword(engine, {
    realm,
    client: testClient(),
    username,
    email: `${username}@example.com`,
    password: 'granite-otter-lantern-42',
  })
  assert.ok(made.ok)
  return made.value
}

test('the last use of a session is written now and then, and never goes back', async () => {
  const { engine, realm, clock, storage } = parts
  const { token, session } = await signUp('used')
  const who = { realm, app: 'latchkey', token }
  const lastUsedAt = async (): Promise<number> => {
    const row = await storage.db
      .selectFrom('session')
      .select('last_used_at')
      .where('id', '=', session.id)
      .executeTakeFirstOrThrow()
    return row.last_used_at
  }
  const house = housekeeping()
  clock.advance(60_000)
  assert.ok((await authenticate(engine, who)).ok)
  assert.equal(await lastUsedAt(), session.createdAt, 'not at each request')
  await house.writeUses()
  const first = await lastUsedAt()
  assert.ok(first >= session.createdAt + 60_000)
  clock.advance(2_000)
  assert.ok(authenticateFromCache(engine, who))
  await house.writeUses()
  const second = await lastUsedAt()
  assert.ok(second >= first + 2_000)
  await storage.db
    .updateTable('session')
    .set({ last_used_at: second + 99_999 })
    .where('id', '=', session.id)
    .execute()
  assert.ok(authenticateFromCache(engine, who))
  await house.writeUses()
  assert.equal(await lastUsedAt(), second + 99_999, 'another process has seen a later one')
})

test('what has ended is swept, what is live stays, and what throttles count stays a day longer', async () => {
  const { engine, realm, clock, storage } = parts
  const house = housekeeping()
  const count = async (
    table: 'session' | 'one_time_secret' | 'outbox' | 'action_log' | 'signing_key',
  ): Promise<number> => (await storage.db.selectFrom(table).select('id').execute()).length
  await signUp('swept')
  const client = testClient()
  await askRegistration(engine, {
    realm,
    client,
    email: 'new@example.com',
    password: 'granite-otter-lantern-42',
    name: null,
    language: null,
  })
  const before = {
    session: await count('session'),
    secrets: await count('one_time_secret'),
    mails: await count('outbox'),
    log: await count('action_log'),
    keys: await count('signing_key'),
  }
  await house.sweep()
  assert.deepEqual(
    [
      await count('session'),
      await count('one_time_secret'),
      await count('outbox'),
      await count('action_log'),
    ],
    [before.session, before.secrets, before.mails, before.log],
    'nothing that is live',
  )
  clock.advance(3 * DAY_MS + 60_000)
  await house.sweep()
  assert.equal(await count('one_time_secret'), before.secrets, 'ended links stay a day')
  clock.advance(DAY_MS)
  await house.sweep()
  assert.equal(await count('one_time_secret'), 0)
  assert.equal(await count('session'), before.session)
  clock.advance(30 * DAY_MS)
  await house.sweep()
  assert.equal(await count('session'), 0)
  assert.equal(await count('outbox'), 0)
  assert.equal(await count('action_log'), before.log)
  clock.advance(366 * DAY_MS)
  await house.sweep()
  assert.equal(await count('action_log'), 0)
  assert.equal(await count('signing_key'), before.keys, 'a key stays as long as its tokens could')
  clock.advance(120 * DAY_MS)
  await house.sweep()
  assert.equal(await count('signing_key'), 0)
  const again = await signInWithPassword(engine, {
    realm,
    client,
    identifier: 'swept',
    password: 'granite-otter-lantern-42',
  })
  assert.ok(again.ok, 'accounts and passwords stay')
})

test('sweeping twice, and two at once, does no harm', async () => {
  await Promise.all([housekeeping().sweep(), housekeeping().sweep()])
  await housekeeping().writeUses()
})
