// runs once
/** A8 below every API: who is who by address. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { EMAIL_LENGTH_MAX, maskEmailAddress, parseEmailAddress } from './email-address.ts'

/** Letters where normalising and folding bite: case pairs, compatibility forms, marks, other scripts. */
const letters = fc.constantFrom(
  ...'aAbBzZ019',
  ...[
    'ß',
    'ẞ',
    'ı',
    'İ',
    'i',
    'I',
    'ſ',
    'K',
    'Å',
    'å',
    'σ',
    'ς',
    'Σ',
    'é',
    'e\u0301',
    'ﬁ',
    'Ａ',
    'ａ',
    '０',
    '①',
    'Ⅷ',
    'ⅷ',
  ],
  ...[
    'ǅ',
    'ŉ',
    'ǰ',
    'ΐ',
    'ﬅ',
    'ɐ',
    'Ɐ',
    '世',
    '界',
    'я',
    'Я',
    'а',
    'α',
    '\u0345',
    '\u0130',
    '\u212a',
    'J',
    'j',
    '\u030c',
    'ҽ',
    'ᾳ',
    'ᾼ',
  ],
)
const local = fc
  .array(fc.oneof(letters, fc.constantFrom(..."._+-=~!#$%&*?^`{|}/'")), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
const label = fc.array(letters, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''))
const domain = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'))
const address = fc.tuple(local, domain).map(([before, after]) => `${before}@${after}`)
/** Anything at all, near an address. */
const nearly = fc
  .array(
    fc.oneof(
      letters,
      fc.constantFrom(...'@＠﹫.。．/\\#?:%[]()<>"\' \t\r\n,;\u00ad\u200b\ufe0f\u0000'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''))

const runs = { numRuns: 3_000 }

/** Where a mail server takes a mail, as far as DNS and letters decide it. */
function mailbox(mailed: string): string {
  const plain = mailed.normalize('NFKC').toLowerCase().normalize('NFKC')
  const at = plain.lastIndexOf('@')
  return `${plain.slice(0, at)}@${domainToASCII(plain.slice(at + 1))}`
}

test('A8: reading an address again changes nothing', () => {
  fc.assert(
    fc.property(address, (text) => {
      const once = parseEmailAddress(text)
      if (!once) return
      const again = parseEmailAddress(once.address)
      assert.deepEqual(again, once)
    }),
    runs,
  )
})

test('A8: a key is an address with the same key', () => {
  fc.assert(
    fc.property(address, (text) => {
      const once = parseEmailAddress(text)
      // Folding can make it longer than an address may be.
      if (!once || once.key.length > 60) return
      assert.equal(parseEmailAddress(once.key)?.key, once.key)
    }),
    runs,
  )
})

test('A8: lower case, composed or not, full width or not: one key', () => {
  const wide = (text: string): string =>
    text.replace(/[!-~]/g, (c) =>
      c === '@' || c === '.' ? c : String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0),
    )
  fc.assert(
    fc.property(address, (text) => {
      const key = parseEmailAddress(text)?.key
      if (key === undefined) return
      for (const [form, spelt] of Object.entries({
        lower: text.normalize('NFKC').toLowerCase(),
        NFC: text.normalize('NFC'),
        NFD: text.normalize('NFD'),
        NFKC: text.normalize('NFKC'),
        NFKD: text.normalize('NFKD'),
        wide: wide(text),
        at: text.replace('@', '＠'),
      })) {
        if (spelt.length > 60) continue
        assert.equal(parseEmailAddress(spelt)?.key, key, `${form}: ${JSON.stringify(spelt)}`)
      }
    }),
    runs,
  )
})

test('A8: upper case of plain letters is one key too', () => {
  const plain = fc.stringMatching(/^[a-z0-9]{1,10}([._+-][a-z0-9]{1,5})?@[a-z0-9]{1,8}\.[a-z]{2,5}$/)
  fc.assert(
    fc.property(plain, (text) => {
      assert.equal(parseEmailAddress(text.toUpperCase())?.key, parseEmailAddress(text)?.key)
      assert.equal(parseEmailAddress(text)?.address, text)
    }),
    runs,
  )
})

test('A8: two mailboxes never have one key', () => {
  fc.assert(
    fc.property(fc.oneof(address, nearly), fc.oneof(address, nearly), (one, two) => {
      const [a, b] = [parseEmailAddress(one), parseEmailAddress(two)]
      if (!a || !b) return
      assert.equal(
        a.key === b.key,
        mailbox(a.address) === mailbox(b.address),
        `${a.address} and ${b.address}`,
      )
    }),
    runs,
  )
})

test('A8: the key is where the mail goes: what is mailed comes to the mailbox that the key names', () => {
  fc.assert(
    fc.property(fc.oneof(address, nearly), (text) => {
      const email = parseEmailAddress(text)
      if (!email) return
      assert.equal(mailbox(email.address), email.key)
      assert.doesNotMatch(email.address, /[\s\p{Cc}<>(),;:\\"[\]]/u)
      assert.equal(email.address.split('@').length, 2)
      assert.ok(email.address.length <= EMAIL_LENGTH_MAX)
    }),
    runs,
  )
})

for (const [text, key] of [
  ['Anna.Example+news@Example.COM', 'anna.example+news@example.com'],
  ['anna@bücher.example', 'anna@xn--bcher-kva.example'],
  ['anna@XN--BCHER-KVA.example', 'anna@xn--bcher-kva.example'],
  ['ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'anna@example.com'],
  ['anna@例え。jp', 'anna@xn--r8jz45g.jp'],
  ['bob@corp.local', 'bob@corp.local'],
  ['bob@localhost', 'bob@localhost'],
  ["o'hara@example.com", "o'hara@example.com"],
  ['юля@почта.рф', 'юля@xn--80a1acny.xn--p1ai'],
] as const) {
  test(`${text} is ${key}`, () => assert.equal(parseEmailAddress(text)?.key, key))
}

test('A8: small letters that compose where their capitals do not are one with them', () => {
  // There is no capital of ǰ in one character: folding J with a caron gives what normalising then composes.
  assert.equal(parseEmailAddress('J\u030c@example.com')?.key, parseEmailAddress('ǰ@example.com')?.key)
})

test('what is no address is none', () => {
  for (const text of [
    '',
    '@',
    'anna',
    'anna@',
    '@example.com',
    'anna@@example.com',
    'anna@example.com@evil.example',
    'anna＠evil.example@example.com',
    'anna﹫evil.example@example.com',
    '.anna@example.com',
    'anna.@example.com',
    'an..na@example.com',
    'anna@.example.com',
    'anna@example..com',
    'anna@example.com.',
    'anna@-example.com',
    'anna@example-.com',
    'anna@exam_ple.com',
    ' anna@example.com',
    'anna@example.com ',
    'an na@example.com',
    'anna@exam ple.com',
    '"anna"@example.com',
    'anna(x)@example.com',
    'Anna <anna@example.com>',
    'anna@[127.0.0.1]',
    'anna@[IPv6:::1]',
    'anna@example.com:25',
    'anna@example.com/x',
    'anna@example.com#x',
    'anna@example.com?x',
    'anna@example.com\\x',
    'anna@ex%61mple.com',
    'anna@127.1',
    'anna@0x7f.1',
    'anna@2130706433',
    'anna@exam\tple.com',
    'anna@exam\r\nple.com',
    'anna\u0000@example.com',
    'anna@exam\u00adple.com',
    'anna@exam\u200bple.com',
    'anna@exam\u200dple.com',
    'anna@exam\ufe0fple.com',
    'anna\u200b@example.com',
    'anna\u202e@example.com',
    `${'a'.repeat(65)}@example.com`,
    `anna@${'a'.repeat(64)}.com`,
    `anna@${'a.'.repeat(130)}com`,
    `${'ﷺ'.repeat(10)}@example.com`,
    'anna@\ud800.com',
  ]) {
    assert.equal(parseEmailAddress(text), undefined, JSON.stringify(text))
  }
})

test('a masked address shows its domain and two letters at most', () => {
  assert.equal(maskEmailAddress('annabel@example.com'), 'a…l@example.com')
  assert.equal(maskEmailAddress('an@example.com'), '…@example.com')
  assert.equal(maskEmailAddress('🌍🌎🌏@example.com'), '🌍…🌏@example.com')
})
