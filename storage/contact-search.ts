import { PostgresAdapter, type RawBuilder, sql } from 'kysely'
import { fold } from './contact-texts.ts'
import type { Db } from './database.ts'

/** What is searched, each in a table of its own: the id of the row, its owner, and all its text. */
type Searched = 'contact_search' | 'note_search' | 'activity_search'

/** Shorter terms are no trigram: they are looked for at the beginning of names. */
export const TERM_LENGTH_MIN = 3
/** Nobody looks for more at once. */
const TERM_LENGTH_MAX = 200

const onPostgres = (db: Db): boolean => db.getExecutor().adapter instanceof PostgresAdapter

/** Text as it is searched. Fields are kept apart by line breaks, which no term has. */
export function searchText(texts: string[]): string {
  return fold(texts.filter(Boolean).join('\n'))
}

/** A term as it is looked for. */
export function searchTerm(text: string): string {
  return fold(text.slice(0, TERM_LENGTH_MAX)).replaceAll('\n', ' ')
}

const FIRST_LETTER = 0x4e00
const LETTERS = 20_000

/**
 * The owner as three letters, which are one trigram: the index then reads entries of this owner alone, however many
 * others have the same words. Letters of a script that is not folded, and in a column of their own.
 */
function ownerGram(ownerId: number): string {
  const digits = [ownerId, ownerId / LETTERS, ownerId / LETTERS ** 2]
  return digits.map((digit) => String.fromCharCode(FIRST_LETTER + (Math.floor(digit) % LETTERS))).join('')
}

export interface SearchEntry {
  id: number
  ownerId: number
  text: string
}

/** As many as a statement has room for. */
const STEP = 200

/** Enters rows that are new, or that {@link dropFromSearch} took out just now. */
export async function enterIntoSearch(db: Db, table: Searched, entries: SearchEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += STEP) {
    const step = entries.slice(from, from + STEP)
    const isPostgres = onPostgres(db)
    const rows = sql.join(
      step.map(({ id, ownerId, text }) =>
        isPostgres ? sql`(${id}, ${ownerId}, ${text})` : sql`(${id}, ${ownerGram(ownerId)}, ${text})`,
      ),
    )
    const columns = isPostgres ? sql`id, owner_id, text` : sql`rowid, owner, text`
    await sql`insert into ${sql.table(table)} (${columns}) values ${rows}`.execute(db)
  }
}

export async function dropFromSearch(db: Db, table: Searched, ids: number[]): Promise<void> {
  for (let from = 0; from < ids.length; from += STEP) {
    const step = sql.join(ids.slice(from, from + STEP))
    await sql`delete from ${sql.table(table)} where ${sql.ref(idColumn(db))} in (${step})`.execute(db)
  }
}

/** Takes out whatever an owner has, before the rows themselves go. */
export async function dropOwnerFromSearch(db: Db, ownerId: number): Promise<void> {
  for (const table of ['contact', 'note', 'activity'] as const) {
    const searched = sql.table(`${table}_search`)
    const ids = sql`(select id from ${sql.table(table)} where owner_id = ${ownerId})`
    await sql`delete from ${searched} where ${sql.ref(idColumn(db))} in ${ids}`.execute(db)
  }
}

/** The ids of an owner's rows whose text has the term in it: for `in (…)`. The term has at least three characters. */
export function idsFound(
  db: Db,
  table: Searched,
  { ownerId, term }: { ownerId: number; term: string },
): RawBuilder<number> {
  if (onPostgres(db)) {
    const pattern = `%${term.replaceAll(/[\\%_]/g, '\\$&')}%`
    return sql`(select id from ${sql.table(table)} where text like ${pattern} and owner_id = ${ownerId})`
  }
  const match = `owner : "${ownerGram(ownerId)}" AND text : "${term.replaceAll('"', '""')}"`
  return sql`(select rowid from ${sql.table(table)} where ${sql.table(table)} match ${match})`
}

const idColumn = (db: Db): string => (onPostgres(db) ? 'id' : 'rowid')
