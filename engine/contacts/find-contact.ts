import { type Contact, findContact as findRow } from '../../storage/contacts.ts'
import type { Engine } from '../engine.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { ContactFailure } from './replace-contact.ts'

/** One contact, archived or not. Somebody else's does not exist. */
export async function findContact(
  { db }: Pick<Engine, 'db'>,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<Result<Contact, ContactFailure>> {
  const contact = await findRow(db, { ownerId, id })
  return contact ? succeed(contact) : decline({ code: 'not_found' })
}
