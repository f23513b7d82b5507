import { type Kysely, PostgresAdapter, sql } from 'kysely'
import { wordsOf } from '../account-words.ts'

interface Tables {
  account: {
    id: number
    realm_id: number
    username: string | null
    name: string | null
    deleted_at: number | null
  }
  email_claim: { account_id: number; address: string }
  account_word: { account_id: number; realm_id: number; word: string }
}

/**
 * Words of accounts (names, usernames, addresses), so that one of a million is found by the first letters of any.
 *
 * Existing rows: each account's words are made from what it has now. Undo: drops the table.
 */
export async function up(db: Kysely<Tables>): Promise<void> {
  const onPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  await db.schema
    .createTable('account_word')
    .addColumn('account_id', 'bigint', (c) => c.notNull().references('account.id').onDelete('cascade'))
    .addColumn('realm_id', 'bigint', (c) => c.notNull().references('realm.id'))
    // By bytes, whatever the database's language: a range of them is a prefix.
    .addColumn('word', onPostgres ? sql`text collate "C"` : 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('account_word_key', ['account_id', 'word'])
    .execute()
  await db.schema
    .createIndex('account_word_by_realm_id_word')
    .on('account_word')
    .columns(['realm_id', 'word', 'account_id'])
    .execute()
  // For lists: those who are there, by age and by name.
  await sql`create index account_live on account (realm_id, id) where deleted_at is null`.execute(db)
  await sql`create index account_live_by_name on account (realm_id, (lower(name)), id) where deleted_at is null`.execute(
    db,
  )
  await fill(db)
}

export async function down(db: Kysely<Tables>): Promise<void> {
  await db.schema.dropIndex('account_live_by_name').execute()
  await db.schema.dropIndex('account_live').execute()
  await db.schema.dropTable('account_word').execute()
}

const STEP = 500

async function fill(db: Kysely<Tables>): Promise<void> {
  for (let after = 0; ; ) {
    const accounts = await db
      .selectFrom('account')
      .select(['id', 'realm_id', 'username', 'name'])
      .where('id', '>', after)
      .where('deleted_at', 'is', null)
      .orderBy('id')
      .limit(STEP)
      .execute()
    const last = accounts.at(-1)
    if (!last) return
    const claims = await db
      .selectFrom('email_claim')
      .select(['account_id', 'address'])
      .where('account_id', '>', after)
      .where('account_id', '<=', last.id)
      .execute()
    const words = accounts.flatMap(({ id, realm_id, username, name }) => {
      const addresses = claims.filter(({ account_id }) => account_id === id).map(({ address }) => address)
      return wordsOf([username, name, ...addresses]).map((word) => ({ account_id: id, realm_id, word }))
    })
    if (words.length > 0) await db.insertInto('account_word').values(words).execute()
    after = last.id
  }
}
