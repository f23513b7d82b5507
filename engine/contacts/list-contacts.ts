import { randomInt } from 'node:crypto'
import {
  type ContactQuery,
  countListed,
  findIdRange,
  getListed,
  type ListedContact,
  listAt,
  listIfThere,
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

/** In a book of this size places are counted as quickly as numbers are drawn. */
const COUNTED_MAX = 1_000
/** How many numbers are drawn for each contact that is wanted. */
const DRAWS_EACH = 40

/** As many contacts as are wanted, by chance, each as likely as any other; never one twice. */
export async function drawContacts(
  { db }: Pick<Engine, 'db'>,
  { ownerId, wanted }: { ownerId: number; wanted: number },
): Promise<ListedContact[]> {
  const listed = await countListed(db, ownerId)
  const drawn = listed > COUNTED_MAX ? await drawIds(db, { ownerId, wanted }) : []
  if (drawn.length === wanted) return getListed(db, drawn)
  const places = new Set<number>()
  while (places.size < Math.min(wanted, listed)) places.add(randomInt(listed))
  return listAt(db, ownerId, [...places])
}

/**
 * Draws numbers between the first id and the last, and keeps those that are contacts: none is likelier than another. In a
 * book with wide gaps, among many others' ids, too few may be, and their places are counted after all.
 */
async function drawIds(
  db: Engine['db'],
  { ownerId, wanted }: { ownerId: number; wanted: number },
): Promise<number[]> {
  const range = await findIdRange(db, ownerId)
  if (!range) return []
  const [first, last] = range
  const numbers = Array.from({ length: wanted * DRAWS_EACH }, () => randomInt(first, last + 1))
  const there = await listIfThere(db, ownerId, [...new Set(numbers)])
  return there.slice(0, wanted)
}
