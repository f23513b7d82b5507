import { findContact, holdContact } from '../../storage/contacts.ts'
import { type Db, inTransaction, type Tx } from '../../storage/database.ts'
import {
  findRelationship,
  insertRelationship,
  listIncoming,
  listOutgoing,
  type Relationship,
  type RelationshipValues,
  replaceRelationship as replaceRow,
  trashRelationship as trashRow,
} from '../../storage/relationships.ts'
import type { Engine } from '../engine.ts'
import { decline, type Result, succeed } from '../result.ts'

export type { Relationship, RelationshipValues } from '../../storage/relationships.ts'

/** In order of precedence. */
export type RelationshipFailure =
  | { code: 'contact_not_found' }
  | { code: 'relationship_not_found' }
  | { code: 'related_not_found' }

interface OfContact {
  ownerId: number
  contactId: number
}

type Found<T> = Promise<Result<T, { code: 'contact_not_found' }>>

/** Those that stand with a contact (`outgoing`), or with others and lead to it. */
export async function listRelationships(
  { db }: Pick<Engine, 'db'>,
  { ownerId, contactId, direction }: OfContact & { direction: 'outgoing' | 'incoming' },
): Found<Relationship[]> {
  if (!(await isThere(db, { ownerId, contactId }))) return decline({ code: 'contact_not_found' })
  return succeed(
    await (direction === 'outgoing' ? listOutgoing(db, [contactId]) : listIncoming(db, contactId)),
  )
}

/** Says of a contact who is related to it: another contact, or somebody who is none. */
export async function createRelationship(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, contactId, values }: OfContact & { values: RelationshipValues },
): Promise<Result<Relationship, RelationshipFailure>> {
  return inTransaction(db, async (tx): Promise<Result<Relationship, RelationshipFailure>> => {
    if (!(await holdContact(tx, { ownerId, id: contactId }))) return decline({ code: 'contact_not_found' })
    if (!(await isRelatedThere(tx, ownerId, values))) return decline({ code: 'related_not_found' })
    const id = await insertRelationship(tx, { ownerId, contactId, values, now: clock.now() })
    return succeed(await get(tx, { ownerId, contactId, id }))
  })
}

/** Puts other values in the place of all that is said; without a related contact it leads to none. */
export async function replaceRelationship(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, contactId, id, values }: OfContact & { id: number; values: RelationshipValues },
): Promise<Result<Relationship, RelationshipFailure>> {
  return inTransaction(db, async (tx): Promise<Result<Relationship, RelationshipFailure>> => {
    const which = { ownerId, contactId, id }
    if (!(await isThere(tx, which))) return decline({ code: 'contact_not_found' })
    if (!(await findRelationship(tx, which))) return decline({ code: 'relationship_not_found' })
    if (!(await isRelatedThere(tx, ownerId, values))) return decline({ code: 'related_not_found' })
    const isReplaced = await replaceRow(tx, { ...which, values, now: clock.now() })
    if (!isReplaced) return decline({ code: 'relationship_not_found' })
    return succeed(await get(tx, which))
  })
}

/** Into the trash. Of two at once, one does it. */
export async function trashRelationship(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, contactId, id }: OfContact & { id: number },
): Promise<Result<null, Exclude<RelationshipFailure, { code: 'related_not_found' }>>> {
  return inTransaction(db, async (tx) => {
    if (!(await isThere(tx, { ownerId, contactId }))) return decline({ code: 'contact_not_found' })
    const isTrashed = await trashRow(tx, { ownerId, contactId, id, now: clock.now() })
    return isTrashed ? succeed(null) : decline({ code: 'relationship_not_found' })
  })
}

async function isThere(db: Db, { ownerId, contactId }: OfContact): Promise<boolean> {
  return (await findContact(db, { ownerId, id: contactId })) !== undefined
}

async function isRelatedThere(
  tx: Tx,
  ownerId: number,
  { relatedContactId }: RelationshipValues,
): Promise<boolean> {
  return relatedContactId === null || holdContact(tx, { ownerId, id: relatedContactId })
}

async function get(tx: Tx, which: OfContact & { id: number }): Promise<Relationship> {
  const relationship = await findRelationship(tx, which)
  if (!relationship) throw new Error(`Relationship ${which.id} was written just now.`)
  return relationship
}
