import { type RawBuilder, sql } from 'kysely'
import { idsFound, searchTerm, TERM_LENGTH_MIN } from './contact-search.ts'
import { orderKey } from './contact-texts.ts'
import { type Contact, STATE, selectContacts, toContact } from './contacts.ts'
import type { Db } from './database.ts'

/** A contact with its thumbnail, as lists show it. */
export interface ListedContact extends Contact {
  /** A small JPEG. */
  thumbnail: Uint8Array | null
}

export interface ContactQuery {
  ownerId: number
  which: 'listed' | 'archived' | 'both'
  circle?: string | undefined
  /** Any part of any field or note, folded. */
  search?: string | undefined
  sort: 'id' | 'firstname' | 'lastname' | 'random'
  isDescending: boolean
  offset: number
  limit: number
}

/** One page, and how many there are in all. Two statements, however large the book. */
export async function listContacts(
  db: Db,
  query: ContactQuery,
): Promise<{ contacts: ListedContact[]; total: number }> {
  const { total, ids } = await (query.search || query.circle !== undefined
    ? pageOfFound(db, query)
    : pageOfAll(db, query))
  return { contacts: await getListed(db, ids), total }
}

interface Page {
  total: number
  ids: number[]
}

const ORDERS = { id: 'id', firstname: 'first_key', lastname: 'last_key', random: 'id' } as const

/**
 * Straight from the index, from whichever end is nearer: entries are counted, rows are not read. The total is kept, so
 * the end is known.
 */
async function pageOfAll(db: Db, query: ContactQuery): Promise<Page> {
  const { ownerId, which, sort, offset, limit } = query
  const book = await db
    .selectFrom('address_book')
    .select(['listed', 'archived'])
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  const { listed = 0, archived = 0 } = book ?? {}
  const total = { listed, archived, both: listed + archived }[which]
  const size = Math.min(limit, total - offset)
  if (size <= 0) return { total, ids: [] }
  const where = sql`owner_id = ${ownerId} and ${stateIs(which)}`
  if (sort === 'random') return { total, ids: await drawFrom(db, where, limit) }
  const isFromEnd = offset > total / 2
  const direction = query.isDescending === isFromEnd ? sql`asc` : sql`desc`
  const skipped = isFromEnd ? total - offset - size : offset
  const key = sql.ref(ORDERS[sort])
  const { rows } = await sql<{ id: number }>`
    select id from contact where ${where}
    order by ${key} ${direction}, id ${direction} limit ${size} offset ${skipped}`.execute(db)
  const ids = rows.map(({ id }) => id)
  return { total, ids: isFromEnd ? ids.reverse() : ids }
}

function stateIs(which: ContactQuery['which'], column = 'state'): RawBuilder<boolean> {
  if (which === 'both') return sql`${sql.ref(column)} < ${STATE.trash}`
  return sql`${sql.ref(column)} = ${STATE[which]}`
}

/** What a search or a circle finds is chosen by the indexes of both, ordered, and counted in the same go. */
async function pageOfFound(db: Db, query: ContactQuery): Promise<Page> {
  const { ownerId, which, circle, search, sort, isDescending, offset, limit } = query
  const inCircle = circle !== undefined
  const id = inCircle ? 'contact_id' : 'id'
  const table = inCircle ? 'contact_circle' : 'contact'
  const conditions = [sql`owner_id = ${ownerId}`, stateIs(which)]
  if (inCircle) conditions.push(sql`circle = ${circle}`)
  if (search) conditions.push(sql`${sql.ref(id)} in (${foundBy(db, ownerId, search)})`)
  const where = sql.join(conditions, sql` and `)
  const direction = isDescending ? sql`desc` : sql`asc`
  // The listed ones first, where a search shows both.
  const before = search && which === 'both' ? sql`state, ` : sql``
  const key = sort === 'random' ? sql`random()` : sql.ref(sort === 'id' ? id : ORDERS[sort])
  const { rows } = await sql<{ id: number; total: number }>`
    select ${sql.ref(id)} as id, count(*) over () as total from ${sql.table(table)} where ${where}
    order by ${before}${key} ${direction}, ${sql.ref(id)} ${direction} limit ${limit} offset ${offset}`.execute(
    db,
  )
  const [first] = rows
  if (first) return { total: first.total, ids: rows.map((row) => row.id) }
  if (offset === 0) return { total: 0, ids: [] }
  const counted = await sql<{
    total: number
  }>`select count(*) as total from ${sql.table(table)} where ${where}`.execute(db)
  return { total: counted.rows[0]?.total ?? 0, ids: [] }
}

/** Contacts in which a term stands, or in one of whose notes it does. */
function foundBy(db: Db, ownerId: number, search: string): RawBuilder<number> {
  const term = searchTerm(search)
  if ([...term].length < TERM_LENGTH_MIN) return beginningWith(ownerId, search)
  const named = idsFound(db, 'contact_search', { ownerId, term })
  const noted = idsFound(db, 'note_search', { ownerId, term })
  return sql`select id from contact where id in ${named} union
    select contact_id from note where id in ${noted} and contact_id is not null and deleted_at is null`
}

/** After every other in the order of bytes. */
const LAST_CHARACTER = '\u{10ffff}'

/** One or two characters are no trigram: names that begin with them, by their indexes. */
function beginningWith(ownerId: number, search: string): RawBuilder<number> {
  const from = orderKey(search)
  const to = `${from}${LAST_CHARACTER}`
  const by = (column: string) => sql`select id from contact
    where owner_id = ${ownerId} and ${sql.ref(column)} >= ${from} and ${sql.ref(column)} < ${to}`
  return sql`${by('first_key')} union ${by('last_key')} union ${by('nick_key')}`
}

/** A few by chance, each as likely as any other. The index alone is read. */
async function drawFrom(db: Db, where: RawBuilder<unknown>, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from contact where ${where} order by random() limit ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}

/** In the order of the ids. */
export async function getListed(db: Db, ids: number[]): Promise<ListedContact[]> {
  if (ids.length === 0) return []
  const rows = await selectContacts(db)
    .select('contact_photo.thumbnail')
    .where('contact.id', 'in', ids)
    .execute()
  const byId = new Map(rows.map((row) => [row.id, { ...toContact(row), thumbnail: row.thumbnail }]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** Every circle in use, archived contacts included; one step in the index for each. */
export async function listCircles(db: Db, ownerId: number): Promise<string[]> {
  const next = (after: RawBuilder<unknown>) => sql`
    select min(circle) from contact_circle where owner_id = ${ownerId} and state < ${STATE.trash} ${after}`
  const { rows } = await sql<{ circle: string }>`
    with recursive used (circle) as (
      select (${next(sql``)})
      union all
      select (${next(sql`and circle > used.circle`)}) from used where used.circle is not null
    )
    select circle from used where circle is not null`.execute(db)
  return rows.map(({ circle }) => circle)
}

/** Contacts at these places of the list by id, for who draws some by chance. The index alone is read to find them. */
export async function listAt(db: Db, ownerId: number, places: number[]): Promise<ListedContact[]> {
  if (places.length === 0) return []
  const at = places.map(
    (place) => sql`select * from (
      select id from contact where owner_id = ${ownerId} and ${stateIs('listed')} order by id limit 1 offset ${place}
    ) as at_place`,
  )
  const { rows } = await sql<{ id: number }>`${sql.join(at, sql` union all `)}`.execute(db)
  return getListed(
    db,
    rows.map(({ id }) => id),
  )
}

export async function countListed(db: Db, ownerId: number): Promise<number> {
  const book = await db
    .selectFrom('address_book')
    .select('listed')
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  return book?.listed ?? 0
}

/** Those of these numbers that are ids of listed contacts: for who draws ids by chance. */
export async function listIfThere(db: Db, ownerId: number, ids: number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('contact')
    .select('id')
    .where('owner_id', '=', ownerId)
    .where('id', 'in', ids)
    .where('state', '=', STATE.listed)
    .execute()
  const there = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => there.has(id))
}

/** The lowest and the highest id, of contacts in whatever state; nothing for an empty book. */
export async function findIdRange(db: Db, ownerId: number): Promise<[number, number] | undefined> {
  const end = (direction: 'asc' | 'desc') =>
    db
      .selectFrom('contact')
      .select('id')
      .where('owner_id', '=', ownerId)
      .orderBy('id', direction)
      .limit(1)
      .executeTakeFirst()
  const [first, last] = [await end('asc'), await end('desc')]
  return first && last ? [first.id, last.id] : undefined
}
