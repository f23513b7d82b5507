import { type HangsOn, type Part, parts } from '../../engine/contacts/hangs-on.ts'
import { toActivityShape } from './activities.ts'
import type { ContactShape } from './contact-shape.ts'
import { toNoteShape } from './notes.ts'
import { toRelationshipShape } from './relationships.ts'
import { toReminderShape } from './reminders.ts'

/** The parts that `includes=` names. */
export function readIncludes(includes: string | undefined): Part[] {
  const named = (includes ?? '').split(',')
  return parts.filter((part) => named.includes(part))
}

/** What hangs on a contact, in its shape: a list without anything is left out, but for relationships that were looked for. */
export function toHangingShape({
  notes,
  activities,
  relationships,
  reminders,
}: Partial<HangsOn>): Partial<ContactShape> {
  return {
    ...(notes && notes.length > 0 && { notes: notes.map(toNoteShape) }),
    ...(activities && activities.length > 0 && { activities: activities.map((one) => toActivityShape(one)) }),
    ...(reminders && reminders.length > 0 && { reminders: reminders.map(toReminderShape) }),
    ...(relationships && { relationships: relationships.map((one) => toRelationshipShape(one, 'outgoing')) }),
  }
}
