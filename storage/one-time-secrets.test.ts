import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStorage, type TestStorage } from '../test/support/engine.ts'
import { inTransaction } from './database.ts'
import {
  findBySecret,
  insertOneTimeSecret,
  spendAllOfSubject,
  spendById,
  spendBySecret,
  tryBySubject,
} from './one-time-secrets.ts'
import { ensureRealm } from './realms.ts'

let opened: TestStorage
let realmId: number
let otherRealmId: number
before(async () => {
  opened = await openTestStorage()
  realmId = await ensureRealm(opened.storage.db, { name: 'main', now: 1 })
  otherRealmId = await ensureRealm(opened.storage.db, { name: 'other', now: 1 })
})
after(() => opened.close())

const hashOf = (n: number): Buffer => Buffer.alloc(32, n)
const code = { purpose: 'sign_in_code', attemptsMax: 5, expiresAt: 2_000, now: 1_000, payload: { a: 1 } }

async function insert(subject: string, n: number, changes: object = {}): Promise<void> {
  const secret = { ...code, realmId, accountId: null, subject, secretHash: hashOf(n), ...changes }
  await insertOneTimeSecret(opened.storage.db, secret)
}

test('of thirty who spend one secret at once, through several connections, one gets it', async () => {
  await insert('crowd', 1, { purpose: 'recovery' })
  const databases = [opened.storage.db, opened.openAnother().db, opened.openAnother().db]
  const by = { realmId, purpose: 'recovery', secretHash: hashOf(1), now: 1_500 }
  const spent = await Promise.all(
    Array.from({ length: 30 }, (_, i) => spendBySecret(databases[i % 3] ?? opened.storage.db, by)),
  )
  const winners = spent.filter((row) => row !== undefined)
  assert.equal(winners.length, 1)
  assert.deepEqual(winners[0]?.payload, { a: 1 })
})

test('a secret is found and spent by its realm, its purpose and its time, and a look leaves it', async () => {
  const { db } = opened.storage
  await insert('bound', 2, { purpose: 'recovery' })
  const by = { realmId, purpose: 'recovery', secretHash: hashOf(2), now: 1_999 }
  for (const wrong of [
    { realmId: otherRealmId },
    { purpose: 'email_change' },
    { secretHash: hashOf(3) },
    { secretHash: hashOf(2).subarray(0, 31) },
    { now: 2_000 },
  ]) {
    assert.equal(await findBySecret(db, { ...by, ...wrong }), undefined)
    assert.equal(await spendBySecret(db, { ...by, ...wrong }), undefined)
  }
  assert.ok(await findBySecret(db, by))
  assert.ok(await findBySecret(db, by))
  assert.ok(await spendBySecret(db, by))
  assert.equal(await findBySecret(db, by), undefined)
})

test('what is spent in a transaction that fails is not spent', async () => {
  const { db } = opened.storage
  await insert('failed', 4, { purpose: 'recovery' })
  const by = { realmId, purpose: 'recovery', secretHash: hashOf(4), now: 1_500 }
  const failing = inTransaction(db, async (tx) => {
    assert.ok(await spendBySecret(tx, by))
    throw new Error('on purpose')
  })
  await assert.rejects(failing, /on purpose/)
  assert.ok(await spendBySecret(db, by))
})

test('wrong tries are counted before they are judged: of forty at once five are looked at', async () => {
  const databases = [opened.storage.db, opened.openAnother().db]
  await insert('guessed', 5)
  const tries = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      tryBySubject(databases[i % 2] ?? opened.storage.db, {
        realmId,
        purpose: code.purpose,
        subject: 'guessed',
        secretHash: hashOf(200),
        now: 1_500,
      }),
    ),
  )
  assert.equal(tries.filter((row) => row !== undefined).length, 5)
  const right = { realmId, purpose: code.purpose, subject: 'guessed', secretHash: hashOf(5), now: 1_500 }
  assert.equal(await tryBySubject(opened.storage.db, right), undefined)
})

test('a right try does not count, and the newest code of a subject alone is tried', async () => {
  const { db } = opened.storage
  await insert('newest', 6)
  await insert('newest', 7)
  const attempt = (n: number) =>
    tryBySubject(db, { realmId, purpose: code.purpose, subject: 'newest', secretHash: hashOf(n), now: 1_500 })
  for (let i = 0; i < 9; i++) assert.ok(hashOf(7).equals((await attempt(7))?.secretHash ?? hashOf(0)))
  const older = await attempt(6)
  assert.ok(!hashOf(6).equals(older?.secretHash ?? hashOf(0)))
  const { id } = (await attempt(7)) ?? { id: 0 }
  assert.equal(await spendById(db, { id, now: 1_500 }), true)
  assert.equal(await spendById(db, { id, now: 1_500 }), false)
  assert.equal(await attempt(7), undefined)
})

test('a newer one ends those before it, and no one else’s', async () => {
  const { db } = opened.storage
  await insert('mine', 8)
  await insert('yours', 9)
  await insert('mine', 10, { realmId: otherRealmId })
  await spendAllOfSubject(db, { realmId, purpose: code.purpose, subject: 'mine', now: 1_500 })
  const find = (n: number, realm = realmId) =>
    findBySecret(db, { realmId: realm, purpose: code.purpose, secretHash: hashOf(n), now: 1_500 })
  assert.equal(await find(8), undefined)
  assert.ok(await find(9))
  assert.ok(await find(10, otherRealmId))
})
