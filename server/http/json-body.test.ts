// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJsonBody } from './json-body.ts'

const nested = (depth: number, [open, close] = ['[', ']']) =>
  open?.repeat(depth) + (close?.repeat(depth) ?? '')

/** What JSON can hold and any database can keep. */
const storable = fc.jsonValue({ maxDepth: 5 }).filter((value) => {
  const text = JSON.stringify(value)
  return !/\\u0000|\\ud[89a-f]/i.test(text) && !/"(__proto__|constructor)"/.test(text)
})

test('any JSON that can be kept is read as it is', () => {
  fc.assert(
    fc.property(storable, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      assert.deepEqual(parseJsonBody(text), { ok: true, value: JSON.parse(text) })
    }),
  )
})

test('any text that is no JSON is refused as such, and nothing throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0d8a e1-.tf') })),
      (text) => {
        const parsed = parseJsonBody(text)
        if (!isParsed(text)) assert.equal(parsed.ok, false)
        else if (!parsed.ok) assert.equal(parsed.code, 'invalid_input')
      },
    ),
    { numRuns: 2_000 },
  )
})

function isParsed(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('a NUL or half of a surrogate pair is refused wherever it stands, and whole pairs pass', () => {
  const bad = ['\\u0000', 'a\\u0000', '\\ud800', '\\uDFFF', '\\ude00\\ud83d', '\\uD83D\\uD83D\\uDE00']
  const places = (text: string) => [
    `"${text}"`,
    `["x", "${text}"]`,
    `{"a": {"b": "${text}"}}`,
    `{"${text}": 1}`,
  ]
  for (const text of bad.flatMap(places)) {
    assert.deepEqual(parseJsonBody(text), { ok: false, code: 'invalid_input' }, text)
  }
  for (const text of ['\\ud83d\\ude00', '😀', '\\u0001', '\\\\u0000', '\\ufffd'].flatMap(places)) {
    assert.deepEqual(parseJsonBody(text), { ok: true, value: JSON.parse(text) }, text)
  }
})

test('32 levels are read and 33 are not, in lists and in objects, and brackets in text count for nothing', () => {
  assert.equal(parseJsonBody(nested(32)).ok, true)
  assert.deepEqual(parseJsonBody(nested(33)), { ok: false, code: 'invalid_input' })
  assert.equal(parseJsonBody(`${'{"a":'.repeat(32)}1${'}'.repeat(32)}`).ok, true)
  assert.deepEqual(parseJsonBody(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`), {
    ok: false,
    code: 'invalid_input',
  })
  assert.equal(parseJsonBody(JSON.stringify('['.repeat(500))).ok, true)
  assert.equal(parseJsonBody(JSON.stringify({ a: `"\\"${'{'.repeat(500)}` })).ok, true)
  assert.equal(parseJsonBody(`[${'[],'.repeat(500)}[]]`).ok, true)
})

test('a million brackets are refused without being walked', () => {
  assert.deepEqual(parseJsonBody('['.repeat(1_000_000)), { ok: false, code: 'invalid_input' })
})

test('keys that could reach the prototype of an object are gone, and no prototype is touched', () => {
  const text = '{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}, "name": "Ada"}'
  const parsed = parseJsonBody(text)
  assert.deepEqual(parsed, { ok: true, value: { name: 'Ada' } })
  assert.equal((parsed as { value: { admin?: true } }).value.admin, undefined)
  assert.equal(({} as { admin?: true }).admin, undefined)
  const escaped = parseJsonBody('{"\\u005f_proto__": {"admin": true}}')
  assert.deepEqual(escaped, { ok: true, value: {} })
})
