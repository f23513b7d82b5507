import { type RawBuilder, sql } from 'kysely'
import {
  dropFromSearch,
  enterIntoSearch,
  idsFound,
  searchTerm,
  searchText,
  TERM_LENGTH_MIN,
} from './contact-search.ts'
import { type Contact, STATE, selectContacts, toContact } from './contacts.ts'
import type { Db, Tx } from './database.ts'
import type { DatedQuery, Moment } from './notes.ts'

export interface ActivityValues {
  title: string
  description: string
  location: string
  date: Moment
}

export interface Activity {
  id: number
  title: string
  description: string
  location: string
  /** As it was sent. */
  date: string
  createdAt: number
  updatedAt: number
}

function select(db: Db) {
  return db
    .selectFrom('activity')
    .select([
      'activity.id',
      'activity.title',
      'activity.description',
      'activity.location',
      'activity.date',
      'activity.created_at as createdAt',
      'activity.updated_at as updatedAt',
    ])
    .where('activity.deleted_at', 'is', null)
}

/** The newest date first; each once, however many of its contacts a search finds. */
export async function listActivities(
  db: Db,
  { ownerId, search, fromDay, toDay, offset, limit }: DatedQuery,
): Promise<{ activities: Activity[]; total: number }> {
  let query = db.selectFrom('activity').where('owner_id', '=', ownerId).where('deleted_at', 'is', null)
  if (fromDay !== undefined) query = query.where('date_day', '>=', fromDay)
  if (toDay !== undefined) query = query.where('date_day', '<=', toDay)
  if (search) query = query.where(sql<boolean>`id in (${foundBy(db, ownerId, searchTerm(search))})`)
  const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const page = await query
    .select('id')
    .orderBy('date_at', 'desc')
    .orderBy('id', 'desc')
    .offset(offset)
    .limit(limit)
    .execute()
  if (page.length === 0) return { activities: [], total: Number(total) }
  const ids = page.map(({ id }) => id)
  const rows = await select(db).where('activity.id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return { activities: ids.flatMap((id) => byId.get(id) ?? []), total: Number(total) }
}

/** By their own text, or by the name of somebody who was there. */
function foundBy(db: Db, ownerId: number, term: string): RawBuilder<number> {
  const isIndexed = [...term].length >= TERM_LENGTH_MIN
  const pattern = `%${term.replaceAll(/[\\%_]/g, '\\$&')}%`
  const like = (column: string) => sql`${sql.ref(column)} like ${pattern} escape '\\'`
  const own = isIndexed
    ? sql`select id from activity where id in ${idsFound(db, 'activity_search', { ownerId, term })}`
    : sql`select id from activity where owner_id = ${ownerId}
        and lower(title || ' ' || description || ' ' || location) like ${pattern} escape '\\'`
  const among = isIndexed
    ? sql`and contact.id in ${idsFound(db, 'contact_search', { ownerId, term })}`
    : sql``
  return sql`${own} union
    select activity_contact.activity_id from contact
    join activity_contact on activity_contact.contact_id = contact.id and activity_contact.trashed_at is null
    where contact.owner_id = ${ownerId} and contact.state < ${STATE.trash} ${among}
      and (${like('contact.first_key')} or ${like('contact.last_key')} or ${like('contact.nick_key')})`
}

/** Those in which one of these contacts took part, the newest date first, and who it was. */
export function listActivitiesOf(
  db: Db,
  contactIds: number[],
): Promise<(Activity & { contactId: number })[]> {
  return select(db)
    .innerJoin('activity_contact', 'activity_contact.activity_id', 'activity.id')
    .select('activity_contact.contact_id as contactId')
    .where('activity_contact.contact_id', 'in', contactIds)
    .where('activity_contact.trashed_at', 'is', null)
    .orderBy('activity.date_at', 'desc')
    .orderBy('activity.id', 'desc')
    .execute()
}

export async function findActivity(
  db: Db,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<Activity | undefined> {
  return select(db).where('activity.id', '=', id).where('activity.owner_id', '=', ownerId).executeTakeFirst()
}

/** Who took part in each, by the id of the activity; one statement for all of them. */
export async function listParticipants(db: Db, activityIds: number[]): Promise<Map<number, Contact[]>> {
  const participants = new Map<number, Contact[]>(activityIds.map((id) => [id, []]))
  if (activityIds.length === 0) return participants
  const rows = await selectContacts(db)
    .innerJoin('activity_contact', 'activity_contact.contact_id', 'contact.id')
    .select('activity_contact.activity_id as activityId')
    .where('activity_contact.activity_id', 'in', activityIds)
    .where('activity_contact.trashed_at', 'is', null)
    .where('contact.state', '!=', STATE.trash)
    .orderBy('contact.id')
    .execute()
  for (const row of rows) participants.get(row.activityId)?.push(toContact(row))
  return participants
}

const columnsOf = ({ title, description, location, date }: ActivityValues) => ({
  title,
  description,
  location,
  date: date.text,
  date_at: date.at,
  date_day: date.day,
})

const textOf = ({ title, description, location }: ActivityValues): string =>
  searchText([title, description, location])

export async function insertActivity(
  tx: Tx,
  { ownerId, values, now }: { ownerId: number; values: ActivityValues; now: number },
): Promise<number> {
  const { id } = await tx
    .insertInto('activity')
    .values({
      ...columnsOf(values),
      owner_id: ownerId,
      import_id: null,
      deleted_at: null,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await enterIntoSearch(tx, 'activity_search', [{ id, ownerId, text: textOf(values) }])
  return id
}

/** @returns false when there is none. */
export async function replaceActivity(
  tx: Tx,
  { ownerId, id, values, now }: { ownerId: number; id: number; values: ActivityValues; now: number },
): Promise<boolean> {
  const row = await live(tx, { ownerId, id })
    .set({ ...columnsOf(values), updated_at: now })
    .returning('id')
    .executeTakeFirst()
  if (!row) return false
  await dropFromSearch(tx, 'activity_search', [id])
  await enterIntoSearch(tx, 'activity_search', [{ id, ownerId, text: textOf(values) }])
  return true
}

export async function trashActivity(
  tx: Tx,
  { ownerId, id, now }: { ownerId: number; id: number; now: number },
): Promise<boolean> {
  const row = await live(tx, { ownerId, id }).set({ deleted_at: now }).returning('id').executeTakeFirst()
  return row !== undefined
}

/** Exactly these took part. Whoever is in the trash with a link of their own keeps it. */
export async function replaceParticipants(
  tx: Tx,
  { id, contactIds }: { id: number; contactIds: number[] },
): Promise<void> {
  await tx
    .deleteFrom('activity_contact')
    .where('activity_id', '=', id)
    .where('trashed_at', 'is', null)
    .execute()
  if (contactIds.length === 0) return
  await tx
    .insertInto('activity_contact')
    .values(contactIds.map((contactId) => ({ activity_id: id, contact_id: contactId, trashed_at: null })))
    .execute()
}

/** How many of these are contacts of the owner, and not in the trash. */
export async function countContacts(
  db: Db,
  { ownerId, ids }: { ownerId: number; ids: number[] },
): Promise<number> {
  if (ids.length === 0) return 0
  const { count } = await db
    .selectFrom('contact')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('owner_id', '=', ownerId)
    .where('id', 'in', ids)
    .where('state', '!=', STATE.trash)
    .executeTakeFirstOrThrow()
  return Number(count)
}

function live(tx: Tx, { ownerId, id }: { ownerId: number; id: number }) {
  return tx
    .updateTable('activity')
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('deleted_at', 'is', null)
}
