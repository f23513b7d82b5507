/** The schema: from nothing to today and back, the same on both databases, and cheap to ask. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { Migrator, NO_MIGRATIONS } from 'kysely/migration'
import ts from 'typescript'
import { openTestStorage, type TestStorage } from '../test/support/engine.ts'
import { runLatchkey } from '../test/support/process.ts'
import { insertAccount } from './accounts.ts'
import { pendingMigrations } from './database.ts'
import { migrateToLatest, migrations } from './migrate.ts'
import type { Schema } from './schema.ts'

const files = readdirSync(join(import.meta.dirname, 'migrations'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => name.replace(/\.ts$/, ''))
  .sort()

async function withEmpty(work: (opened: TestStorage) => Promise<void>): Promise<void> {
  const opened = await openTestStorage({ isEmpty: true })
  try {
    await work(opened)
  } finally {
    await opened.close()
  }
}

async function tablesOf(db: Kysely<Schema>): Promise<Map<string, string[]>> {
  const tables = await db.introspection.getTables()
  return new Map(
    tables
      .filter(({ name }) => !/^kysely_|_search/.test(name))
      .map(({ name, columns }) => [name, columns.map((column) => column.name).sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Tables and columns as the types have them: the one source for both databases, but for what is searched, which differs. */
function tablesOfSchema(): Map<string, string[]> {
  const interfaces = new Map<string, [string, string][]>()
  for (const name of ['schema.ts', 'contacts-schema.ts']) {
    const path = join(import.meta.dirname, name)
    const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
    for (const node of file.statements) {
      if (!ts.isInterfaceDeclaration(node)) continue
      const members = node.members.filter(ts.isPropertySignature)
      interfaces.set(
        node.name.text,
        members.map((member) => [member.name.getText(file), member.type?.getText(file) ?? '']),
      )
    }
  }
  const all = [...(interfaces.get('Schema') ?? []), ...(interfaces.get('ContactsSchema') ?? [])]
  const tables = all.map(([table, type]): [string, string[]] => [
    table,
    (interfaces.get(type) ?? []).map(([column]) => column).sort(),
  ])
  return new Map(tables.sort(([a], [b]) => (a < b ? -1 : 1)))
}

test('from nothing to today: every migration runs once, in order, and what waits is told before', () =>
  withEmpty(async ({ storage }) => {
    assert.deepEqual(await pendingMigrations(storage.db), files)
    assert.deepEqual(await storage.migrate(), files)
    assert.deepEqual(await pendingMigrations(storage.db), [])
    assert.deepEqual(await storage.migrate(), [])
    await storage.check()
  }))

test('processes that start at once migrate once', () =>
  withEmpty(async ({ location, storage }) => {
    const env: Record<string, string> =
      location.kind === 'postgres' ? { DATABASE_URL: location.url } : { DATA_DIR: dirname(location.path) }
    const runs = await Promise.all([1, 2, 3].map(() => runLatchkey(['migrate'], env)))
    for (const { code, said } of runs) assert.equal(code, 0, said)
    assert.deepEqual(await pendingMigrations(storage.db), [])
    assert.deepEqual(await tablesOf(storage.db), tablesOfSchema())
  }))

test('every table has the columns that the types say, and the database has no other table', () =>
  withEmpty(async ({ storage }) => {
    await storage.migrate()
    const expected = tablesOfSchema()
    assert.ok(expected.size >= 18)
    assert.deepEqual(await tablesOf(storage.db), expected)
  }))

test('back to nothing: undoing every migration leaves no table, and today can come again', () =>
  withEmpty(async ({ storage }) => {
    await storage.migrate()
    const provider = { getMigrations: async () => migrations }
    const migrator = new Migrator({ db: storage.db, provider })
    const { error } = await migrator.migrateTo(NO_MIGRATIONS)
    assert.equal(error, undefined)
    assert.deepEqual([...(await tablesOf(storage.db)).keys()], [])
    assert.deepEqual(await storage.migrate(), files)
  }))

interface Indexed {
  table: string
  columns: string[]
}

async function indexesOf({ location, storage: { db } }: TestStorage): Promise<Indexed[]> {
  if (location.kind === 'postgres') {
    const { rows } = await sql<Indexed>`
      select t.relname as table, array_agg(a.attname::text order by k.n) as columns
      from pg_index i
      join pg_class t on t.oid = i.indrelid
      join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
      cross join unnest(i.indkey::int[]) with ordinality as k(attnum, n)
      join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
      group by i.indexrelid, t.relname`.execute(db)
    return rows
  }
  const { rows } = await sql<{ table: string; index: string; column: string }>`
    select t.name as "table", i.name as "index", c.name as "column"
    from sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
    where t.type = 'table' order by t.name, i.name, c.seqno`.execute(db)
  const byIndex = new Map<string, Indexed>()
  for (const { table, index, column } of rows) {
    const found = byIndex.get(index) ?? { table, columns: [] }
    found.columns.push(column)
    byIndex.set(index, found)
  }
  // A numeric primary key is the table itself.
  const { rows: keys } = await sql<{ table: string; column: string }>`
    select t.name as "table", c.name as "column" from sqlite_master t, pragma_table_info(t.name) c
    where t.type = 'table' and c.pk = 1`.execute(db)
  return [...byIndex.values(), ...keys.map(({ table, column }) => ({ table, columns: [column] }))]
}

async function foreignKeysOf({
  location,
  storage: { db },
}: TestStorage): Promise<{ table: string; column: string }[]> {
  if (location.kind === 'postgres') {
    const { rows } = await sql<{ table: string; column: string }>`
      select t.relname as table, a.attname as column
      from pg_constraint c
      join pg_class t on t.oid = c.conrelid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1]
      where c.contype = 'f'`.execute(db)
    return rows
  }
  const { rows } = await sql<{ table: string; column: string }>`
    select t.name as "table", f."from" as "column" from sqlite_master t, pragma_foreign_key_list(t.name) f
    where t.type = 'table'`.execute(db)
  return rows
}

test('every foreign key has an index, so that nothing that goes looks through a whole table', () =>
  withEmpty(async (opened) => {
    await opened.storage.migrate()
    const keys = await foreignKeysOf(opened)
    assert.ok(keys.length >= 20, `${keys.length} foreign keys`)
    const indexes = await indexesOf(opened)
    const without = keys.filter(
      ({ table, column }) => !indexes.some((index) => index.table === table && index.columns[0] === column),
    )
    assert.deepEqual(without, [])
  }))

test('an id is not given out again, though the highest one is gone', () =>
  withEmpty(async ({ storage: { db, migrate } }) => {
    await migrate()
    const insert = async (name: string): Promise<number> => {
      const values = { name, created_at: 1, set_up_at: null, profile: '{}' }
      return (await db.insertInto('realm').values(values).returning('id').executeTakeFirstOrThrow()).id
    }
    await insert('one')
    const highest = await insert('two')
    await db.deleteFrom('realm').where('id', '=', highest).execute()
    assert.ok((await insert('three')) > highest)
  }))

test('a migration that fails is told, and leaves nothing of itself behind', () =>
  withEmpty(async ({ storage }) => {
    const provider = {
      getMigrations: async () => ({
        '2026-01-01T0000-half': {
          async up(db: Kysely<unknown>) {
            await db.schema.createTable('half').addColumn('id', 'integer').execute()
            throw new Error('half-way')
          },
        },
      }),
    }
    const { error } = await new Migrator({ db: storage.db, provider }).migrateToLatest()
    assert.match(String(error), /half-way/)
    assert.equal((await tablesOf(storage.db)).has('half'), false)
    assert.deepEqual(await storage.migrate().catch(() => 'refused'), files)
  }))

test('words that were there before are public where a name or a username has them', () =>
  withEmpty(async ({ storage: { db } }) => {
    await migrateToLatest(db, '2026-11-21T1900-account-closing')
    const realm = { name: 'one', created_at: 1, set_up_at: null, profile: '{}' }
    const { id: realm_id } = await db
      .insertInto('realm')
      .values(realm)
      .returning('id')
      .executeTakeFirstOrThrow()
    const account_id = await insertAccount(db, {
      uid: 'u',
      realmId: realm_id,
      username: 'ann',
      usernameKey: 'ann',
      name: 'Ann Hill',
      role: 'user',
      tier: 0,
      language: null,
      extra: {},
      referrerId: null,
      now: 1,
    })
    assert.ok(account_id)
    for (const word of ['ann', 'hill', 'secret', 'org']) {
      await sql`insert into account_word (account_id, realm_id, word) values (${account_id}, ${realm_id}, ${word})`.execute(
        db,
      )
    }
    await migrateToLatest(db)
    const words = await db.selectFrom('account_word').select('word').where('is_public', '=', true).execute()
    assert.deepEqual(words.map(({ word }) => word).toSorted(), ['ann', 'hill'])
  }))
