// runs once
/** Transactions that wait in a row share a commit, and nobody is answered before it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Kysely } from 'kysely'
import { inTransaction, isUnavailable } from '../database.ts'
import type { Schema } from '../schema.ts'
import { openSqliteFile, sqliteDialect } from './dialect.ts'

interface Opened {
  db: Kysely<Schema>
  database: DatabaseSync
  /** How often a statement was run that begins so. */
  count(text: string): number
  /** As another process sees it: what is committed. */
  committed(): number
}

async function withFile(work: (opened: Opened) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-sqlite-'))
  const path = join(folder, 'test.sqlite')
  const database = openSqliteFile(path)
  database.exec('create table rate_limit (key text primary key, count integer, resets_at integer) strict')
  const ran: string[] = []
  const prepare = database.prepare.bind(database)
  database.prepare = (text) => {
    const statement = prepare(text)
    const run = statement.run.bind(statement)
    statement.run = (...values: never[]) => {
      ran.push(text)
      return run(...values)
    }
    return statement
  }
  const db = new Kysely<Schema>({ dialect: sqliteDialect(database) })
  const other = new DatabaseSync(path, { readOnly: true })
  const look = other.prepare('select count(*) as count from rate_limit')
  try {
    await work({
      db,
      database,
      count: (text) => ran.filter((one) => one.startsWith(text)).length,
      committed: () => Number(look.get()?.count),
    })
  } finally {
    other.close()
    await db.destroy()
    rmSync(folder, { recursive: true, force: true })
  }
}

const insert = (db: Kysely<Schema>, key: string, text = '') =>
  db
    .insertInto('rate_limit')
    .values({ key: `${key}${text}`, count: 1, resets_at: 1 })
    .execute()

test('fifty transactions at once are kept by a few commits, and each is answered when it is on the disk', () =>
  withFile(async ({ db, count, committed }) => {
    const seen = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await inTransaction(db, (tx) => insert(tx, `k${i}`))
        return committed()
      }),
    )
    assert.equal(committed(), 50)
    assert.ok(count('commit') < 10, `${count('commit')} commits`)
    seen.forEach((rows, i) => {
      assert.ok(rows > i, 'who was answered sees its row from outside')
    })
    await inTransaction(db, (tx) => insert(tx, 'alone'))
    assert.equal(committed(), 51)
  }))

test('one that fails takes its own back, and not those that share its commit', () =>
  withFile(async ({ db, committed }) => {
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        inTransaction(db, async (tx) => {
          await insert(tx, `k${i}`)
          if (i % 3 === 0) await insert(tx, 'k1')
          if (i % 3 === 2) throw new Error('on purpose')
        }),
      ),
    )
    const kept = results.filter(({ status }) => status === 'fulfilled')
    // The first comes before k1 and takes its key; k1 itself is then refused.
    assert.equal(kept.length, 4)
    assert.equal(committed(), 5)
  }))

test('a single statement finds what was done before it on the disk, and shares nothing', () =>
  withFile(async ({ db, committed }) => {
    let answered = false
    const first = inTransaction(db, (tx) => insert(tx, 'a')).then(() => {
      answered = true
    })
    const alone = insert(db, 'b').then(() => committed())
    const last = inTransaction(db, (tx) => insert(tx, 'c'))
    assert.equal(await alone, 2)
    assert.equal(answered, true)
    await Promise.all([first, last])
    assert.equal(committed(), 3)
  }))

test('a commit that the disk refuses is told to everybody who shares it, and the next ones go on', () =>
  withFile(async ({ db, database, committed }) => {
    const { page_count: pages } = database.prepare('pragma page_count').get() as { page_count: number }
    database.exec(`pragma max_page_count = ${pages + 2}`)
    const large = 'x'.repeat(3_000)
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => inTransaction(db, (tx) => insert(tx, `k${i}`, large))),
    )
    const refused = results.filter((result) => result.status === 'rejected')
    assert.ok(refused.length > 0)
    for (const { reason } of refused) assert.equal(isUnavailable(reason), true, String(reason))
    assert.equal(committed(), results.length - refused.length, 'exactly those that were told so are kept')
    database.exec('pragma max_page_count = 1000000')
    await inTransaction(db, (tx) => insert(tx, 'after', large))
    assert.equal(committed(), results.length - refused.length + 1)
  }))

test('two connections of one process to one file take turns, and neither waits for the other in vain', () =>
  withFile(async ({ db, database, committed }) => {
    const path = database.location()
    assert.ok(path)
    const second = new Kysely<Schema>({ dialect: sqliteDialect(openSqliteFile(path)) })
    const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    try {
      await Promise.all(
        [db, second].flatMap((connection, which) =>
          Array.from({ length: 10 }, async (_, i) => {
            if (i % 3 === 0) return insert(connection, `alone ${which} ${i}`)
            return inTransaction(connection, async (tx) => {
              await insert(tx, `first ${which} ${i}`)
              await pause()
              await insert(tx, `second ${which} ${i}`)
            })
          }),
        ),
      )
      assert.equal(committed(), 2 * (4 + 2 * 6))
    } finally {
      await second.destroy()
    }
  }))

test('an endless row of transactions does not keep the first waiting', () =>
  withFile(async ({ db }) => {
    let going = 0
    let isOver = false
    const rest: Promise<void>[] = []
    const go = (): void => {
      if (isOver || going > 500) return
      const key = `k${going++}`
      rest.push(
        inTransaction(db, async (tx) => {
          // Another one is always waiting.
          go()
          await insert(tx, key)
        }),
      )
    }
    go()
    await rest[0]
    const before = going
    isOver = true
    assert.ok(before < 200, `${before} came before it was answered`)
    await Promise.all(rest)
  }))
