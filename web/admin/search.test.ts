import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountsSearch, adminSearch, mailboxSearch } from './search.ts'

test('what an address says is kept, and what the console does not know is dropped', () => {
  assert.deepEqual(adminSearch({ realm: 'salon', account: 'u', other: 1 }), { realm: 'salon', account: 'u' })
  assert.deepEqual(
    accountsSearch({ search: 'an', role: 'staff', status: 'disabled', sort: '-name', page: 5 }),
    {
      search: 'an',
      role: 'staff',
      status: 'disabled',
      sort: '-name',
      page: 5,
    },
  )
  assert.deepEqual(accountsSearch({ search: '', role: 'king', status: 1, sort: 'age', page: 0 }), {})
  assert.deepEqual(mailboxSearch({ state: 'failed', mail: 7 }), { state: 'failed', mail: 7 })
  assert.deepEqual(mailboxSearch({ state: 'lost', mail: '7' }), {})
})

test('a search for digits is a search, though the router reads a number', () => {
  assert.deepEqual(accountsSearch({ search: 1914 }), { search: '1914' })
})
