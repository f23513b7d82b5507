import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { openTestStorage, type TestStorage, until } from '../test/support/engine.ts'
import { inTransaction } from './database.ts'
import { countMails, insertMail, leaseMails, markMailRefused, markMailSent } from './outbox.ts'
import { ensureRealm } from './realms.ts'

let opened: TestStorage
let realmId: number
before(async () => {
  opened = await openTestStorage()
  realmId = await ensureRealm(opened.storage.db, { name: 'main', now: 1 })
})
beforeEach(() => opened.storage.db.deleteFrom('outbox').execute())
after(() => opened.close())

async function write(count: number, now = 1_000): Promise<void> {
  for (let i = 0; i < count; i++) {
    const contentSealed = Buffer.from([i])
    const recipient = `${i}@example.com`
    await insertMail(opened.storage.db, {
      realmId,
      accountId: null,
      recipient,
      kind: 'x',
      contentSealed,
      now,
    })
  }
}

test('senders that look at the same instant never take the same mail, and none is left out', async () => {
  await write(60)
  const others = [opened.openAnother().db, opened.openAnother().db]
  const taken: number[] = []
  const takeAll = async (db: (typeof others)[number]): Promise<void> => {
    for (;;) {
      const mails = await leaseMails(db, { now: 2_000, leasedUntil: 3_000, limit: 7 })
      taken.push(...mails.map(({ id }) => id))
      if (mails.length > 0) continue
      // A crowd may leave one empty-handed while mails are still there; the next look finds them.
      const { waiting } = await countMails(db)
      if (taken.length >= waiting) return
    }
  }
  await Promise.all([opened.storage.db, ...others, opened.storage.db].map(takeAll))
  assert.equal(taken.length, 60)
  assert.equal(new Set(taken).size, 60)
})

test('a lease keeps a mail from others until it ends, and no longer', async () => {
  const { db } = opened.storage
  await write(1)
  assert.equal((await leaseMails(db, { now: 1_000, leasedUntil: 5_000, limit: 10 })).length, 1)
  assert.equal((await leaseMails(db, { now: 4_999, leasedUntil: 9_000, limit: 10 })).length, 0)
  const again = await leaseMails(db, { now: 5_000, leasedUntil: 9_000, limit: 10 })
  assert.deepEqual(
    again.map(({ recipient, attempts }) => ({ recipient, attempts })),
    [{ recipient: '0@example.com', attempts: 0 }],
  )
})

test('a mail that is not due, was sent, or was given up is not taken', async () => {
  const { db } = opened.storage
  await write(3)
  const [sent, failed, later] = await leaseMails(db, { now: 1_000, leasedUntil: 1_001, limit: 3 })
  assert.ok(sent && failed && later)
  await markMailSent(db, { id: sent.id, keepsContent: false, now: 1_000 })
  await markMailRefused(db, { id: failed.id, error: 'no', nextAttemptAt: null, now: 1_000 })
  await markMailRefused(db, { id: later.id, error: 'later', nextAttemptAt: 50_000, now: 1_000 })
  assert.deepEqual(await leaseMails(db, { now: 49_999, leasedUntil: 60_000, limit: 10 }), [])
  assert.deepEqual(await countMails(db), { waiting: 1, failed: 1 })
  const due = await leaseMails(db, { now: 50_000, leasedUntil: 60_000, limit: 10 })
  assert.deepEqual(
    due.map(({ id, attempts }) => ({ id, attempts })),
    [{ id: later.id, attempts: 1 }],
  )
})

test('mails are taken in the order they were written', async () => {
  await write(20)
  const ids: number[] = []
  for (;;) {
    const mails = await leaseMails(opened.storage.db, { now: 2_000, leasedUntil: 3_000, limit: 6 })
    if (mails.length === 0) break
    ids.push(...mails.map(({ id }) => id))
  }
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  )
})

test('what was sent loses its content, unless it went nowhere but here', async () => {
  const { db } = opened.storage
  await write(2)
  const [one, two] = await leaseMails(db, { now: 1_000, leasedUntil: 1_001, limit: 2 })
  assert.ok(one && two)
  await markMailSent(db, { id: one.id, keepsContent: false, now: 1_000 })
  await markMailSent(db, { id: two.id, keepsContent: true, now: 1_000 })
  const rows = await db.selectFrom('outbox').select(['id', 'content_sealed']).orderBy('id').execute()
  assert.deepEqual(
    rows.map(({ content_sealed }) => content_sealed !== null),
    [false, true],
  )
})

if (process.env.TEST_DATABASE === 'postgres') {
  // SQLite has one writer at a time; here the second one waits in the middle of its statement.
  test('who waited for another’s lease to be kept finds the mail taken', async () => {
    await write(3)
    const { db } = opened.storage
    const other = opened.openAnother().db
    const lease = { now: 2_000, leasedUntil: 3_000, limit: 10 }
    const second = await inTransaction(db, async (tx) => {
      assert.equal((await leaseMails(tx, lease)).length, 3)
      const waiting = leaseMails(other, lease)
      await until(async () => {
        const { rows } = await sql`select from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database()`.execute(db)
        return rows.length
      })
      return { waiting }
    })
    assert.deepEqual(await second.waiting, [])
  })
}
