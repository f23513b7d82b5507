import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Storage } from '../../storage/database.ts'
import { ensureRealm } from '../../storage/realms.ts'
import type { Session } from '../../storage/sessions.ts'
import { openTestStorage, TEST_SECRET, type TestStorage } from '../../test/support/engine.ts'
import { createTestClock, type TestClock } from '../../test/support/latchkey.ts'
import { DAY_MS } from '../clock.ts'
import { defaultPolicy, type Realm } from '../realm.ts'
import { createSecrets } from '../secrets/secrets.ts'
import { signSessionToken, verifySessionToken } from './session-token.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'

let opened: TestStorage
before(async () => {
  opened = await openTestStorage()
})
after(() => opened.close())

/** Goes on only when it is told to. */
function stoppedClock(): TestClock {
  let now = Date.now()
  return {
    now: () => now,
    advance(ms) {
      now += ms
    },
  }
}

let count = 0
async function newRealm(): Promise<Realm> {
  const name = `realm-${++count}`
  return { id: await ensureRealm(opened.storage.db, { name, now: 1 }), name, policy: defaultPolicy }
}

function keysOf(storage: Storage, clock: TestClock, secret = TEST_SECRET): SigningKeys {
  return createSigningKeys({ ...storage, clock, secrets: createSecrets(secret) })
}

const publicUrl = 'https://id.example.org'

function session(clock: TestClock, days: number): Session {
  return {
    id: '019a0000-0000-7000-8000-000000000000',
    realmId: 1,
    accountId: 1,
    app: 'latchkey',
    method: 'password',
    userAgent: null,
    address: null,
    isPersistent: true,
    createdAt: clock.now(),
    lastUsedAt: clock.now(),
    expiresAt: clock.now() + days * DAY_MS,
  }
}

test('a key signs for ninety days; then another does, and what the first has signed verifies to its end', async () => {
  const [clock, realm] = [createTestClock(), await newRealm()]
  const keys = keysOf(opened.storage, clock)
  const first = await keys.current(realm)
  const sign = () =>
    signSessionToken({ keys, publicUrl, clock }, { realm, session: session(clock, 400), accountUid: 'uid' })
  const verify = (token: string) =>
    verifySessionToken({ keys, publicUrl, clock }, { realm, app: 'latchkey', token })
  clock.advance(89 * DAY_MS)
  assert.equal((await keys.current(realm)).id, first.id)
  const old = await sign()
  clock.advance(2 * DAY_MS)
  const second = await keys.current(realm)
  assert.notEqual(second.id, first.id)
  const fresh = await sign()
  for (const token of [old, fresh])
    assert.equal(((await verify(token)) as { accountUid?: string }).accountUid, 'uid')
  const shown = (await keys.jwks(realm)).keys.map(({ kid }) => kid)
  assert.deepEqual(shown.toSorted(), [first.id, second.id].toSorted())
  clock.advance(397 * DAY_MS)
  assert.equal(((await verify(old)) as { accountUid?: string }).accountUid, 'uid', 'to the last day')
  clock.advance(1.5 * DAY_MS)
  assert.deepEqual(await verify(old), { code: 'token_expired' })
  clock.advance(100 * DAY_MS)
  assert.equal(await keys.find(realm, first.id), undefined)
})

test('two processes that begin at once have one key, and each takes the other’s tokens at once', async () => {
  for (let round = 0; round < 3; round++) {
    const [clock, realm] = [createTestClock(), await newRealm()]
    const [one, two] = [keysOf(opened.storage, clock), keysOf(opened.storage, clock)]
    const [a, b] = await Promise.all([one.current(realm), two.current(realm)])
    assert.equal(a.id, b.id)
    assert.ok(await two.find(realm, a.id))
    assert.ok(await one.find(realm, b.id))
    clock.advance(91 * DAY_MS)
    const [c, d] = await Promise.all([one.current(realm), two.current(realm)])
    assert.equal(c.id, d.id, 'also when both replace it')
    assert.notEqual(c.id, a.id)
  }
})

test('a key that one process makes is found by another at once, which has looked a moment before', async () => {
  const realm = await newRealm()
  const clock = stoppedClock()
  const [one, two] = [keysOf(opened.storage, clock), keysOf(opened.storage, clock)]
  const first = await one.current(realm)
  assert.equal((await two.current(realm)).id, first.id)
  // Forged tokens make the second one look, while the first key still has an instant to sign.
  clock.advance(90 * DAY_MS - 1)
  for (let i = 0; i < 20; i++) assert.equal(await two.find(realm, `forged ${i}`), undefined)
  clock.advance(2)
  const fresh = await one.current(realm)
  assert.notEqual(fresh.id, first.id)
  assert.ok(await two.find(realm, fresh.id))
})

test('forged key ids do not make it ask the database each time', async () => {
  const realm = await newRealm()
  const clock = stoppedClock()
  let looks = 0
  const counted = opened.storage.db.withPlugin({
    transformQuery({ node }) {
      looks++
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const keys = keysOf({ ...opened.storage, db: counted }, clock)
  await keys.current(realm)
  clock.advance(2_000)
  looks = 0
  for (let i = 0; i < 100; i++) await keys.find(realm, `forged ${i}`)
  assert.equal(looks, 1)
  clock.advance(1_000)
  await keys.find(realm, 'forged')
  assert.equal(looks, 2)
})

test('a key is of its realm alone', async () => {
  const clock = createTestClock()
  const [mine, other] = [await newRealm(), await newRealm()]
  const keys = keysOf(opened.storage, clock)
  const { id } = await keys.current(mine)
  await keys.current(other)
  assert.ok(await keys.find(mine, id))
  assert.equal(await keys.find(other, id), undefined)
})

test('what is published is public: no private part, and the private key is sealed where it is kept', async () => {
  const [clock, realm] = [createTestClock(), await newRealm()]
  const keys = keysOf(opened.storage, clock)
  await keys.current(realm)
  const [jwk] = (await keys.jwks(realm)).keys
  assert.deepEqual(Object.keys(jwk ?? {}).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  const row = await opened.storage.db
    .selectFrom('signing_key')
    .select(['private_key_sealed', 'public_jwk'])
    .where('realm_id', '=', realm.id)
    .executeTakeFirstOrThrow()
  assert.ok(!Buffer.from(row.private_key_sealed).includes('PRIVATE KEY'))
  assert.equal('d' in row.public_jwk, false)
})

test('another SECRET cannot use the keys, and says so rather than making new ones', async () => {
  const [clock, realm] = [createTestClock(), await newRealm()]
  await keysOf(opened.storage, clock).current(realm)
  const other = keysOf(opened.storage, clock, 'another secret that is long enough too')
  await assert.rejects(other.current(realm))
  const { length } = await opened.storage.db
    .selectFrom('signing_key')
    .select('id')
    .where('realm_id', '=', realm.id)
    .execute()
  assert.equal(length, 1)
})
