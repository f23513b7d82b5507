// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FastifyRequest } from 'fastify'
import { isLoopback, loopbackOrigins, origins } from './origins.ts'

const own = ['https://id.example.org', 'http://localhost:3000']
const cors = ['https://shop.example.org']
const { isCrossSite, allowed } = origins({ own, cors })

const request = (headers: Record<string, string>, method = 'POST') =>
  ({ method, headers }) as unknown as FastifyRequest

/** Origins that look like ours and are not. */
const strangers = [
  'https://id.example.org.evil.example',
  'https://id.example.orgevil.example',
  'https://evil.example/https://id.example.org',
  'https://id.example.org@evil.example',
  'https://evilid.example.org',
  'https://sub.id.example.org',
  'https://example.org',
  'http://id.example.org',
  'https://id.example.org:444',
  'https://id.example.org.',
  'http://localhost',
  'http://localhost:30000',
  'http://localhost:3001',
  'https://localhost:3000',
  'null',
  'file://',
  '',
  'id.example.org',
  '//id.example.org',
  'https://',
  'javascript:alert(1)',
  'https://id.example.org, https://evil.example',
]

test('a change from our own or an invited origin is no other site’s, in whatever spelling of it', () => {
  const spellings = ['HTTPS://ID.EXAMPLE.ORG', 'https://id.example.org:443', 'https://Id.Example.Org']
  for (const origin of [...own, ...cors, ...spellings])
    assert.equal(isCrossSite(request({ origin })), false, origin)
})

test('an origin that only begins like ours, or resembles it, is another site', () => {
  for (const origin of strangers) {
    assert.equal(isCrossSite(request({ origin })), true, origin)
    assert.equal(allowed(origin), undefined, origin)
  }
})

test('userinfo does not make an origin ours', () => {
  assert.equal(isCrossSite(request({ origin: 'https://id.example.org:pw@evil.example' })), true)
})

test('any other origin is another site', () => {
  fc.assert(
    fc.property(fc.webUrl(), (url) => {
      const { origin } = new URL(url)
      const isOurs = [...own, ...cors].includes(origin)
      assert.equal(isCrossSite(request({ origin })), !isOurs)
    }),
  )
})

test('what changes nothing may come from anywhere', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    assert.equal(isCrossSite(request({ origin: 'https://evil.example' }, method)), false)
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.equal(isCrossSite(request({ origin: 'https://evil.example' }, method)), true)
  }
})

test('without an origin a browser’s own word counts, and a program that says nothing is let through', () => {
  assert.equal(isCrossSite(request({ 'sec-fetch-site': 'cross-site' })), true)
  for (const site of ['same-origin', 'same-site', 'none']) {
    assert.equal(isCrossSite(request({ 'sec-fetch-site': site })), false)
  }
  assert.equal(isCrossSite(request({})), false)
})

test('answers are readable by pages of invited origins, each by its own name, and by no others', () => {
  assert.equal(allowed('https://shop.example.org'), 'https://shop.example.org')
  assert.equal(allowed('https://SHOP.example.org:443'), 'https://shop.example.org')
  assert.equal(allowed('https://id.example.org'), undefined, 'our own pages need no invitation')
  assert.equal(allowed(undefined), undefined)
})

test('loopback goes by several names at one port, and nothing else does', () => {
  const at = ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000']
  for (const url of at) assert.deepEqual(loopbackOrigins(url), at)
  assert.deepEqual(loopbackOrigins('https://id.example.org'), [])
  for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.8.8', '::1', '[::1]']) {
    assert.equal(isLoopback(host), true, host)
  }
  for (const host of [
    '0.0.0.0',
    '::',
    'localhost.example.org',
    '127.0.0.1.example.org',
    '128.0.0.1',
    'id',
    '',
  ]) {
    assert.equal(isLoopback(host), false, host)
  }
})
