// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relyingPartyOf } from './relying-party.ts'

test('passkeys belong to the host name of a secure origin', () => {
  for (const [publicUrl, id] of [
    ['https://id.example.org', 'id.example.org'],
    ['https://id.example.org:8443', 'id.example.org'],
    ['https://intranet', 'intranet'],
    ['http://localhost:3000', 'localhost'],
    ['http://id.localhost:3000', 'id.localhost'],
  ] as const) {
    assert.deepEqual(relyingPartyOf(publicUrl), { id, origin: publicUrl })
  }
})

test('there are none where browsers allow none: plain http, an address in numbers', () => {
  for (const publicUrl of [
    'http://id.example.org',
    'http://localhost.example.org',
    'http://notlocalhost',
    'http://127.0.0.1:3000',
    'https://192.0.2.7',
    'https://[2001:db8::1]',
    'http://[::1]:3000',
  ]) {
    assert.equal(relyingPartyOf(publicUrl), undefined, publicUrl)
  }
})
