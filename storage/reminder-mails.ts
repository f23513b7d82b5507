import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'

/** A reminder as a mail tells of it. */
export interface DueReminder {
  message: string
  remindDay: string
  firstname: string
  lastname: string
}

/**
 * Owners, by id, with a reminder that waits to be mailed on that day or has since before, or with a birthday on it; not
 * those who have had their mail of the day, unless all are wanted.
 */
export async function listOwnersToRemind(
  db: Db,
  {
    day,
    birthdayKeys,
    after,
    limit,
    isAgain,
  }: { day: string; birthdayKeys: number[]; after: number; limit: number; isAgain: boolean },
): Promise<number[]> {
  const keys = sql.join(birthdayKeys)
  const mailed = isAgain ? sql`` : sql`except select owner_id from reminder_mail where day = ${day}`
  const { rows } = await sql<{ owner: number }>`
    select owner_id as owner from (
      select owner_id from reminder
      where by_mail and not email_sent and not completed and deleted_at is null and remind_day <= ${day}
      union
      select owner_id from contact where birthday_key is not null and state = 0 and birthday_key in (${keys})
      union
      select owner_id from relationship where birthday_key is not null and related_contact_id is null
        and deleted_at is null and birthday_key in (${keys})
      ${mailed}
    ) as waiting
    where owner_id > ${after} order by owner_id limit ${limit}`.execute(db)
  return rows.map(({ owner }) => owner)
}

/** Of any number of processes at once one gets it. */
export async function takeMailOfDay(
  tx: Tx,
  { ownerId, day, now }: { ownerId: number; day: string; now: number },
): Promise<boolean> {
  const row = await tx
    .insertInto('reminder_mail')
    .values({ owner_id: ownerId, day, created_at: now })
    .onConflict((conflict) => conflict.columns(['owner_id', 'day']).doNothing())
    .returning('owner_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Takes what waits to be mailed, by one statement: whoever comes at the same time finds nothing. */
export async function takeDueReminders(
  tx: Tx,
  { ownerId, day, now, limit }: { ownerId: number; day: string; now: number; limit: number },
): Promise<DueReminder[]> {
  const taken = await tx
    .updateTable('reminder')
    .set({ email_sent: true, last_sent: now })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('reminder')
        .select('id')
        .where('owner_id', '=', ownerId)
        .where('by_mail', '=', true)
        .where('email_sent', '=', false)
        .where('completed', '=', false)
        .where('deleted_at', 'is', null)
        .where('remind_day', '<=', day)
        .orderBy('remind_at_ms')
        .limit(limit),
    )
    // Again, for the row as it is now: on PostgreSQL another process may have taken it since the inner look.
    .where('email_sent', '=', false)
    .returning('id')
    .execute()
  if (taken.length === 0) return []
  return tx
    .selectFrom('reminder')
    .innerJoin('contact', 'contact.id', 'reminder.contact_id')
    .select(['reminder.message', 'reminder.remind_day as remindDay', 'contact.firstname', 'contact.lastname'])
    .where(
      'reminder.id',
      'in',
      taken.map(({ id }) => id),
    )
    .orderBy('reminder.remind_at_ms')
    .orderBy('reminder.id')
    .execute()
}

export async function deleteOldReminderMails(db: Db, before: number): Promise<void> {
  await db.deleteFrom('reminder_mail').where('created_at', '<', before).execute()
}
