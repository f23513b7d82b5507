import { type Kysely, sql } from 'kysely'

/**
 * Who has something to be mailed on a day is found by the day, over all owners: indexes that begin with it, of nothing
 * but what still waits.
 *
 * Existing rows: entered. Cost: three passes over tables. Undo: drops the indexes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index reminder_waiting on reminder (remind_day, owner_id) where by_mail and not email_sent and not completed and deleted_at is null`.execute(
    db,
  )
  await sql`create index contact_born_on on contact (birthday_key, owner_id) where birthday_key is not null and state = 0`.execute(
    db,
  )
  await sql`create index relationship_born_on on relationship (birthday_key, owner_id) where birthday_key is not null and related_contact_id is null and deleted_at is null`.execute(
    db,
  )
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const name of ['reminder_waiting', 'contact_born_on', 'relationship_born_on']) {
    await db.schema.dropIndex(name).execute()
  }
}
