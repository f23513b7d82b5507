import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestStorage, type TestStorage } from '../test/support/engine.ts'
import { countAttempt, deleteEndedRateLimits, findAttempts, uncountAttempt } from './rate-limits.ts'

let opened: TestStorage
before(async () => {
  opened = await openTestStorage()
})
after(() => opened.close())

test('of fifty at once, through several connections, none is lost, and each gets a number of its own', async () => {
  const databases = [opened.storage.db, opened.openAnother().db, opened.openAnother().db]
  const states = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      countAttempt(databases[i % 3] ?? opened.storage.db, { key: 'crowd', now: 1_000, resetsAt: 2_000 }),
    ),
  )
  const counts = states.map(({ count }) => count).sort((a, b) => a - b)
  assert.deepEqual(
    counts,
    Array.from({ length: 50 }, (_, i) => i + 1),
  )
})

test('a window begins with the first and ends for all of them; the next begins anew', async () => {
  const { db } = opened.storage
  const take = (now: number) => countAttempt(db, { key: 'window', now, resetsAt: now + 1_000 })
  assert.deepEqual(await take(1_000), { count: 1, resetsAt: 2_000 })
  assert.deepEqual(await take(1_999), { count: 2, resetsAt: 2_000 })
  assert.deepEqual(await take(2_000), { count: 1, resetsAt: 3_000 })
  assert.deepEqual({ ...(await findAttempts(db, 'window')) }, { count: 1, resetsAt: 3_000 })
})

test('giving back counts down, never below nothing, and not for others', async () => {
  const { db } = opened.storage
  for (let i = 0; i < 2; i++) await countAttempt(db, { key: 'back', now: 1_000, resetsAt: 2_000 })
  await countAttempt(db, { key: 'back too', now: 1_000, resetsAt: 2_000 })
  for (let i = 0; i < 5; i++) await uncountAttempt(db, 'back')
  assert.equal((await findAttempts(db, 'back'))?.count, 0)
  assert.equal((await findAttempts(db, 'back too'))?.count, 1)
})

test('what has ended is swept, what still counts is not', async () => {
  const { db } = opened.storage
  await countAttempt(db, { key: 'ended', now: 1, resetsAt: 10_000 })
  await countAttempt(db, { key: 'live', now: 1, resetsAt: 10_001 })
  await deleteEndedRateLimits(db, 10_000)
  assert.equal(await findAttempts(db, 'ended'), undefined)
  assert.equal((await findAttempts(db, 'live'))?.count, 1)
})
