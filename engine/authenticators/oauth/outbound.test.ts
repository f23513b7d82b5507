// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readGithubUser } from './github.ts'
import { isAllowed } from './outbound.ts'
import { readUser } from './read-user.ts'

const isAsked = (home: string, address: string): boolean => isAllowed(new URL(home), new URL(address))

test('D4: what a provider’s documents name is asked where the provider itself could be, and nowhere inside', () => {
  const home = 'https://accounts.example.com'
  for (const address of [
    'https://accounts.example.com/token',
    'https://oauth2.example.net/token',
    'https://8.8.8.8/',
  ]) {
    assert.equal(isAsked(home, address), true, address)
  }
  const inner = [
    '127.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '2130706433',
    '0x7f.1',
  ]
  const innerV6 = ['[::1]', '[fd00::1]', '[fe80::1]', '[::ffff:127.0.0.1]', '[64:ff9b::7f00:1]']
  for (const host of [...inner, ...innerV6, 'localhost', 'x.localhost', 'localhost.']) {
    assert.equal(isAsked(home, `https://${host}/token`), false, host)
  }
  const others = [
    'http://accounts.example.com/token',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:,x',
    'ftp://x.example',
  ]
  for (const address of [...others, 'https://user:pass@accounts.example.com/']) {
    assert.equal(isAsked(home, address), false, address)
  }
})

test('a provider on an inner network may have its endpoints there, over what it speaks itself', () => {
  assert.equal(isAsked('http://localhost:8080', 'http://127.0.0.1:8081/token'), true)
  assert.equal(isAsked('https://10.0.0.5', 'https://10.0.0.6/token'), true)
  assert.equal(isAsked('https://10.0.0.5', 'http://10.0.0.5/token'), false)
})

test('of what claims say only what they promise is believed', () => {
  const strict = { areEmailsVerified: false }
  const email = 'ann@example.org'
  const isProved = (email_verified: unknown, settings = strict): boolean | undefined =>
    readUser(settings, { sub: 'a', email, email_verified })?.isEmailVerified
  assert.deepEqual(
    [true, 'true'].map((value) => isProved(value)),
    [true, true],
  )
  for (const value of [false, 'false', 1, 'yes', null, {}, [true]]) assert.equal(isProved(value), false)
  assert.equal(isProved(undefined), false)
  // The operator vouches where the provider says nothing, and never against what it says.
  assert.equal(isProved(undefined, { areEmailsVerified: true }), true)
  assert.equal(isProved(false, { areEmailsVerified: true }), false)
  assert.equal(
    readUser({ areEmailsVerified: true }, { sub: 'a', email: 'no address' })?.isEmailVerified,
    false,
  )
  for (const sub of [undefined, '', 7, 'x'.repeat(256), 'a\0b']) assert.equal(readUser(strict, { sub }), null)
  const odd = readUser(strict, {
    sub: 'a',
    name: 'A\u0000\nB ',
    picture: 'javascript:alert(1)',
    email: ['x'],
  })
  assert.deepEqual([odd?.name, odd?.picture, odd?.email], ['A  B', null, null])
  assert.equal(readUser(strict, { sub: 'a', name: 'x'.repeat(5_000) })?.name?.length, 100)
})

test('of GitHub’s list the primary and verified address counts, and nothing that is no list', () => {
  const user = { id: 1, login: 'octocat', name: null, email: 'profile@example.org' }
  const one = { email: 'one@example.org', primary: true, verified: true }
  assert.equal(readGithubUser(user, [{ ...one, verified: false }])?.isEmailVerified, false)
  assert.equal(readGithubUser(user, [{ ...one, primary: false }])?.email, null)
  assert.equal(readGithubUser(user, [{ ...one, verified: 'true' }])?.email, null)
  assert.deepEqual(readGithubUser(user, [null, 7, one])?.email, 'one@example.org')
  for (const list of [null, {}, 'x']) assert.equal(readGithubUser(user, list), null)
  for (const id of ['1', 1.5, null, -1e300]) assert.equal(readGithubUser({ ...user, id }, [one]), null)
})
