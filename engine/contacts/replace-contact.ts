import { insertHistory } from '../../storage/contact-history.ts'
import {
  type Contact,
  type ContactValues,
  findContact,
  holdContact,
  replaceContact as replaceRow,
} from '../../storage/contacts.ts'
import { inTransaction } from '../../storage/database.ts'
import type { Engine } from '../engine.ts'
import { decline, type Result, succeed } from '../result.ts'
import { differences, withPrimaries } from './contact-values.ts'

export type ContactFailure = { code: 'not_found' }

/** Puts other values in the place of all that are known, and writes down which changed. Archived or not stays. */
export async function replaceContact(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, id, values, source }: { ownerId: number; id: number; values: ContactValues; source: string },
): Promise<Result<Contact, ContactFailure>> {
  return inTransaction(db, async (tx): Promise<Result<Contact, ContactFailure>> => {
    if (!(await holdContact(tx, { ownerId, id }))) return decline({ code: 'not_found' })
    const before = await findContact(tx, { ownerId, id })
    if (!before) throw new Error('A contact that is held is there.')
    const now = clock.now()
    const after = withPrimaries(values)
    await replaceRow(tx, { ownerId, id, values: after, now })
    const changes = differences(before, after)
    if (Object.keys(changes).length > 0) {
      await insertHistory(tx, { ownerId, contactId: id, action: 'changed', changes, source, now })
    }
    return succeed({ ...before, ...after, updatedAt: now })
  })
}
