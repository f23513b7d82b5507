// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSecrets, digest, equalBytes, randomDigits, randomToken } from './secrets.ts'

const secrets = createSecrets('a secret that is long enough for the rule')

test('what was sealed is unsealed as it was, whatever it is, and no two seals are alike', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const [one, two] = [secrets.seal('mail', text), secrets.seal('mail', text)]
      assert.equal(secrets.unseal('mail', one), text)
      assert.notDeepEqual(one, two)
    }),
  )
})

test('a seal is for one purpose, under one secret', () => {
  const sealed = secrets.seal('mail', 'the text')
  assert.throws(() => secrets.unseal('key', sealed))
  assert.throws(() => createSecrets('another secret that is long enough too').unseal('mail', sealed))
  assert.equal(createSecrets('a secret that is long enough for the rule').unseal('mail', sealed), 'the text')
})

test('a seal that was touched anywhere, cut or lengthened is refused', () => {
  const sealed = secrets.seal('mail', 'the text')
  for (let at = 0; at < sealed.length; at++) {
    const touched = Buffer.from(sealed)
    touched[at] = (touched[at] ?? 0) ^ 1
    assert.throws(() => secrets.unseal('mail', touched), `byte ${at}`)
  }
  for (const form of [
    sealed.subarray(0, -1),
    sealed.subarray(1),
    Buffer.concat([sealed, Buffer.from([0])]),
    sealed.subarray(0, 12),
    sealed.subarray(0, 20),
    Buffer.alloc(0),
  ]) {
    assert.throws(() => secrets.unseal('mail', form), `${form.length} bytes`)
  }
})

test('the text is not to be seen in its seal', () => {
  const sealed = secrets.seal('mail', 'code 123456 for anna@example.com')
  assert.ok(!sealed.includes('123456') && !sealed.includes('anna'))
})

test('a keyed hash is the same for the same text, and another for another purpose, text or secret', () => {
  const own = secrets.keyedHash('code', '123456')
  assert.equal(own.length, 32)
  assert.deepEqual(secrets.keyedHash('code', '123456'), own)
  assert.notDeepEqual(secrets.keyedHash('cookie', '123456'), own)
  assert.notDeepEqual(secrets.keyedHash('code', '123457'), own)
  assert.notDeepEqual(
    createSecrets('another secret that is long enough too').keyedHash('code', '123456'),
    own,
  )
  assert.notDeepEqual(digest('123456'), own)
})

test('a key for hashing is not the key for sealing, though the purpose has one name', () => {
  const sealed = secrets.seal('x', '')
  assert.notDeepEqual(secrets.keyedHash('x', '').subarray(0, 16), sealed.subarray(-16))
})

test('a token is 256 random bits as base64url, and none comes twice', () => {
  const tokens = Array.from({ length: 1_000 }, randomToken)
  for (const token of tokens) assert.match(token, /^[\w-]{43}$/)
  assert.equal(new Set(tokens).size, tokens.length)
})

test('a code has six digits, leading zeros included, and every digit comes at every place', () => {
  const codes = Array.from({ length: 5_000 }, () => randomDigits(6))
  for (const code of codes) assert.match(code, /^\d{6}$/)
  for (let place = 0; place < 6; place++) {
    const digits = new Set(codes.map((code) => code[place]))
    assert.equal(digits.size, 10, `place ${place}`)
  }
})

test('bytes are equal when they are, and unequal lengths are no error', () => {
  assert.equal(equalBytes(Buffer.from('abc'), Buffer.from('abc')), true)
  assert.equal(equalBytes(Buffer.from('abc'), Buffer.from('abd')), false)
  assert.equal(equalBytes(Buffer.from('abc'), Buffer.from('abcd')), false)
  assert.equal(equalBytes(Buffer.alloc(0), Buffer.alloc(0)), true)
})

test('a digest is SHA-256 (FIPS 180-4)', () => {
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  assert.equal(digest('abc').toString('hex'), expected)
})
