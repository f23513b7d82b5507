import type { WarningCode } from './imported-person.ts'
import { monthNamed } from './months.ts'

/** In which order a date of three numbers is written that could be either. */
export type DateOrder = 'day_first' | 'month_first'

export interface ReadDate {
  /** `YYYY-MM-DD`, or `--MM-DD`; '' for "no date", as some programs write it. */
  date: string
  warning?: WarningCode
}

/** Apple's programs write a birthday without a year as one of 1604. */
const NO_YEAR = 1604
/** Two digits up to this are of our century. A birthday is hardly ever in the future, and few people are over ninety. */
const CENTURY_TURN = 29

/**
 * Reads a date in any of the forms that contact files have. Only a date that exists comes out.
 *
 * @param order for dates such as 3/4/1972.
 * @returns nothing for what is no date.
 */
export function readDate(written: string, order: DateOrder, yearOmitted = NO_YEAR): ReadDate | undefined {
  const text = written.trim().replace(/\s+/g, ' ')
  if (text === '') return { date: '' }
  if (text.length > 60) return undefined
  const found = readIso(text) ?? readCompact(text) ?? readNumbers(text, order) ?? readWords(text)
  if (found === undefined) return undefined
  const { year, month, day } = found
  if (month === 0 && day === 0) return { date: '' }
  if (year === undefined || year === 0 || year === NO_YEAR || year === yearOmitted) {
    return isDay(2000, month, day) ? { date: `--${two(month)}-${two(day)}` } : undefined
  }
  if (!isDay(year, month, day)) return undefined
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  return found.warning === undefined ? { date } : { date, warning: found.warning }
}

interface Parts {
  /** Nothing, or 0, when it is not known. */
  year: number | undefined
  month: number
  day: number
  warning?: WarningCode
}

const TIME = /[T ](\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?$/i

/** `1972-04-15`, `1972/4/15`, `1972.04.15`, `--04-15`, `1972年4月15日`, each with a time or without. */
function readIso(text: string): Parts | undefined {
  const match = /^(\d{4}|-)(?:年|([-/.]))(\d{1,2})(?:月|[-/.])(\d{1,2})日?(.*)$/.exec(text)
  if (!match) return undefined
  const [, year = '', , month, day, rest = ''] = match
  const parts = { year: year === '-' ? undefined : Number(year), month: Number(month), day: Number(day) }
  return withRest(swapIfNeeded(parts), rest)
}

/** `19720415`, `--0415`, `19720415T230000Z`, and `19721504`, which has no other reading. */
function readCompact(text: string): Parts | undefined {
  const match = /^(\d{4}|--)(\d{2})(\d{2})(T.*)?$/i.exec(text)
  if (!match) return undefined
  const [, year = '', month, day, rest = ''] = match
  const parts = { year: year === '--' ? undefined : Number(year), month: Number(month), day: Number(day) }
  return withRest(swapIfNeeded(parts), rest)
}

/** `15.4.1972`, `15.4.`, `4/15/1972`, `15-04-72`. A German dot puts the day first, whatever the column says. */
function readNumbers(text: string, order: DateOrder): Parts | undefined {
  const match = /^(\d{1,2})\s?([./-])\s?(\d{1,2})(?:\.$|\s?\2\s?(\d{4}|\d{2}|\d)?)?((?:,? |T)\d.*)?$/i.exec(
    text,
  )
  if (!match) return undefined
  const [, first = '', separator, second = '', years, rest = ''] = match
  const [a, b] = [Number(first), Number(second)]
  const hasDayFirst = separator === '.' || a > 12 || (order === 'day_first' && b <= 12)
  const [day, month] = hasDayFirst && b <= 12 ? [a, b] : [b, a]
  return withRest({ ...fullYear(years), month, day }, rest.replace(/^, /, ' '))
}

/** `Tue, 22 Dec 2009`, `22. Dezember 2009`, `Dec 22, 2009`, `December 22`, `22 de diciembre de 2009`. */
function readWords(text: string): Parts | undefined {
  const plain = text.replace(/^\p{L}+\.?, ?/u, '').replace(/\b(de|of|the|den|der|le|el)\b /giu, '')
  const dayFirst =
    /^(\d{1,2})(?:st|nd|rd|th|er|º)?\.?[ -]?(\p{L}+)\.?(?:[ ,-]+'?(\d{4}|\d{2})\b)?(.*)$/u.exec(plain)
  if (dayFirst) {
    const [, day, name = '', years, rest = ''] = dayFirst
    return named(name, Number(day), years, rest)
  }
  const monthFirst = /^(\p{L}+)\.?[ -](\d{1,2})(?:st|nd|rd|th)?(?:[ ,-]+(\d{4}))?(.*)$/u.exec(plain)
  if (!monthFirst) return undefined
  const [, name = '', day, years, rest = ''] = monthFirst
  return named(name, Number(day), years, rest)
}

function named(name: string, day: number, years: string | undefined, rest: string): Parts | undefined {
  const month = monthNamed(name)
  return month === undefined ? undefined : withRest({ ...fullYear(years), month, day }, rest)
}

function fullYear(years: string | undefined): { year: number | undefined; warning?: WarningCode } {
  if (years === undefined || years === '') return { year: undefined }
  const year = Number(years)
  if (years.length > 2) return { year }
  // "0/0/00" is how some programs write "none".
  return { year: year > CENTURY_TURN ? 1900 + year : 2000 + year, warning: 'year_guessed' }
}

/** A time is left out, and told of when it could have moved the day: midnight without a zone could not. */
function withRest(parts: Parts, rest: string): Parts | undefined {
  if (rest.trim() === '') return parts
  const time = TIME.exec(rest)
  if (time?.index !== 0) return undefined
  const [, hours = '', minutes = '0', , zone] = time
  const isMidnight = Number(hours) === 0 && Number(minutes) === 0
  return zone === undefined || isMidnight ? parts : { ...parts, warning: 'date_has_time' }
}

function swapIfNeeded(parts: Parts): Parts {
  return parts.month > 12 && parts.day <= 12 ? { ...parts, month: parts.day, day: parts.month } : parts
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day <= days
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

export interface DateOrderGuess {
  order: DateOrder
  code: 'chosen' | 'default' | 'evidence' | 'language'
  /** Where in the values the first proof is, from 0. */
  index?: number
  /** Some values prove one order, some the other. */
  isMixed: boolean
}

/** Decides the order in a column by a value that leaves no choice; without one, by where such a file would come from. */
export function guessDateOrder(
  values: Iterable<string>,
  likely: DateOrder,
  isLikelyKnown: boolean,
): DateOrderGuess {
  const proofs = { day_first: -1, month_first: -1 }
  let index = 0
  for (const value of values) {
    const match = /^\s*(\d{1,2})([/-])(\d{1,2})(?:\2|\s|$)/.exec(value)
    const [first, second] = [Number(match?.[1] ?? 0), Number(match?.[3] ?? 0)]
    if (first > 12 && first <= 31 && second <= 12 && proofs.day_first < 0) proofs.day_first = index
    if (second > 12 && second <= 31 && first <= 12 && proofs.month_first < 0) proofs.month_first = index
    index++
  }
  const isMixed = proofs.day_first >= 0 && proofs.month_first >= 0
  if (isMixed || (proofs.day_first < 0 && proofs.month_first < 0)) {
    return { order: likely, code: isLikelyKnown ? 'language' : 'default', isMixed }
  }
  const order = proofs.day_first >= 0 ? 'day_first' : 'month_first'
  return { order, code: 'evidence', index: proofs[order], isMixed }
}

/** Whether the order decides what this date is. */
export function isAmbiguousDate(value: string): boolean {
  const match = /^\s*(\d{1,2})([/-])(\d{1,2})(?:\2|\s|$)/.exec(value)
  const [first, second] = [Number(match?.[1] ?? 0), Number(match?.[3] ?? 0)]
  return first !== second && first >= 1 && first <= 12 && second >= 1 && second <= 12
}
