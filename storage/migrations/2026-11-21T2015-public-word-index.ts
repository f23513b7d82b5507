import { type Kysely, sql } from 'kysely'

/**
 * An index of the words of public profiles alone: anybody may search them, and must not be slowed down by those of
 * addresses. Undo: drops the index.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index account_word_public on account_word (realm_id, word, account_id) where is_public`.execute(
    db,
  )
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('account_word_public').execute()
}
