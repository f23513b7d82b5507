/** What both drivers promise alike; and, where one of them has a mechanism of its own, that too. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kysely, sql } from 'kysely'
import { openTestStorage, type TestStorage } from '../test/support/engine.ts'
import { lockAccount } from './accounts.ts'
import { inTransaction, isUnavailable, isUniqueViolation, RollBack } from './database.ts'
import { openPostgresPool, postgresDialect } from './postgres/dialect.ts'
import { ensureRealm } from './realms.ts'
import type { Schema } from './schema.ts'
import { openSqliteFile, sqliteDialect } from './sqlite/dialect.ts'

let opened: TestStorage
let db: Kysely<Schema>
before(async () => {
  opened = await openTestStorage()
  db = opened.storage.db
})
after(() => opened.close())

let count = 0
const nextName = (): string => `realm ${++count}`

async function insertAccount(realmId: number): Promise<number> {
  const { id } = await db
    .insertInto('account')
    .values({
      uid: `uid ${++count}`,
      realm_id: realmId,
      username: null,
      username_key: null,
      name: null,
      bio: null,
      role: 'user',
      tier: 0,
      language: null,
      profile_image: null,
      banner_image: null,
      extra: '{}',
      referrer_id: null,
      disabled_at: null,
      deleted_at: null,
      created_at: 1,
      updated_at: 1,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

test('booleans, JSON, bytes, large integers, text of every script and nulls come back as they went', async () => {
  const realmId = await ensureRealm(db, { name: nextName(), now: 1 })
  const accountId = await insertAccount(realmId)
  const large = 2 ** 53 - 1
  const profile = { text: 'Grüße, 世界 🌍 "\'\\', list: [1, null, true, { deep: [] }], empty: {} }
  await db
    .updateTable('realm')
    .set({ profile: JSON.stringify(profile), set_up_at: large })
    .where('id', '=', realmId)
    .execute()
  const realm = await db.selectFrom('realm').selectAll().where('id', '=', realmId).executeTakeFirstOrThrow()
  assert.deepEqual(realm.profile, profile)
  assert.equal(realm.set_up_at, large)
  assert.equal(typeof realm.id, 'number')

  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  for (const [isPrimary, deviceHash] of [
    [true, bytes],
    [false, null],
  ] as const) {
    const address = `Ünï@example.com ${isPrimary}`
    const inserted = await db
      .insertInto('email_claim')
      .values({
        realm_id: realmId,
        account_id: accountId,
        address,
        address_key: address,
        is_primary: isPrimary,
        device_hash: deviceHash,
        proved_at: null,
        proof: null,
        created_at: 0,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    const found = await db
      .selectFrom('email_claim')
      .selectAll()
      .where('is_primary', '=', isPrimary)
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow()
    for (const row of [inserted, found]) {
      assert.equal(row.is_primary, isPrimary)
      assert.deepEqual(row.device_hash && Uint8Array.from(row.device_hash), deviceHash)
      assert.equal(row.address, address)
      assert.equal(row.proved_at, null)
      assert.equal(row.created_at, 0)
    }
  }
})

test('a column keeps its type under another name, and through a join', async () => {
  const realmId = await ensureRealm(db, { name: nextName(), now: 1 })
  const accountId = await insertAccount(realmId)
  await db
    .insertInto('password')
    .values({ account_id: accountId, phc: 'x', set_at: 1, expires_at: null, change_due: true })
    .execute()
  const row = await db
    .selectFrom('account')
    .innerJoin('password', 'password.account_id', 'account.id')
    .select(['password.change_due as isDue', 'account.extra as kept'])
    .where('account.id', '=', accountId)
    .executeTakeFirstOrThrow()
  assert.deepEqual({ ...row }, { isDue: true, kept: {} })
})

test('undefined is never stored: what was forgotten is a bug', async () => {
  const values = { name: nextName(), created_at: undefined as unknown as number, profile: '{}' }
  await assert.rejects(db.insertInto('realm').values(values).execute())
})

test('a transaction that fails leaves nothing, and what it answers by RollBack is its answer', async () => {
  const names = [nextName(), nextName()]
  const [thrown, taken] = names
  await assert.rejects(
    inTransaction(db, async (tx) => {
      await ensureRealm(tx, { name: thrown ?? '', now: 1 })
      throw new Error('on purpose')
    }),
    /on purpose/,
  )
  const answer = await inTransaction(db, async (tx) => {
    await ensureRealm(tx, { name: taken ?? '', now: 1 })
    throw new RollBack('taken back')
  })
  assert.equal(answer, 'taken back')
  const left = await db.selectFrom('realm').select('name').where('name', 'in', names).execute()
  assert.deepEqual(left, [])
  assert.ok(await ensureRealm(db, { name: nextName(), now: 1 }), 'and the connection is good for the next')
})

test('a statement that the database refuses inside a transaction takes all of it back', async () => {
  const name = nextName()
  const failed = inTransaction(db, async (tx) => {
    await ensureRealm(tx, { name, now: 1 })
    await tx.insertInto('realm').values({ name, created_at: 1, set_up_at: null, profile: '{}' }).execute()
  })
  await assert.rejects(failed, isUniqueViolation)
  assert.equal(
    await db.selectFrom('realm').select('id').where('name', '=', name).executeTakeFirst(),
    undefined,
  )
})

test('transactions and single statements at once do not mix: what one takes back was not the other’s', async () => {
  const [kept, gone, beside] = [nextName(), nextName(), nextName()]
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))
  const results = await Promise.allSettled([
    inTransaction(db, async (tx) => {
      await ensureRealm(tx, { name: kept, now: 1 })
      await pause()
      await tx.updateTable('realm').set({ created_at: 2 }).where('name', '=', kept).execute()
    }),
    inTransaction(db, async (tx) => {
      await ensureRealm(tx, { name: gone, now: 1 })
      await pause()
      throw new Error('taken back')
    }),
    ensureRealm(db, { name: beside, now: 1 }),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  const rows = await db
    .selectFrom('realm')
    .select(['name', 'created_at'])
    .where('name', 'in', [kept, gone, beside])
    .execute()
  assert.deepEqual(
    rows.map((row) => ({ ...row })).sort((a, b) => a.created_at - b.created_at),
    [
      { name: beside, created_at: 1 },
      { name: kept, created_at: 2 },
    ],
  )
})

test('fifty transactions that read and then write count to fifty', async () => {
  const id = await ensureRealm(db, { name: nextName(), now: 0 })
  const accountId = await insertAccount(id)
  await Promise.all(
    Array.from({ length: 50 }, () =>
      inTransaction(db, async (tx) => {
        await lockAccount(tx, accountId)
        const { tier } = await tx
          .selectFrom('account')
          .select('tier')
          .where('id', '=', accountId)
          .executeTakeFirstOrThrow()
        await tx
          .updateTable('account')
          .set({ tier: tier + 1 })
          .where('id', '=', accountId)
          .execute()
      }),
    ),
  )
  const { tier } = await db
    .selectFrom('account')
    .select('tier')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  assert.equal(tier, 50)
})

test('a foreign key holds, and what hangs on a deleted row goes with it', async () => {
  await assert.rejects(insertAccount(999_999_999))
  const realmId = await ensureRealm(db, { name: nextName(), now: 1 })
  const accountId = await insertAccount(realmId)
  await db
    .insertInto('password')
    .values({ account_id: accountId, phc: 'x', set_at: 1, expires_at: null, change_due: false })
    .execute()
  await db.deleteFrom('account').where('id', '=', accountId).execute()
  const left = await db.selectFrom('password').select('phc').where('account_id', '=', accountId).execute()
  assert.deepEqual(left, [])
})

test('statements stay prepared, and only so many of them', async () => {
  if (opened.location.kind === 'sqlite') {
    const database = openSqliteFile(opened.location.path)
    const prepared: string[] = []
    const prepare = database.prepare.bind(database)
    database.prepare = (text) => {
      prepared.push(text)
      return prepare(text)
    }
    const own = new Kysely<Schema>({ dialect: sqliteDialect(database) })
    const look = (id: number) => own.selectFrom('realm').select('id').where('id', '=', id).execute()
    for (let i = 0; i < 20; i++) await look(i)
    assert.equal(prepared.length, 1, 'one statement for twenty questions of one form')
    for (let i = 0; i < 600; i++) await sql`select ${sql.lit(i)} as n`.execute(own)
    const before = prepared.length
    await look(1)
    assert.equal(prepared.length, before + 1, 'the one that was not used for so long had to go')
    await look(2)
    assert.equal(prepared.length, before + 1)
    await own.destroy()
    return
  }
  const pool = openPostgresPool(opened.location.url, 1)
  const own = new Kysely<Schema>({ dialect: postgresDialect(pool) })
  const named = async (): Promise<{ text: string; uses: number }[]> => {
    const { rows } = await pool.query(
      'select statement as text, (generic_plans + custom_plans)::int as uses from pg_prepared_statements',
    )
    return rows
  }
  for (let i = 0; i < 20; i++) await own.selectFrom('realm').select('id').where('id', '=', i).execute()
  const [first, ...others] = await named()
  assert.equal(others.length, 0, 'one statement for twenty questions of one form')
  assert.match(first?.text ?? '', /from "realm"/)
  assert.equal(first?.uses, 20)
  for (let i = 0; i < 600; i++) await sql`select ${sql.lit(i)} as n`.execute(own)
  assert.equal((await named()).length, 500)
  await own.destroy()
})

test('a database that is away, full or busy is told from a bug of ours', () => {
  const like = (fields: object, message = ''): Error => Object.assign(new Error(message), fields)
  for (const error of [
    like({ code: 'ECONNREFUSED' }),
    like({ code: 'ECONNRESET' }),
    like({ code: 'EPIPE' }),
    like({ code: 'ENOTFOUND' }),
    like({ code: '57P01' }, 'terminating connection due to administrator command'),
    like({ code: '57P03' }, 'the database system is starting up'),
    like({ code: '53100' }, 'could not extend file: No space left on device'),
    like({ code: '53300' }, 'sorry, too many clients already'),
    like({ code: '08006' }),
    like({ code: '40P01' }, 'deadlock detected'),
    like({}, 'Connection terminated unexpectedly'),
    like({}, 'timeout exceeded when trying to connect'),
    like({ code: 'ERR_SQLITE_ERROR', errcode: 13 }, 'database or disk is full'),
    like({ code: 'ERR_SQLITE_ERROR', errcode: 5 }, 'database is locked'),
    like({ code: 'ERR_SQLITE_ERROR', errcode: 778 }, 'disk I/O error'),
  ]) {
    assert.equal(isUnavailable(error), true, `${error.message} ${JSON.stringify(error)}`)
  }
  for (const error of [
    new Error('There is no account 5.'),
    new TypeError('x is not a function'),
    like({ code: '23505' }, 'duplicate key value'),
    like({ code: '42P01' }, 'relation "x" does not exist'),
    like({ code: '22021' }, 'invalid byte sequence'),
    like({ code: 'ERR_SQLITE_ERROR', errcode: 1 }, 'no such table: x'),
    like({ code: 'ERR_SQLITE_ERROR', errcode: 2067 }, 'UNIQUE constraint failed'),
    undefined,
    'text',
  ]) {
    assert.equal(isUnavailable(error), false, String(error))
  }
})

test('what is kept survives a power cut: every commit reaches the disk', async () => {
  if (opened.location.kind !== 'sqlite') {
    const { rows } = await sql<{
      value: string
    }>`select current_setting('synchronous_commit') as value`.execute(db)
    assert.ok(rows[0], 'PostgreSQL decides by its own configuration; we do not switch it off')
    const source = await import('node:fs').then(({ readFileSync }) =>
      readFileSync(new URL('./postgres/dialect.ts', import.meta.url), 'utf8'),
    )
    assert.doesNotMatch(source, /synchronous_commit|fsync/)
    return
  }
  const pragma = async (name: string): Promise<unknown> => {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)
    return Object.values(rows[0] ?? {})[0]
  }
  assert.equal(await pragma('journal_mode'), 'wal')
  assert.equal(await pragma('synchronous'), 2)
  assert.equal(await pragma('foreign_keys'), 1)
})
