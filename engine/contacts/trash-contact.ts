import { insertHistory } from '../../storage/contact-history.ts'
import { trashWith } from '../../storage/contact-trash.ts'
import { type Contact, findContact, moveContact } from '../../storage/contacts.ts'
import { inTransaction, type Tx } from '../../storage/database.ts'
import type { Engine } from '../engine.ts'
import { decline, type Result, succeed } from '../result.ts'
import type { ContactFailure } from './replace-contact.ts'

interface Which {
  ownerId: number
  id: number
  source: string
}

/**
 * Puts a contact into the trash with its notes, reminders and relationships, and takes it out of its activities. Of two
 * at once, one does.
 */
export async function trashContact(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, id, source }: Which,
): Promise<Result<null, ContactFailure>> {
  return inTransaction(db, async (tx): Promise<Result<null, ContactFailure>> => {
    const now = clock.now()
    const isMoved =
      (await moveContact(tx, { ownerId, id, from: 'listed', to: 'trash', now })) ||
      (await moveContact(tx, { ownerId, id, from: 'archived', to: 'trash', now }))
    if (!isMoved) return decline({ code: 'not_found' })
    await trashWith(tx, { contactId: id, now })
    await insertHistory(tx, { ownerId, contactId: id, action: 'deleted', changes: {}, source, now })
    return succeed(null)
  })
}

/** Takes a contact out of the lists, and ends its reminders. Again, it changes nothing. */
export async function archiveContact(
  engine: Pick<Engine, 'db' | 'clock'>,
  which: Which,
): Promise<Result<Contact, ContactFailure>> {
  return move(engine, which, 'archived', (tx, now) =>
    trashWith(tx, { contactId: which.id, now, only: 'reminder' }),
  )
}

/** Brings an archived contact back to the lists. Its reminders stay where they are. */
export async function unarchiveContact(
  engine: Pick<Engine, 'db' | 'clock'>,
  which: Which,
): Promise<Result<Contact, ContactFailure>> {
  return move(engine, which, 'listed', async () => undefined)
}

function move(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, id, source }: Which,
  to: 'listed' | 'archived',
  after: (tx: Tx, now: number) => Promise<void>,
): Promise<Result<Contact, ContactFailure>> {
  const from = to === 'archived' ? 'listed' : 'archived'
  const action = to === 'archived' ? 'archived' : 'unarchived'
  return inTransaction(db, async (tx): Promise<Result<Contact, ContactFailure>> => {
    const now = clock.now()
    if (await moveContact(tx, { ownerId, id, from, to, now })) {
      await after(tx, now)
      await insertHistory(tx, { ownerId, contactId: id, action, changes: {}, source, now })
    }
    const contact = await findContact(tx, { ownerId, id })
    return contact ? succeed(contact) : decline({ code: 'not_found' })
  })
}
