import { STATE } from './contacts.ts'
import type { Db, Tx } from './database.ts'
import type { Moment } from './notes.ts'

export type Recurrence = 'once' | 'weekly' | 'monthly' | 'quarterly' | 'six-months' | 'yearly'

export interface ReminderValues {
  message: string
  isByMail: boolean
  /** Midnight of its day, in the zone it was sent with. */
  remindAt: Moment
  recurrence: Recurrence
  reoccursFromCompletion: boolean
  contactId: number
}

export interface Reminder {
  id: number
  contactId: number
  message: string
  isByMail: boolean
  remindAt: string
  /** The day of the month that was asked for: 31 stays 31 after a February. */
  dayWanted: number
  recurrence: Recurrence
  reoccursFromCompletion: boolean
  isCompleted: boolean
  isMailed: boolean
  lastSentAt: number | null
  createdAt: number
  updatedAt: number
}

/** Of a contact's own time line: what was done, and when. */
export interface Completion {
  id: number
  reminderId: number | null
  contactId: number
  message: string
  completedAt: number
  createdAt: number
  updatedAt: number
}

function select(db: Db) {
  return db
    .selectFrom('reminder')
    .select([
      'reminder.id',
      'reminder.contact_id as contactId',
      'reminder.message',
      'reminder.by_mail as isByMail',
      'reminder.remind_at as remindAt',
      'reminder.day_wanted as dayWanted',
      'reminder.recurrence',
      'reminder.reoccur_from_completion as reoccursFromCompletion',
      'reminder.completed as isCompleted',
      'reminder.email_sent as isMailed',
      'reminder.last_sent as lastSentAt',
      'reminder.created_at as createdAt',
      'reminder.updated_at as updatedAt',
    ])
    .where('reminder.deleted_at', 'is', null)
}

const toReminder = (row: Omit<Reminder, 'recurrence'> & { recurrence: string }): Reminder => ({
  ...row,
  recurrence: row.recurrence as Recurrence,
})

/** The next first. */
export async function listReminders(
  db: Db,
  { ownerId, isOpen, limit }: { ownerId: number; isOpen: boolean; limit: number },
): Promise<(Reminder & { at: number })[]> {
  let query = select(db).select('reminder.remind_at_ms as at').where('reminder.owner_id', '=', ownerId)
  if (isOpen) query = query.where('reminder.completed', '=', false)
  const rows = await query.orderBy('reminder.remind_at_ms').orderBy('reminder.id').limit(limit).execute()
  return rows.map((row) => ({ ...toReminder(row), at: row.at }))
}

/** In the order they were made. */
export async function listRemindersOf(db: Db, contactIds: number[]): Promise<Reminder[]> {
  const rows = await select(db)
    .where('reminder.contact_id', 'in', contactIds)
    .orderBy('reminder.id')
    .execute()
  return rows.map(toReminder)
}

export async function findReminder(
  db: Db,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<Reminder | undefined> {
  const row = await select(db)
    .where('reminder.id', '=', id)
    .where('reminder.owner_id', '=', ownerId)
    .executeTakeFirst()
  return row && toReminder(row)
}

/** Holds a reminder, as it is now, until the transaction ends. @returns false when there is none. */
export async function holdReminder(
  tx: Tx,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<boolean> {
  const row = await live(tx, { ownerId, id })
    .set((eb) => ({ completed: eb.ref('completed') }))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

const timesOf = ({ text, at, day }: Moment) => ({
  remind_at: text,
  remind_at_ms: at,
  remind_day: day,
})

export async function insertReminder(
  tx: Tx,
  { ownerId, values, now }: { ownerId: number; values: ReminderValues; now: number },
): Promise<number> {
  const { remindAt } = values
  const { id } = await tx
    .insertInto('reminder')
    .values({
      owner_id: ownerId,
      contact_id: values.contactId,
      message: values.message,
      by_mail: values.isByMail,
      ...timesOf(remindAt),
      day_wanted: dayOf(remindAt),
      recurrence: values.recurrence,
      reoccur_from_completion: values.reoccursFromCompletion,
      completed: false,
      email_sent: false,
      last_sent: null,
      import_id: null,
      trashed_with: null,
      deleted_at: null,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Another time asks for another mail. */
export async function replaceReminder(
  tx: Tx,
  { before, values, now }: { before: Reminder; values: ReminderValues; now: number },
): Promise<void> {
  const { remindAt } = values
  const isMoved = remindAt.text !== before.remindAt
  await tx
    .updateTable('reminder')
    .set({
      contact_id: values.contactId,
      message: values.message,
      by_mail: values.isByMail,
      recurrence: values.recurrence,
      reoccur_from_completion: values.reoccursFromCompletion,
      updated_at: now,
      ...(isMoved && { ...timesOf(remindAt), day_wanted: dayOf(remindAt), email_sent: false }),
    })
    .where('id', '=', before.id)
    .execute()
}

const dayOf = ({ day }: Moment): number => Number(day.slice(8, 10))

/** On to its next time, for which there will be another mail. */
export async function moveReminder(
  tx: Tx,
  { id, remindAt, dayWanted, now }: { id: number; remindAt: Moment; dayWanted: number; now: number },
): Promise<void> {
  await tx
    .updateTable('reminder')
    .set({
      ...timesOf(remindAt),
      day_wanted: dayWanted,
      completed: false,
      email_sent: false,
      last_sent: now,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
}

export async function trashReminder(
  tx: Tx,
  { ownerId, id, now }: { ownerId: number; id: number; now: number },
): Promise<boolean> {
  const row = await live(tx, { ownerId, id }).set({ deleted_at: now }).returning('id').executeTakeFirst()
  return row !== undefined
}

function live(tx: Tx, { ownerId, id }: { ownerId: number; id: number }) {
  return tx
    .updateTable('reminder')
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('deleted_at', 'is', null)
}

export async function insertCompletion(
  tx: Tx,
  { ownerId, reminder, now }: { ownerId: number; reminder: Reminder; now: number },
): Promise<void> {
  await tx
    .insertInto('reminder_completion')
    .values({
      owner_id: ownerId,
      reminder_id: reminder.id,
      contact_id: reminder.contactId,
      message: reminder.message,
      completed_at: now,
      created_at: now,
      updated_at: now,
    })
    .execute()
}

/** The newest first. */
export async function listCompletions(
  db: Db,
  { contactId, limit }: { contactId: number; limit: number },
): Promise<Completion[]> {
  return db
    .selectFrom('reminder_completion')
    .select([
      'id',
      'reminder_id as reminderId',
      'contact_id as contactId',
      'message',
      'completed_at as completedAt',
      'created_at as createdAt',
      'updated_at as updatedAt',
    ])
    .where('contact_id', '=', contactId)
    .orderBy('completed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Of a contact that is not in the trash. @returns false when there is none. */
export async function deleteCompletion(
  db: Db,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<boolean> {
  const row = await db
    .deleteFrom('reminder_completion')
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('contact_id', 'in', (eb) =>
      eb
        .selectFrom('contact')
        .select('contact.id')
        .where('contact.owner_id', '=', ownerId)
        .where('contact.state', '!=', STATE.trash),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
