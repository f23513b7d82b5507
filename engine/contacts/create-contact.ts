import { randomUUID } from 'node:crypto'
import { insertHistory } from '../../storage/contact-history.ts'
import { type Contact, type ContactValues, findContact, insertContact } from '../../storage/contacts.ts'
import { inTransaction } from '../../storage/database.ts'
import type { Engine } from '../engine.ts'
import { withPrimaries } from './contact-values.ts'

/** Makes a contact, with a UID that it keeps. `source` is who asked: an app, by name. */
export async function createContact(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, values, source }: { ownerId: number; values: ContactValues; source: string },
): Promise<Contact> {
  return inTransaction(db, async (tx) => {
    const now = clock.now()
    const id = await insertContact(tx, { ownerId, uid: randomUUID(), values: withPrimaries(values), now })
    const entry = { ownerId, contactId: id, action: 'created', changes: {}, source, now }
    await insertHistory(tx, entry)
    const contact = await findContact(tx, { ownerId, id })
    if (!contact) throw new Error(`Contact ${id} was made just now.`)
    return contact
  })
}
