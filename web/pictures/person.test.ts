import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hueOf, initialsOf } from './person.ts'

test('initials are the first letters of the first and the last name, of what is there', () => {
  const of = (name: string | null, username: string | null = null, email: string | null = null) =>
    initialsOf({ name, username, email })
  assert.equal(of('Ada Lovelace'), 'AL')
  assert.equal(of('  ada  king  lovelace '), 'AL')
  assert.equal(of('Ada'), 'A')
  assert.equal(of(null, 'ada'), 'A')
  assert.equal(of(null, null, 'zoë@example.org'), 'Z')
  assert.equal(of('e\u0301mile Zola'), 'E\u0301Z')
  assert.equal(of('👩‍💻 王小明'), '👩‍💻王')
  assert.equal(of(null), '·')
})

test('a hue is one of twelve, and stays with its person', () => {
  const hues = Array.from({ length: 200 }, (_, i) => hueOf({ uid: `019a0000-0000-7000-8000-${i}` }))
  assert.ok(hues.every((hue) => Number.isInteger(hue) && hue >= 0 && hue < 12))
  assert.equal(new Set(hues).size, 12)
})
