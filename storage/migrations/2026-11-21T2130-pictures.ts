import { type Kysely, sql } from 'kysely'

/**
 * Pictures: which file of the store holds which bytes, and when to look whether anybody still uses it.
 *
 * Existing rows: none, since nobody could have a picture. Cost: a new table, and on accounts two indexes of the few
 * that have one. Undo: drops them; the files stay in the store.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('picture')
    .addColumn('file_key', 'text', (c) => c.primaryKey())
    .addColumn('realm_id', 'integer', (c) => c.notNull().references('realm.id'))
    .addColumn('room', 'text', (c) => c.notNull())
    .addColumn('content_hash', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('doubted_at', 'bigint')
    .addColumn('removed_at', 'bigint')
    .execute()
  // The same bytes are kept once in each room; a file that is on its way out is none of them any more.
  await sql`create unique index picture_content on picture (realm_id, room, content_hash) where removed_at is null`.execute(
    db,
  )
  await sql`create index picture_doubted on picture (doubted_at) where doubted_at is not null`.execute(db)
  await sql`create index account_profile_image on account (profile_image) where profile_image is not null`.execute(
    db,
  )
  await sql`create index account_banner_image on account (banner_image) where banner_image is not null`.execute(
    db,
  )
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('account_banner_image').execute()
  await db.schema.dropIndex('account_profile_image').execute()
  await db.schema.dropTable('picture').execute()
}
