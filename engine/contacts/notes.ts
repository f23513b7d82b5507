import { findContact, holdContact } from '../../storage/contacts.ts'
import { inTransaction } from '../../storage/database.ts'
import {
  type DatedQuery,
  findNote as findRow,
  insertNote,
  listNotesOf,
  listUnassignedNotes as listRows,
  type Note,
  type NoteValues,
  replaceNote as replaceRow,
  trashNote as trashRow,
} from '../../storage/notes.ts'
import type { Engine } from '../engine.ts'
import { decline, type Result, succeed } from '../result.ts'

export type { DatedQuery, Note, NoteValues } from '../../storage/notes.ts'

/** In order of precedence. */
export type NoteFailure = { code: 'note_not_found' } | { code: 'contact_not_found' }

/** What was written about a contact, in the order it was. */
export async function listNotes(
  { db }: Pick<Engine, 'db'>,
  { ownerId, contactId }: { ownerId: number; contactId: number },
): Promise<Result<Note[], { code: 'contact_not_found' }>> {
  if (!(await findContact(db, { ownerId, id: contactId }))) return decline({ code: 'contact_not_found' })
  return succeed(await listNotesOf(db, [contactId]))
}

/** Notes about nobody in particular. */
export function listUnassignedNotes(
  { db }: Pick<Engine, 'db'>,
  query: DatedQuery,
): Promise<{ notes: Note[]; total: number }> {
  return listRows(db, query)
}

export async function findNote(
  { db }: Pick<Engine, 'db'>,
  which: { ownerId: number; id: number },
): Promise<Result<Note, { code: 'note_not_found' }>> {
  const note = await findRow(db, which)
  return note ? succeed(note) : decline({ code: 'note_not_found' })
}

export async function createNote(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, values }: { ownerId: number; values: NoteValues },
): Promise<Result<Note, { code: 'contact_not_found' }>> {
  return inTransaction(db, async (tx) => {
    const { contactId } = values
    if (contactId !== null && !(await holdContact(tx, { ownerId, id: contactId }))) {
      return decline({ code: 'contact_not_found' })
    }
    const now = clock.now()
    const id = await insertNote(tx, { ownerId, values, now })
    return succeed(noteOf({ id, values, createdAt: now, updatedAt: now }))
  })
}

/** Puts other values in the place of all; without a contact it is about nobody from now on. */
export async function replaceNote(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, id, values }: { ownerId: number; id: number; values: NoteValues },
): Promise<Result<Note, NoteFailure>> {
  return inTransaction(db, async (tx): Promise<Result<Note, NoteFailure>> => {
    const before = await findRow(tx, { ownerId, id })
    if (!before) return decline({ code: 'note_not_found' })
    const { contactId } = values
    if (contactId !== null && !(await holdContact(tx, { ownerId, id: contactId }))) {
      return decline({ code: 'contact_not_found' })
    }
    const now = clock.now()
    if (!(await replaceRow(tx, { ownerId, id, values, now }))) return decline({ code: 'note_not_found' })
    return succeed(noteOf({ id, values, createdAt: before.createdAt, updatedAt: now }))
  })
}

/** Into the trash. Of two at once, one does it. */
export async function trashNote(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<Result<null, { code: 'note_not_found' }>> {
  const isTrashed = await inTransaction(db, (tx) => trashRow(tx, { ownerId, id, now: clock.now() }))
  return isTrashed ? succeed(null) : decline({ code: 'note_not_found' })
}

function noteOf({
  values,
  ...rest
}: {
  id: number
  values: NoteValues
  createdAt: number
  updatedAt: number
}): Note {
  return { ...rest, contactId: values.contactId, content: values.content, date: values.date.text }
}
