import { type BirthdayRow, type KeyRange, listBirthdays } from '../../storage/birthdays.ts'
import type { Engine } from '../engine.ts'

export interface Birthday extends BirthdayRow {
  daysUntil: number
}

/** Where somebody who was born on a 29 February has a birthday when there is none. */
export type LeapDay = '02-28' | '03-01'

const NEAR_DAYS = 14
const SHOWN_MIN = 5
/** Nobody congratulates more; a book of 100,000 has thousands in a fortnight. */
const SHOWN_MAX = 200

/**
 * Birthdays from today to the end of the next month, the nearest first: all of the next fortnight, and at least five if
 * there are so many. Of people whose birth year is not known too.
 */
export async function listUpcomingBirthdays(
  { db, clock }: Pick<Engine, 'db' | 'clock'>,
  { ownerId, timeZone, leapDay = '03-01' }: { ownerId: number; timeZone: string; leapDay?: LeapDay },
): Promise<Birthday[]> {
  const today = dayAt(clock.now(), timeZone)
  const rows = await listBirthdays(db, { ownerId, ranges: rangesFrom(today, leapDay), limit: SHOWN_MAX })
  const birthdays = rows
    .map((row) => ({ ...row, daysUntil: daysUntil(row.birthdayKey, today, leapDay) }))
    .sort((a, b) => a.daysUntil - b.daysUntil)
  const near = birthdays.filter((birthday) => birthday.daysUntil <= NEAR_DAYS).length
  return birthdays.slice(0, Math.min(Math.max(near, SHOWN_MIN), SHOWN_MAX))
}

/** The date that a calendar on the wall shows there and then. */
export function dayAt(ms: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate()
}

/** Days of the year, as months times hundred and days, from today to the last of the next month. */
export function rangesFrom(today: Temporal.PlainDate, leapDay: LeapDay): KeyRange[] {
  const from = today.month * 100 + today.day
  // Without a 29th the day after the 28th stands for it.
  const isLeapDayToday = !today.inLeapYear && from === 301 && leapDay === '03-01'
  const ranges: KeyRange[] = isLeapDayToday ? [[229, 229]] : []
  if (today.month === 12) return [...ranges, [from, 1231], [101, 131]]
  return [...ranges, [from, (today.month + 1) * 100 + 31]]
}

/** The days of birth that are celebrated on a day. */
export function birthdayKeysOn(today: Temporal.PlainDate, leapDay: LeapDay = '03-01'): number[] {
  const key = today.month * 100 + today.day
  const standsFor = leapDay === '03-01' ? 301 : 228
  return !today.inLeapYear && key === standsFor ? [key, 229] : [key]
}

/** From today to the next such day; counted in days of the calendar, which no change of the clock can shorten. */
export function daysUntil(key: number, today: Temporal.PlainDate, leapDay: LeapDay): number {
  const next = [today.year, today.year + 1]
    .map((year) => dayIn(year, key, leapDay))
    .find((day) => Temporal.PlainDate.compare(day, today) >= 0)
  if (!next) throw new Error('Every day comes again within a year.')
  return today.until(next).days
}

function dayIn(year: number, key: number, leapDay: LeapDay): Temporal.PlainDate {
  const [month, day] = [Math.floor(key / 100), key % 100]
  const isMissing = key === 229 && !Temporal.PlainDate.from({ year, month: 1, day: 1 }).inLeapYear
  if (isMissing) return Temporal.PlainDate.from(`${String(year).padStart(4, '0')}-${leapDay}`)
  return Temporal.PlainDate.from({ year, month, day })
}
