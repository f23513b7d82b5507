import { type Kysely, sql } from 'kysely'

/**
 * An entry of the action log may have a public code: what a public log and its live stream tell of it. They are read by
 * code, and by account and code, in the order of ids.
 *
 * Existing rows: accounts that were made get theirs; older changes stay untold, since what they changed was not judged.
 * Cost: adds a nullable column, writes the rows of accounts made, and builds two indexes of the rows that have a code.
 * The index by actor goes: nothing reads by it. Undo: drops column and indexes, and what is public with them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('action_log').addColumn('public_code', 'text').execute()
  await sql`update action_log set public_code = 'user:create' where action = 'account.created'`.execute(db)
  await sql`create index action_log_public on action_log (realm_id, public_code, id)
    where public_code is not null`.execute(db)
  await sql`create index action_log_public_by_account on action_log (account_id, public_code, id)
    where public_code is not null`.execute(db)
  await db.schema.dropIndex('action_log_by_actor_id_id').execute()
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('action_log_by_actor_id_id')
    .on('action_log')
    .columns(['actor_id', 'id'])
    .execute()
  await db.schema.dropIndex('action_log_public_by_account').execute()
  await db.schema.dropIndex('action_log_public').execute()
  await db.schema.alterTable('action_log').dropColumn('public_code').execute()
}
