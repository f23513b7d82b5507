import type { Recurrence } from '../../storage/reminders.ts'
import { type Moment, momentOf } from './moment.ts'

const MONTHS: Partial<Record<Recurrence, number>> = {
  monthly: 1,
  quarterly: 3,
  'six-months': 6,
  yearly: 12,
}
const WEEK_DAYS = 7
/** No date with four digits comes after. */
const YEAR_MAX = 9_999

export interface Occurrence {
  remindAt: Moment
  /** The day of the month that is meant, wherever a month has it. */
  dayWanted: number
}

interface Given {
  /** Midnight, with its zone. */
  remindAt: string
  dayWanted: number
  recurrence: Recurrence
  reoccursFromCompletion: boolean
}

/**
 * When a reminder comes again after it was completed: an interval from the day of completion (or from its own day, if
 * that is still to come), or, counted from its own days, the first that is after today. A month without the day that is
 * meant has its last day instead, and the next month the day again: from the 31st it goes to the 28th, and back to the 31st.
 *
 * Days are those of the zone that the reminder was sent with.
 *
 * @returns nothing when it never comes again.
 */
export function nextOccurrence(reminder: Given, nowMs: number): Occurrence | undefined {
  const { recurrence, reoccursFromCompletion } = reminder
  if (recurrence === 'once') return undefined
  const own = Temporal.PlainDate.from(reminder.remindAt.slice(0, 10))
  const zone = reminder.remindAt.slice(19)
  const today = todayIn(zone, nowMs)
  const isEarly = Temporal.PlainDate.compare(own, today) > 0
  let [base, dayWanted] = [own, reminder.dayWanted]
  if (reoccursFromCompletion && !isEarly && !own.equals(today)) [base, dayWanted] = [today, today.day]
  // Counted from the first day each time, so that no short month leaves a mark.
  for (let times = 1; ; times++) {
    const next = later(base, recurrence, times, dayWanted)
    if (next.year > YEAR_MAX) return undefined
    const isAhead = Temporal.PlainDate.compare(next, today) > 0
    if (!isAhead && !reoccursFromCompletion) continue
    const remindAt = momentOf(`${next.toString()}T00:00:00${zone}`)
    return { remindAt, dayWanted: recurrence === 'weekly' ? next.day : dayWanted }
  }
}

function later(
  from: Temporal.PlainDate,
  recurrence: Recurrence,
  times: number,
  dayWanted: number,
): Temporal.PlainDate {
  const months = MONTHS[recurrence]
  if (months === undefined) return from.add({ days: WEEK_DAYS * times })
  const month = from.toPlainYearMonth().add({ months: months * times })
  return month.toPlainDate({ day: Math.min(dayWanted, month.daysInMonth) })
}

function todayIn(zone: string, ms: number): Temporal.PlainDate {
  const timeZone = zone === 'Z' ? 'UTC' : zone
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate()
}
