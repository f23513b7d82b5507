import { type Activity, listActivitiesOf } from '../../storage/activities.ts'
import { listNotesOf, type Note } from '../../storage/notes.ts'
import { listOutgoing, type Relationship } from '../../storage/relationships.ts'
import { listRemindersOf, type Reminder } from '../../storage/reminders.ts'
import type { Engine } from '../engine.ts'

/** What can be shown with a contact. */
export const parts = ['notes', 'activities', 'relationships', 'reminders'] as const
export type Part = (typeof parts)[number]

export interface HangsOn {
  notes: Note[]
  activities: Activity[]
  relationships: Relationship[]
  reminders: Reminder[]
}

/**
 * What hangs on each of these contacts, by id; what was not asked for is left out. One statement for each part, however
 * many contacts. That they are the owner's the caller has seen.
 */
export async function listWhatHangsOn(
  { db }: Pick<Engine, 'db'>,
  contactIds: number[],
  wanted: readonly Part[] = parts,
): Promise<Map<number, Partial<HangsOn>>> {
  const found = new Map<number, Partial<HangsOn>>(contactIds.map((id) => [id, {}]))
  if (contactIds.length === 0) return found
  for (const part of wanted) {
    for (const hangs of found.values()) hangs[part] = []
    for (const row of await listOf[part](db, contactIds)) {
      const list = found.get(row.contactId ?? 0)?.[part] as unknown[] | undefined
      list?.push(row)
    }
  }
  return found
}

const listOf: Record<Part, (db: Engine['db'], ids: number[]) => Promise<{ contactId: number | null }[]>> = {
  notes: listNotesOf,
  activities: listActivitiesOf,
  relationships: listOutgoing,
  reminders: listRemindersOf,
}
