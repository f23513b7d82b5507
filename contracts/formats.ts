import { parseEmailAddress } from '../engine/accounts/email-address.ts'

/*
 * Forms of text that schemas name and JSON Schema itself does not know. Each takes the text as it came.
 */

/** A name in quotes (RFC 5321 §4.1.2): rare, and somebody's all the same. */
const QUOTED = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"@/u

/** An address whose domain has a dot: `a@b` and `a@localhost` are none. */
function isDottedEmail(text: string): boolean {
  const email = parseEmailAddress(text.replace(QUOTED, 'quoted@'))
  return email?.key.slice(email.key.lastIndexOf('@')).includes('.') ?? false
}

/** RFC 3339 §5.6 with capital letters and a zone, of a day and a time that exist. */
function isInstant(text: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|[+-](\d{2}):(\d{2}))$/.exec(text)
  if (!match) return false
  const [, day = '', hour, minute, second, zoneHour = '0', zoneMinute = '0'] = match
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  return isDay(day) && isTime && Number(zoneHour) < 24 && Number(zoneMinute) < 60
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** `2000-02-29`, or `--02-29` where the year is not known (RFC 6350 §4.3.1). */
function isPartialDate(text: string): boolean {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return isDay(text)
  // Of a year that is not known, any day that some year has.
  return /^--\d{2}-\d{2}$/.test(text) && isDay(text.replace('--', '2000-'))
}

/** As many digits as some telephone has, whatever stands between them. */
function isPhone(text: string): boolean {
  const { length } = Buffer.from(text.replaceAll(/[^\p{Nd}+]/gu, ''))
  return length >= 5 && length <= 20
}

/** Whether following the text as a link runs nothing and opens no file. */
function isSafeLink(text: string): boolean {
  const [, scheme = ''] = /^([^:]*):/.exec(text) ?? []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers leave them out of a scheme.
  const plain = scheme.replaceAll(/[\s\u0000-\u001f\u007f-\u009f]/g, '').toLowerCase()
  return !['javascript', 'data', 'vbscript', 'file'].includes(plain)
}

const orEmpty =
  (isRight: (text: string) => boolean) =>
  (text: string): boolean =>
    text === '' || isRight(text)

export const formats: Record<string, (text: string) => boolean> = {
  'dotted-email': isDottedEmail,
  'dotted-email-or-empty': orEmpty(isDottedEmail),
  phone: isPhone,
  'phone-or-empty': orEmpty(isPhone),
  'partial-date-or-empty': orEmpty(isPartialDate),
  'safe-link': isSafeLink,
  rfc3339: isInstant,
}
