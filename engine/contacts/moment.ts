import type { Moment } from '../../storage/notes.ts'

export type { Moment } from '../../storage/notes.ts'

/** Nanoseconds: no clock of ours is finer. */
const FRACTION_DIGITS_MAX = 9

/**
 * A point in time as somebody sent it (RFC 3339), in the one spelling that it has: no zeros at the end of a fraction, `Z`
 * for a zone without an offset. The zone stays, since it says whose day it is.
 */
export function momentOf(sent: string): Moment {
  const [, time = '', fraction = '', zone = ''] = /^(.{19})(?:\.(\d+))?(.+)$/.exec(sent) ?? []
  const digits = fraction.slice(0, FRACTION_DIGITS_MAX).replace(/0+$/, '')
  const text = `${time}${digits && `.${digits}`}${/^[+-]00:00$/.test(zone) ? 'Z' : zone}`
  return { text, at: Temporal.Instant.from(text).epochMilliseconds, day: text.slice(0, 10) }
}

/** Midnight of its day, in its own zone. */
export function midnightOf(sent: string): Moment {
  const { text } = momentOf(sent)
  return momentOf(`${text.slice(0, 10)}T00:00:00${text.replace(/^.{19}(\.\d+)?/, '')}`)
}
