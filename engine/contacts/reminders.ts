import { findContact, holdContact } from '../../storage/contacts.ts'
import { inTransaction } from '../../storage/database.ts'
import {
  type Completion,
  deleteCompletion as deleteRow,
  findReminder as findRow,
  holdReminder,
  insertCompletion,
  insertReminder,
  listCompletions as listCompletionRows,
  listRemindersOf,
  listReminders as listRows,
  moveReminder,
  type Reminder,
  type ReminderValues,
  replaceReminder as replaceRow,
  trashReminder as trashRow,
} from '../../storage/reminders.ts'
import { DAY_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { decline, type Result, succeed } from '../result.ts'
import { nextOccurrence } from './recurrence.ts'

export type { Completion, Recurrence, Reminder, ReminderValues } from '../../storage/reminders.ts'

/** In order of precedence. */
export type ReminderFailure = { code: 'reminder_not_found' } | { code: 'contact_not_found' }

interface Which {
  ownerId: number
  id: number
}

type Parts = Pick<Engine, 'db' | 'clock'>

const LISTED_MAX = 1_000
const UPCOMING_DAYS = 7
const UPCOMING_MIN = 5
const UPCOMING_MAX = 200

/** The next first; a thousand at most. */
export function listReminders({ db }: Pick<Engine, 'db'>, ownerId: number): Promise<Reminder[]> {
  return listRows(db, { ownerId, isOpen: false, limit: LISTED_MAX })
}

/** What is due or will be within a week, if that is more than five; else the next five, whenever they are. */
export async function listUpcomingReminders({ db, clock }: Parts, ownerId: number): Promise<Reminder[]> {
  const open = await listRows(db, { ownerId, isOpen: true, limit: UPCOMING_MAX })
  const until = clock.now() + UPCOMING_DAYS * DAY_MS
  const near = open.filter(({ at }) => at <= until)
  return near.length > UPCOMING_MIN ? near : open.slice(0, UPCOMING_MIN)
}

type OfContact<T> = Promise<Result<T[], { code: 'contact_not_found' }>>

/** In the order they were made. */
export async function listRemindersOfContact(
  { db }: Pick<Engine, 'db'>,
  { ownerId, id }: Which,
): OfContact<Reminder> {
  if (!(await findContact(db, { ownerId, id }))) return decline({ code: 'contact_not_found' })
  return succeed(await listRemindersOf(db, [id]))
}

/** What was completed with a contact, the newest first; a thousand at most. */
export async function listCompletions(
  { db }: Pick<Engine, 'db'>,
  { ownerId, id }: Which,
): OfContact<Completion> {
  if (!(await findContact(db, { ownerId, id }))) return decline({ code: 'contact_not_found' })
  return succeed(await listCompletionRows(db, { contactId: id, limit: LISTED_MAX }))
}

export async function findReminder(
  { db }: Pick<Engine, 'db'>,
  which: Which,
): Promise<Result<Reminder, { code: 'reminder_not_found' }>> {
  const reminder = await findRow(db, which)
  return reminder ? succeed(reminder) : decline({ code: 'reminder_not_found' })
}

export async function createReminder(
  { db, clock }: Parts,
  { ownerId, values }: { ownerId: number; values: ReminderValues },
): Promise<Result<Reminder, { code: 'contact_not_found' }>> {
  return inTransaction(db, async (tx) => {
    if (!(await holdContact(tx, { ownerId, id: values.contactId }))) {
      return decline({ code: 'contact_not_found' })
    }
    const id = await insertReminder(tx, { ownerId, values, now: clock.now() })
    const reminder = await findRow(tx, { ownerId, id })
    if (!reminder) throw new Error(`Reminder ${id} was made just now.`)
    return succeed(reminder)
  })
}

/** What is left out of these is kept. */
export type ReminderChanges = Omit<ReminderValues, 'isByMail' | 'reoccursFromCompletion'> & {
  isByMail: boolean | undefined
  reoccursFromCompletion: boolean | undefined
}

/** Puts other values in the place of those there are. Another time asks for another mail. */
export async function replaceReminder(
  { db, clock }: Parts,
  { ownerId, id, changes }: Which & { changes: ReminderChanges },
): Promise<Result<Reminder, ReminderFailure>> {
  return inTransaction(db, async (tx): Promise<Result<Reminder, ReminderFailure>> => {
    if (!(await holdReminder(tx, { ownerId, id }))) return decline({ code: 'reminder_not_found' })
    const before = await findRow(tx, { ownerId, id })
    if (!before) throw new Error('A reminder that is held is there.')
    if (!(await holdContact(tx, { ownerId, id: changes.contactId }))) {
      return decline({ code: 'contact_not_found' })
    }
    const { isByMail = before.isByMail, reoccursFromCompletion = before.reoccursFromCompletion } = changes
    const values = { ...changes, isByMail, reoccursFromCompletion }
    await replaceRow(tx, { before, values, now: clock.now() })
    const after = await findRow(tx, { ownerId, id })
    return after ? succeed(after) : decline({ code: 'reminder_not_found' })
  })
}

/** Into the trash; what was completed stays. Of two at once, one does it. */
export async function trashReminder(
  { db, clock }: Parts,
  which: Which,
): Promise<Result<null, { code: 'reminder_not_found' }>> {
  const isTrashed = await inTransaction(db, (tx) => trashRow(tx, { ...which, now: clock.now() }))
  return isTrashed ? succeed(null) : decline({ code: 'reminder_not_found' })
}

/**
 * Marks a reminder as done, which leaves a line in the time line of its contact unless that is not wanted, and moves it
 * on to its next time; one that has none goes.
 *
 * @returns the reminder with its next time, or null.
 */
export async function completeReminder(
  { db, clock }: Parts,
  { ownerId, id, isNoted }: Which & { isNoted: boolean },
): Promise<Result<Reminder | null, { code: 'reminder_not_found' }>> {
  return inTransaction(db, async (tx): Promise<Result<Reminder | null, { code: 'reminder_not_found' }>> => {
    if (!(await holdReminder(tx, { ownerId, id }))) return decline({ code: 'reminder_not_found' })
    const reminder = await findRow(tx, { ownerId, id })
    if (!reminder) throw new Error('A reminder that is held is there.')
    const now = clock.now()
    if (isNoted) await insertCompletion(tx, { ownerId, reminder, now })
    const next = nextOccurrence(reminder, now)
    if (next) await moveReminder(tx, { id, ...next, now })
    else await trashRow(tx, { ownerId, id, now })
    return succeed((await findRow(tx, { ownerId, id })) ?? null)
  })
}

export async function deleteCompletion(
  { db }: Pick<Engine, 'db'>,
  which: Which,
): Promise<Result<null, { code: 'completion_not_found' }>> {
  return (await deleteRow(db, which)) ? succeed(null) : decline({ code: 'completion_not_found' })
}
