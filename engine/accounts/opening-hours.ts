/** Opening hours of one weekday, in the place's own time zone. */
export interface OpeningHours {
  /** 0 is Sunday. */
  dayOfWeek: number
  /** `HH:MM`, 24 hours; null when closed. */
  openTime: string | null
  closeTime: string | null
  isClosed: boolean
}

/** Where the hours do not fit, and which field of that entry. */
export type OpeningHoursFailure = {
  code: 'opening_hours_not_valid'
  index: number
  field: 'dayOfWeek' | 'openTime' | 'closeTime'
  reason: 'twice' | 'range' | 'time' | 'order'
}

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/

/** Each weekday once, real times, and an opening before the closing. */
export function checkOpeningHours(hours: OpeningHours[]): OpeningHoursFailure | undefined {
  const seen = new Set<number>()
  for (const [index, { dayOfWeek, openTime, closeTime, isClosed }] of hours.entries()) {
    const refuse = (
      field: OpeningHoursFailure['field'],
      reason: OpeningHoursFailure['reason'],
    ): OpeningHoursFailure => ({ code: 'opening_hours_not_valid', index, field, reason })
    if (!Number.isInteger(dayOfWeek) || dayOfWeek < 0 || dayOfWeek > 6) return refuse('dayOfWeek', 'range')
    if (seen.has(dayOfWeek)) return refuse('dayOfWeek', 'twice')
    seen.add(dayOfWeek)
    if (openTime !== null && !TIME.test(openTime)) return refuse('openTime', 'time')
    if (closeTime !== null && !TIME.test(closeTime)) return refuse('closeTime', 'time')
    if (isClosed) continue
    if (openTime === null) return refuse('openTime', 'time')
    if (closeTime === null) return refuse('closeTime', 'time')
    if (openTime >= closeTime) return refuse('openTime', 'order')
  }
  return undefined
}
