import { randomInt } from 'node:crypto'
import {
  type ContactQuery,
  countListed,
  type ListedContact,
  listAt,
  listContacts as listRows,
  listCircles as listUsed,
} from '../../storage/contact-lists.ts'
import type { Engine } from '../engine.ts'

export type { ContactQuery } from '../../storage/contact-lists.ts'

/** One page of an owner's contacts. A page far inside costs what the first one does. */
export function listContacts(
  { db }: Pick<Engine, 'db'>,
  query: ContactQuery,
): Promise<{ contacts: ListedContact[]; total: number }> {
  return listRows(db, query)
}

/** The circles that contacts are in, archived ones included; each once. */
export function listCircles({ db }: Pick<Engine, 'db'>, ownerId: number): Promise<string[]> {
  return listUsed(db, ownerId)
}

/** As many contacts as are wanted, by chance, each as likely as any other; never one twice. */
export async function drawContacts(
  { db }: Pick<Engine, 'db'>,
  { ownerId, wanted }: { ownerId: number; wanted: number },
): Promise<ListedContact[]> {
  const listed = await countListed(db, ownerId)
  const places = new Set<number>()
  while (places.size < Math.min(wanted, listed)) places.add(randomInt(listed))
  return listAt(db, ownerId, [...places])
}
