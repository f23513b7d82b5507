import { birthdayKey } from './contact-texts.ts'
import { STATE } from './contacts.ts'
import type { Db, Tx } from './database.ts'

/** What is said of somebody who is related to a contact, and may be a contact too. */
export interface RelationshipValues {
  name: string
  type: string
  gender: string
  birthday: string
  relatedContactId: number | null
}

/** A contact at the other end, as far as it is shown. */
export interface OtherEnd {
  id: number
  firstname: string
  lastname: string
  gender: string
  birthday: string
}

export interface Relationship extends RelationshipValues {
  id: number
  contactId: number
  createdAt: number
  updatedAt: number
  /** The related contact, or, seen from there, the one that the relationship stands with. */
  other: OtherEnd | null
}

/** With the contact at the other end; one in the trash is nobody. */
function select(db: Db, otherEnd: 'related_contact_id' | 'contact_id') {
  return db
    .selectFrom('relationship')
    .leftJoin('contact', (join) =>
      join.onRef('contact.id', '=', `relationship.${otherEnd}`).on('contact.state', '!=', STATE.trash),
    )
    .select([
      'relationship.id',
      'relationship.contact_id as contactId',
      'relationship.related_contact_id as relatedContactId',
      'relationship.name',
      'relationship.type',
      'relationship.gender',
      'relationship.birthday',
      'relationship.created_at as createdAt',
      'relationship.updated_at as updatedAt',
      'contact.id as otherId',
      'contact.firstname as otherFirstname',
      'contact.lastname as otherLastname',
      'contact.gender as otherGender',
      'contact.birthday as otherBirthday',
    ])
    .where('relationship.deleted_at', 'is', null)
    .orderBy('relationship.id')
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

function toRelationship(row: Row, isOutgoing: boolean): Relationship {
  const { otherId, otherFirstname, otherLastname, otherGender, otherBirthday, ...rest } = row
  const other =
    otherId === null
      ? null
      : {
          id: otherId,
          firstname: otherFirstname ?? '',
          lastname: otherLastname ?? '',
          gender: otherGender ?? '',
          birthday: otherBirthday ?? '',
        }
  const relatedContactId = isOutgoing ? (other?.id ?? null) : rest.relatedContactId
  return { ...rest, relatedContactId, other }
}

/** Those that stand with a contact, in the order they were made. */
export async function listOutgoing(db: Db, contactIds: number[]): Promise<Relationship[]> {
  const rows = await select(db, 'related_contact_id')
    .where('relationship.contact_id', 'in', contactIds)
    .execute()
  return rows.map((row) => toRelationship(row, true))
}

/** Those that stand with others and lead here. */
export async function listIncoming(db: Db, contactId: number): Promise<Relationship[]> {
  const rows = await select(db, 'contact_id')
    .where('relationship.related_contact_id', '=', contactId)
    .execute()
  return rows.map((row) => toRelationship(row, false))
}

export async function findRelationship(
  db: Db,
  { ownerId, contactId, id }: { ownerId: number; contactId: number; id: number },
): Promise<Relationship | undefined> {
  const row = await select(db, 'related_contact_id')
    .where('relationship.id', '=', id)
    .where('relationship.owner_id', '=', ownerId)
    .where('relationship.contact_id', '=', contactId)
    .executeTakeFirst()
  return row && toRelationship(row, true)
}

const columnsOf = ({ name, type, gender, birthday, relatedContactId }: RelationshipValues) => ({
  name,
  type,
  gender,
  birthday,
  birthday_key: birthdayKey(birthday),
  related_contact_id: relatedContactId,
})

export async function insertRelationship(
  tx: Tx,
  {
    ownerId,
    contactId,
    values,
    now,
  }: { ownerId: number; contactId: number; values: RelationshipValues; now: number },
): Promise<number> {
  const { id } = await tx
    .insertInto('relationship')
    .values({
      ...columnsOf(values),
      owner_id: ownerId,
      contact_id: contactId,
      import_id: null,
      trashed_with: null,
      deleted_at: null,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

interface Which {
  ownerId: number
  contactId: number
  id: number
  now: number
}

/** @returns false when there is none. */
export async function replaceRelationship(
  tx: Tx,
  { values, now, ...which }: Which & { values: RelationshipValues },
): Promise<boolean> {
  const row = await live(tx, which)
    .set({ ...columnsOf(values), updated_at: now })
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function trashRelationship(tx: Tx, { now, ...which }: Which): Promise<boolean> {
  const row = await live(tx, which).set({ deleted_at: now }).returning('id').executeTakeFirst()
  return row !== undefined
}

function live(tx: Tx, { ownerId, contactId, id }: Omit<Which, 'now'>) {
  return tx
    .updateTable('relationship')
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('contact_id', '=', contactId)
    .where('deleted_at', 'is', null)
}
