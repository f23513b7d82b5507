import { type Kysely, sql } from 'kysely'

/**
 * Accounts that their owner closed are erased later: when that is due.
 *
 * Existing rows: null, since nobody could close one. Cost: adds a nullable column, and an index of the few that have
 * it; neither database rewrites the table. Undo: drops the column, and what was closed stays shut for good.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('account').addColumn('erase_at', 'bigint').execute()
  await sql`create index account_closed on account (erase_at) where erase_at is not null`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('account_closed').execute()
  await db.schema.alterTable('account').dropColumn('erase_at').execute()
}
