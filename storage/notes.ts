import { sql } from 'kysely'
import {
  dropFromSearch,
  enterIntoSearch,
  idsFound,
  searchTerm,
  searchText,
  TERM_LENGTH_MIN,
} from './contact-search.ts'
import type { Db, Tx } from './database.ts'

/** A point in time as somebody sent it: the text with its zone, the instant, and the day in that zone. */
export interface Moment {
  text: string
  at: number
  day: string
}

export interface NoteValues {
  content: string
  date: Moment
  contactId: number | null
}

export interface Note {
  id: number
  contactId: number | null
  content: string
  /** As it was sent. */
  date: string
  createdAt: number
  updatedAt: number
}

/** Days, both included, as the date's own zone has them; and a part of the text. */
export interface DatedQuery {
  ownerId: number
  search?: string | undefined
  fromDay?: string | undefined
  toDay?: string | undefined
  offset: number
  limit: number
}

function select(db: Db) {
  return db
    .selectFrom('note')
    .select([
      'note.id',
      'note.contact_id as contactId',
      'note.content',
      'note.date',
      'note.created_at as createdAt',
      'note.updated_at as updatedAt',
    ])
    .where('note.deleted_at', 'is', null)
}

/** In the order they were made. */
export function listNotesOf(db: Db, contactIds: number[]): Promise<Note[]> {
  return select(db).where('contact_id', 'in', contactIds).orderBy('id').execute()
}

/** Notes of no contact, the newest date first. */
export async function listUnassignedNotes(
  db: Db,
  { ownerId, search, fromDay, toDay, offset, limit }: DatedQuery,
): Promise<{ notes: Note[]; total: number }> {
  let query = db
    .selectFrom('note')
    .where('owner_id', '=', ownerId)
    .where('contact_id', 'is', null)
    .where('deleted_at', 'is', null)
  if (fromDay !== undefined) query = query.where('date_day', '>=', fromDay)
  if (toDay !== undefined) query = query.where('date_day', '<=', toDay)
  if (search) query = query.where(sql<boolean>`${contains(db, ownerId, search)}`)
  const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const page = await query
    .select('id')
    .orderBy('date_at', 'desc')
    .orderBy('id', 'desc')
    .offset(offset)
    .limit(limit)
    .execute()
  if (page.length === 0) return { notes: [], total: Number(total) }
  const ids = page.map(({ id }) => id)
  const rows = await select(db).where('id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return { notes: ids.flatMap((id) => byId.get(id) ?? []), total: Number(total) }
}

/** One or two characters are no trigram: then the texts themselves are read. */
function contains(db: Db, ownerId: number, search: string) {
  const term = searchTerm(search)
  if ([...term].length >= TERM_LENGTH_MIN) return sql`id in ${idsFound(db, 'note_search', { ownerId, term })}`
  return sql`lower(content) like ${`%${term.replaceAll(/[\\%_]/g, '\\$&')}%`} escape '\\'`
}

export async function findNote(
  db: Db,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<Note | undefined> {
  return select(db).where('note.id', '=', id).where('note.owner_id', '=', ownerId).executeTakeFirst()
}

const columnsOf = ({ content, date, contactId }: NoteValues) => ({
  content,
  contact_id: contactId,
  date: date.text,
  date_at: date.at,
  date_day: date.day,
})

export async function insertNote(
  tx: Tx,
  { ownerId, values, now }: { ownerId: number; values: NoteValues; now: number },
): Promise<number> {
  const { id } = await tx
    .insertInto('note')
    .values({
      ...columnsOf(values),
      owner_id: ownerId,
      import_id: null,
      trashed_with: null,
      deleted_at: null,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await enterIntoSearch(tx, 'note_search', [{ id, ownerId, text: searchText([values.content]) }])
  return id
}

/** @returns false when there is none. */
export async function replaceNote(
  tx: Tx,
  { ownerId, id, values, now }: { ownerId: number; id: number; values: NoteValues; now: number },
): Promise<boolean> {
  const row = await live(tx, { ownerId, id })
    .set({ ...columnsOf(values), updated_at: now })
    .returning('id')
    .executeTakeFirst()
  if (!row) return false
  await dropFromSearch(tx, 'note_search', [id])
  await enterIntoSearch(tx, 'note_search', [{ id, ownerId, text: searchText([values.content]) }])
  return true
}

export async function trashNote(
  tx: Tx,
  { ownerId, id, now }: { ownerId: number; id: number; now: number },
): Promise<boolean> {
  const row = await live(tx, { ownerId, id }).set({ deleted_at: now }).returning('id').executeTakeFirst()
  return row !== undefined
}

function live(tx: Tx, { ownerId, id }: { ownerId: number; id: number }) {
  return tx
    .updateTable('note')
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('deleted_at', 'is', null)
}
