import { type Static, Type } from 'typebox'
import { ZERO_TIME } from './time.ts'

/** When something was, as its writer says. */
export const Moment = Type.String({
  format: 'rfc3339',
  not: { const: ZERO_TIME },
  description: 'RFC 3339 with a zone: `2026-01-02T00:00:00Z`.',
})

const optional = Type.Optional(Type.String())
export const DatedQuery = Type.Object({
  page: optional,
  limit: optional,
  search: optional,
  fromDate: optional,
  toDate: optional,
})
export type DatedQuery = Static<typeof DatedQuery>

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Days that cannot be read count as not given. */
export function readDates({ search = '', fromDate, toDate }: DatedQuery) {
  const term = search.trim()
  return {
    search: term === '' ? undefined : term,
    fromDay: fromDate !== undefined && isDay(fromDate) ? fromDate : undefined,
    toDay: toDate !== undefined && isDay(toDate) ? toDate : undefined,
  }
}

function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
}
