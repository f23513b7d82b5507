// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findTotpStep, newTotpSecret, otpauthUri, totpAt, totpStep } from './algorithm.ts'
import { toBase32 } from './base32.ts'

const SECRET = Buffer.from('12345678901234567890')

test('the vectors of RFC 6238, appendix B, in their last six digits', () => {
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const) {
    assert.equal(totpAt(SECRET, totpStep(seconds * 1_000)), code)
  }
})

test('the vectors of RFC 4226, appendix D', () => {
  const codes = [
    '755224',
    '287082',
    '359152',
    '969429',
    '338314',
    '254676',
    '287922',
    '162583',
    '399871',
    '520489',
  ]
  codes.forEach((code, counter) => {
    assert.equal(totpAt(SECRET, counter), code)
  })
})

test('the vectors of RFC 4648, section 10, without padding', () => {
  for (const [text, base32] of [
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ] as const) {
    assert.equal(toBase32(Buffer.from(text)), base32)
  }
  assert.equal(toBase32(newTotpSecret()).length, 32)
})

test('a code is good in its own step and in one before or after, and in no other', () => {
  const now = 1_700_000_000_000
  const step = totpStep(now)
  for (const drift of [-1, 0, 1])
    assert.equal(findTotpStep(SECRET, totpAt(SECRET, step + drift), now), step + drift)
  for (const drift of [-2, 2, 100])
    assert.equal(findTotpStep(SECRET, totpAt(SECRET, step + drift), now), undefined)
  for (const wrong of ['', '12345', '1234567', 'abcdef', `${totpAt(SECRET, step)} `]) {
    assert.equal(findTotpStep(SECRET, wrong, now), undefined, wrong)
  }
})

test('what the QR code says names issuer and account as they are', () => {
  const uri = otpauthUri({ secret: SECRET, issuer: 'My House', label: 'a:b@example.org' })
  assert.equal(
    uri,
    'otpauth://totp/My%20House:a%3Ab%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=My%20House',
  )
})
