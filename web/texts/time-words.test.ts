import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relativeTime, waitingTime } from './time-words.ts'

const NOW = Date.UTC(2026, 2, 14, 12)
const MINUTE = 60_000
const DAY = 86_400_000

test('near times are relative, in the words of the language', () => {
  assert.equal(relativeTime(NOW - 3 * MINUTE, NOW, 'en'), '3 minutes ago')
  assert.equal(relativeTime(NOW - DAY, NOW, 'en'), 'yesterday')
  assert.equal(relativeTime(NOW + 3 * DAY, NOW, 'en'), 'in 3 days')
  assert.equal(relativeTime(NOW - 2 * DAY, NOW, 'de'), 'vorgestern')
  assert.equal(relativeTime(NOW - 400 * DAY, NOW, 'de'), 'letztes Jahr')
})

test('within a minute there is no unit to count', () => {
  assert.equal(relativeTime(NOW - 59_000, NOW, 'en'), null)
})

test('a wait is rounded up, so that who waits that long is let in', () => {
  assert.equal(waitingTime(0, 'en'), 'in 1 second')
  assert.equal(waitingTime(42, 'en'), 'in 42 seconds')
  assert.equal(waitingTime(121, 'en'), 'in 3 minutes')
  assert.equal(waitingTime(7201, 'de'), 'in 3 Stunden')
})
