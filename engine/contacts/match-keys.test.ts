// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { emailKey, foldText, nameKey, phoneKey } from './match-keys.ts'

test('however a number is written, it has one key', () => {
  const spellings = [
    '+49 (0)171 1234567',
    '0171/123 45 67',
    '0049-171-1234567',
    '+491711234567',
    '171 1234567',
    '＋４９ １７１ １２３４５６７',
  ]
  for (const phone of spellings) assert.equal(phoneKey(phone), '711234567', phone)
  assert.equal(phoneKey('+1 (555) 555-0100 ext. 12'), phoneKey('555-555-0100'))
  assert.equal(phoneKey('+1-555-555-0100;ext=12'), phoneKey('5555550100 x12'))
  assert.equal(phoneKey('Fax: 030 123456'), '030123456')
})

test('what is no number has no key, since everybody would share it', () => {
  for (const phone of ['', '110', '12345', 'none', 'ext. 123456789'])
    assert.equal(phoneKey(phone), undefined, phone)
})

test('however an address is written, it has one key', () => {
  for (const email of [
    'Ada@Example.ORG',
    ' ada@example.org ',
    'mailto:ada@example.org',
    'ａｄａ@example.org',
  ]) {
    assert.equal(emailKey(email), 'ada@example.org')
  }
  assert.equal(emailKey('ute@BÜCHER.example'), emailKey('ute@xn--bcher-kva.example'))
  assert.notEqual(emailKey('ada+news@example.org'), emailKey('ada@example.org'))
  for (const none of ['', '@', 'ada', 'ada@', '@example.org']) assert.equal(emailKey(none), undefined, none)
})

test('however a name is written, it has one key', () => {
  for (const [key, spellings] of [
    [
      'jurgen muller',
      [
        'Jürgen Müller',
        'Müller, Jürgen',
        'Juergen MUELLER',
        'Jurgen Muller',
        'Dr. Ju\u0308rgen Mu\u0308ller',
        'Herr Prof. Jürgen Müller',
      ],
    ],
    ['gross jorg', ['Jörg Groß', 'GROSS, JOERG', 'Jorg Gross']],
    ['francois', ['François', 'FRANCOIS']],
    ['bauer quelle', ['Quelle Bauer', 'BAUER QUELLE']],
    ['lech wałesa'.replace('ł', 'l'), ['Lech Wałęsa', 'Wałęsa Lech', 'Lech Walesa']],
    ['山田太郎', ['山田太郎']],
    ['dr', ['Dr.']],
  ] as const) {
    for (const name of spellings) assert.equal(nameKey(name), key, name)
  }
  for (const none of ['', ' - ', '…']) assert.equal(nameKey(none), undefined, none)
})

/** Any units of UTF-16, halves of letters included. */
const anyText = fc.uint8Array({ maxLength: 160 }).map((bytes) => Buffer.from(bytes).toString('utf16le'))

test('a key is short enough for any index, folding twice is folding once, and nothing makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, fc.constant('ﷺ@x'.repeat(200))), (text) => {
      assert.ok((nameKey(text) ?? '').length <= 200)
      assert.ok((emailKey(text) ?? '').length <= 500)
      phoneKey(text)
      assert.equal(foldText(foldText(text)), foldText(text))
    }),
    { numRuns: 300 },
  )
})
