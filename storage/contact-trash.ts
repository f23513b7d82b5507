import { dropFromSearch, dropOwnerFromSearch } from './contact-search.ts'
import type { Db, Tx } from './database.ts'

/** What goes with a contact: its notes, its reminders, its own relationships, and its part in activities. */
export async function trashWith(
  tx: Tx,
  { contactId, now, only }: { contactId: number; now: number; only?: 'reminder' },
): Promise<void> {
  const tables = only ? ([only] as const) : (['reminder', 'note', 'relationship'] as const)
  for (const table of tables) {
    await tx
      .updateTable(table)
      .set({ deleted_at: now, trashed_with: contactId })
      .where('contact_id', '=', contactId)
      .where('deleted_at', 'is', null)
      .execute()
  }
  if (only) return
  await tx
    .updateTable('activity_contact')
    .set({ trashed_at: now })
    .where('contact_id', '=', contactId)
    .where('trashed_at', 'is', null)
    .execute()
}

/** As many as one statement takes. */
const STEP = 200

/** Deletes for good what was put into the trash before then. */
export async function emptyTrash(db: Db, before: number): Promise<void> {
  for (const table of ['contact', 'note', 'activity', 'relationship', 'reminder'] as const) {
    for (let found = STEP; found === STEP; ) {
      const old = await db
        .selectFrom(table)
        .select('id')
        .where('deleted_at', '<', before)
        .orderBy('deleted_at')
        .limit(STEP)
        .execute()
      found = old.length
      if (found === 0) break
      const ids = old.map(({ id }) => id)
      if (table === 'contact' || table === 'note' || table === 'activity') {
        await dropFromSearch(db, `${table}_search`, ids)
      }
      if (table === 'contact') await dropNotesOf(db, ids)
      await db.deleteFrom(table).where('id', 'in', ids).execute()
    }
  }
}

/** They go with their contact, by the database; what is searched knows of no contact. */
async function dropNotesOf(db: Db, contactIds: number[]): Promise<void> {
  const notes = await db.selectFrom('note').select('id').where('contact_id', 'in', contactIds).execute()
  await dropFromSearch(
    db,
    'note_search',
    notes.map(({ id }) => id),
  )
}

/** Everything that an owner has, at once and for good. */
export async function deleteAddressBook(db: Db, ownerId: number): Promise<void> {
  await dropOwnerFromSearch(db, ownerId)
  for (const table of [
    'reminder_completion',
    'reminder',
    'relationship',
    'note',
    'activity',
    'contact',
    'contact_import',
    'address_book',
    'reminder_mail',
    'calendar_feed',
  ] as const) {
    await db.deleteFrom(table).where('owner_id', '=', ownerId).execute()
  }
}
