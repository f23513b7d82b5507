// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultPolicy } from '../realm.ts'
import { isUsername, isUsernameAllowed, usernameKey } from './username.ts'

test('a username is ASCII letters and digits, three to thirty of them', () => {
  for (const name of ['abc', 'ABC', '123', 'a1B2', 'x'.repeat(30)])
    assert.equal(isUsername(name, 3, 30), true, name)
  for (const name of [
    ...[
      '',
      'ab',
      'x'.repeat(31),
      'a b',
      'a-b',
      'a_b',
      'a.b',
      'a@b',
      'äbc',
      'ａｂｃ',
      'аbc',
      'abc\n',
      'abc\u0000',
      '١٢٣',
      'ﬁx',
    ],
    ...['../x', '<b>', 'a\u200bb', 'ſet', '\u212aim'],
  ]) {
    assert.equal(isUsername(name, 3, 30), false, JSON.stringify(name))
  }
})

test('two spellings of one name have one key, and two names have two', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9]{3,30}$/)
  fc.assert(
    fc.property(name, name, (one, two) => {
      assert.equal(usernameKey(one), usernameKey(one.toUpperCase()))
      assert.equal(usernameKey(one), usernameKey(one.toLowerCase()))
      assert.equal(usernameKey(one) === usernameKey(two), one.toLowerCase() === two.toLowerCase())
    }),
  )
})

test('a key is its own key, whatever was typed, so that a look-up cannot be led past it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const key = usernameKey(text)
      assert.equal(usernameKey(key), key)
    }),
    { numRuns: 2_000 },
  )
})

test('a key without an at sign never comes from a text with one', () => {
  for (const text of ['a@b', 'a＠b', 'a﹫b']) assert.ok(usernameKey(text).includes('@'))
})

test('a realm says how long a name is, whether it has underscores, and which nobody may have', () => {
  const plain = { ...defaultPolicy, usernameLengthMax: 20, reservedUsernames: ['root', 'no_reply'] }
  const underscored = { ...plain, usernameForm: 'underscored' } as const
  for (const [name, isPlain, isUnderscored] of [
    ['abc', true, true],
    ['a_b', false, true],
    ['a_b_c_d', false, true],
    ['_ab', false, false],
    ['ab_', false, false],
    ['a__b', false, false],
    ['a_b\n', false, false],
    ['ab', false, false],
    ['x'.repeat(20), true, true],
    ['x'.repeat(21), false, false],
    ['root', false, false],
    ['ROOT', false, false],
    ['No_Reply', false, false],
    ['root1', true, true],
  ] as const) {
    assert.equal(isUsernameAllowed(plain, name), isPlain, name)
    assert.equal(isUsernameAllowed(underscored, name), isUnderscored, name)
  }
})
