import type { Db } from './database.ts'

/** One line of what became of a contact. */
export async function insertHistory(
  db: Db,
  entry: {
    ownerId: number
    contactId: number
    action: string
    changes: Record<string, unknown>
    source: string
    now: number
  },
): Promise<void> {
  await db
    .insertInto('contact_history')
    .values({
      owner_id: entry.ownerId,
      contact_id: entry.contactId,
      action: entry.action,
      changes: JSON.stringify(entry.changes),
      source: entry.source,
      created_at: entry.now,
    })
    .execute()
}
