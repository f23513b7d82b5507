import { inTransaction, RollBack, type Tx } from '../../storage/database.ts'
import { listOwnersToRemind, takeDueReminders, takeMailOfDay } from '../../storage/reminder-mails.ts'
import { SECOND_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import { type Birthday, birthdayKeysOn, listUpcomingBirthdays } from './birthdays.ts'

export type { DueReminder } from '../../storage/reminder-mails.ts'

import type { DueReminder } from '../../storage/reminder-mails.ts'

/** What a mail of the day tells. */
export interface DaysMail {
  reminders: DueReminder[]
  birthdays: Birthday[]
}

/** Writes the mail to whoever the owner is. @returns false for somebody who gets none. */
export type WriteDaysMail = (tx: Tx, ownerId: number, mail: DaysMail) => Promise<boolean>

export interface ReminderTimes {
  timeZone: string
  /** `12:00`, there. */
  time: string
}

const BATCH = 100
/** Nobody reads more in one mail; the rest comes with the next. */
const REMINDERS_MAX = 100
const LOOK_MS = 60 * SECOND_MS

type Parts = Pick<Engine, 'db' | 'clock' | 'outbox'>

/**
 * Writes the mails of the day, once it is late enough where the days are counted: what is due today or was overlooked
 * since, say because nothing ran yesterday, and whose birthday it is. Any number of processes may do this at once: each
 * owner gets one mail a day. What fails to be written is left as it was.
 *
 * @param isForced by an admin's hand: at any hour, and again for reminders that came since.
 * @returns how many were written.
 */
export async function mailReminders(
  { db, clock, outbox }: Parts,
  { timeZone, time, write, isForced = false }: ReminderTimes & { write: WriteDaysMail; isForced?: boolean },
): Promise<number> {
  const local = Temporal.Instant.fromEpochMilliseconds(clock.now()).toZonedDateTimeISO(timeZone)
  if (!isForced && Temporal.PlainTime.compare(local.toPlainTime(), Temporal.PlainTime.from(time)) < 0)
    return 0
  const today = local.toPlainDate()
  const day = today.toString()
  const birthdayKeys = birthdayKeysOn(today)
  let written = 0
  for (let after = 0; ; ) {
    const owners = await listOwnersToRemind(db, { day, birthdayKeys, after, limit: BATCH, isAgain: isForced })
    for (const ownerId of owners) {
      const birthdays = await listUpcomingBirthdays({ db, clock }, { ownerId, timeZone })
      const isWritten = await inTransaction(db, async (tx) => {
        const now = clock.now()
        const isFirst = await takeMailOfDay(tx, { ownerId, day, now })
        if (!isFirst && !isForced) return false
        const reminders = await takeDueReminders(tx, { ownerId, day, now, limit: REMINDERS_MAX })
        const isBirthday = isFirst && birthdays.some(({ daysUntil }) => daysUntil === 0)
        if (reminders.length === 0 && !isBirthday) return false
        if (!(await write(tx, ownerId, { reminders, birthdays }))) throw new RollBack(false)
        return true
      })
      if (isWritten) written++
    }
    const last = owners.at(-1)
    if (last === undefined || owners.length < BATCH) break
    after = last
  }
  if (written > 0) outbox.wake()
  return written
}

export interface ReminderClock {
  start(): void
  stop(): Promise<void>
}

/** Looks every minute, in each process. */
export function createReminderClock(
  look: () => Promise<unknown>,
  onError: (error: unknown) => void,
): ReminderClock {
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<unknown> = Promise.resolve()
  const run = (): void => {
    underWay = underWay.then(look).catch(onError)
  }
  return {
    start() {
      run()
      timer = setInterval(run, LOOK_MS)
    },
    async stop() {
      clearInterval(timer)
      await underWay
    },
  }
}
