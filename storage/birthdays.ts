import { type RawBuilder, sql } from 'kysely'
import { STATE } from './contacts.ts'
import type { Db } from './database.ts'

/** A birthday of a contact, or of somebody who is related to one and no contact themselves. */
export interface BirthdayRow {
  /** Null for a contact's own. */
  relationshipType: string | null
  relationName: string | null
  birthday: string
  birthdayKey: number
  contactId: number
  firstname: string
  lastname: string
  nickname: string
  thumbnail: Uint8Array | null
}

/** From the first to the last day, as `birthday_key` has them; both included. */
export type KeyRange = [from: number, to: number]

/** Birthdays in each of the ranges, each from its beginning on, and so many at most. Read by an index in order. */
export async function listBirthdays(
  db: Db,
  { ownerId, ranges, limit }: { ownerId: number; ranges: KeyRange[]; limit: number },
): Promise<BirthdayRow[]> {
  const parts = ranges.flatMap((range) => [
    contactsIn(ownerId, range, limit),
    relationsIn(ownerId, range, limit),
  ])
  const { rows } = await sql<BirthdayRow>`${sql.join(
    parts.map((part) => sql`select * from (${part}) as part`),
    sql` union all `,
  )}`.execute(db)
  return rows
}

const shown = sql`contact.id as "contactId", contact.firstname, contact.lastname, contact.nickname, contact_photo.thumbnail`

function contactsIn(ownerId: number, [from, to]: KeyRange, limit: number): RawBuilder<unknown> {
  return sql`
    select null as "relationshipType", null as "relationName", contact.birthday,
      contact.birthday_key as "birthdayKey", ${shown}
    from contact left join contact_photo on contact_photo.contact_id = contact.id
    where contact.owner_id = ${ownerId} and contact.state = 0 and contact.birthday_key is not null
      and contact.birthday_key >= ${from} and contact.birthday_key <= ${to}
    order by contact.birthday_key, contact.id limit ${limit}`
}

function relationsIn(ownerId: number, [from, to]: KeyRange, limit: number): RawBuilder<unknown> {
  return sql`
    select relationship.type as "relationshipType", relationship.name as "relationName", relationship.birthday,
      relationship.birthday_key as "birthdayKey", ${shown}
    from relationship
    join contact on contact.id = relationship.contact_id and contact.state = ${STATE.listed}
    left join contact_photo on contact_photo.contact_id = contact.id
    where relationship.owner_id = ${ownerId} and relationship.related_contact_id is null
      and relationship.deleted_at is null and relationship.birthday_key is not null
      and relationship.birthday_key >= ${from} and relationship.birthday_key <= ${to}
    order by relationship.birthday_key, relationship.id limit ${limit}`
}
