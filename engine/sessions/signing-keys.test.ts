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

test('a key that one process makes is found by another, however it was flooded with forged ones', async () => {
  const [clock, realm] = [createTestClock(), await newRealm()]
  const [one, two] = [keysOf(opened.storage, clock), keysOf(opened.storage, clock)]
  await Promise.all([one.current(realm), two.current(realm)])
  clock.advance(91 * DAY_MS)
  for (let i = 0; i < 20; i++) assert.equal(await two.find(realm, `forged ${i}`), undefined)
  const fresh = await one.current(realm)
  assert.ok(await two.find(realm, fresh.id))
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
