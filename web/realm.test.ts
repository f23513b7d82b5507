import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownAddress, pagesAt } from './realm.ts'

test('the pages at the root are those of realm main', () => {
  for (const path of ['/', '/account', '/realms', '/realmsalon', '/realms/main/account']) {
    assert.deepEqual(pagesAt(path), { realm: 'main', isMain: true, base: '', api: '/api' }, path)
  }
})

test('the pages of another realm begin with its name, and speak to its API', () => {
  for (const path of ['/realms/salon', '/realms/salon/', '/realms/salon/sign-in']) {
    const salon = { realm: 'salon', isMain: false, base: '/realms/salon', api: '/api/realms/salon' }
    assert.deepEqual(pagesAt(path), salon, path)
  }
})

for (const [address, own] of [
  ['/reset-password?realm=salon#t0ken', '/realms/salon/reset-password?realm=salon#t0ken'],
  ['/confirm-email?realm=salon#t0ken', '/realms/salon/confirm-email?realm=salon#t0ken'],
  ['/forgot-password?realm=salon', '/realms/salon/forgot-password?realm=salon'],
  ['/realms/salon/forgot-password?realm=main', '/forgot-password?realm=main'],
  ['/forgot-password?realm=..%2F..%2Fx', '/realms/..%2F..%2Fx/forgot-password?realm=..%2F..%2Fx'],
  ['/realms/main/account', '/account'],
] as const) {
  test(`${address} is opened as ${own}`, () => {
    const { pathname, search, hash } = new URL(address, 'https://accounts.example.org')
    assert.equal(ownAddress({ pathname, search, hash }), own)
  })
}

test('every other address is its own', () => {
  for (const own of [
    '/',
    '/account',
    '/sign-in?realm=salon',
    '/reset-password#t',
    '/realms/salon/sign-up#t',
  ]) {
    const { pathname, search, hash } = new URL(own, 'https://accounts.example.org')
    assert.equal(ownAddress({ pathname, search, hash }), own)
  }
})
