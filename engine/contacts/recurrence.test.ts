import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextOccurrence } from './recurrence.ts'

type Given = Parameters<typeof nextOccurrence>[0]

const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds

function reminder(remindAt: string, recurrence: Given['recurrence'], more: Partial<Given> = {}): Given {
  const dayWanted = Number(remindAt.slice(8, 10))
  return { remindAt, dayWanted, recurrence, reoccursFromCompletion: true, ...more }
}

function nextDay(given: Given, now: string): string | undefined {
  return nextOccurrence(given, at(now))?.remindAt.text
}

test('each interval, from its own day if that is still to come', () => {
  const now = '2026-01-05T12:00:00Z'
  for (const [recurrence, next] of [
    ['once', undefined],
    ['weekly', '2026-01-17T00:00:00Z'],
    ['monthly', '2026-02-10T00:00:00Z'],
    ['quarterly', '2026-04-10T00:00:00Z'],
    ['six-months', '2026-07-10T00:00:00Z'],
    ['yearly', '2027-01-10T00:00:00Z'],
  ] as const) {
    assert.equal(nextDay(reminder('2026-01-10T00:00:00Z', recurrence), now), next, recurrence)
  }
})

test('late, it counts from the day of completion, or from its own days until one is ahead', () => {
  const now = '2026-05-20T23:59:59Z'
  const late = reminder('2026-01-31T00:00:00Z', 'monthly')
  assert.equal(nextDay(late, now), '2026-06-20T00:00:00Z')
  assert.equal(nextDay({ ...late, reoccursFromCompletion: false }, now), '2026-05-31T00:00:00Z')
  const weekly = reminder('2026-05-01T00:00:00Z', 'weekly')
  assert.equal(nextDay(weekly, now), '2026-05-27T00:00:00Z')
  assert.equal(nextDay({ ...weekly, reoccursFromCompletion: false }, now), '2026-05-22T00:00:00Z')
  // On its day it is neither early nor late.
  assert.equal(nextDay(reminder('2026-05-20T00:00:00Z', 'yearly'), now), '2027-05-20T00:00:00Z')
})

test('monthly from the 31st does not drift, whichever way it is counted', () => {
  for (const reoccursFromCompletion of [true, false]) {
    let given = reminder('2026-01-31T00:00:00Z', 'monthly', { reoccursFromCompletion })
    const days: string[] = []
    for (let times = 0; times < 5; times++) {
      const next = nextOccurrence(given, at(`${given.remindAt.slice(0, 10)}T09:00:00Z`))
      assert.ok(next)
      days.push(next.remindAt.day)
      given = { ...given, remindAt: next.remindAt.text, dayWanted: next.dayWanted }
    }
    assert.deepEqual(days, ['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30'])
  }
})

test('a 29 February comes again on the 28th, and on the 29th when there is one', () => {
  let given = reminder('2024-02-29T00:00:00Z', 'yearly')
  const days: string[] = []
  for (let times = 0; times < 4; times++) {
    const next = nextOccurrence(given, at('2024-01-01T00:00:00Z'))
    assert.ok(next)
    days.push(next.remindAt.day)
    given = { ...given, remindAt: next.remindAt.text, dayWanted: next.dayWanted }
  }
  assert.deepEqual(days, ['2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29'])
})

test('days are those of the zone that it was sent with, and stay in it', () => {
  const given = reminder('2026-01-10T00:00:00+13:00', 'weekly')
  // There it is the 10th already.
  assert.equal(nextDay(given, '2026-01-09T12:00:00Z'), '2026-01-17T00:00:00+13:00')
  assert.equal(nextDay(given, '2026-01-10T12:00:00Z'), '2026-01-18T00:00:00+13:00')
})

test('after the year 9999 nothing comes', () => {
  const far = reminder('9999-12-31T00:00:00Z', 'yearly')
  assert.equal(nextDay(far, '2026-01-01T00:00:00Z'), undefined)
  assert.equal(nextDay(reminder('9999-12-31T00:00:00Z', 'weekly'), '2026-01-01T00:00:00Z'), undefined)
})
