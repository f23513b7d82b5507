import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pagesAround } from './pages.ts'

test('a pager names the first page, the last, and those around where one is', () => {
  assert.deepEqual(pagesAround(1, 1), [1])
  assert.deepEqual(pagesAround(1, 2000), [1, 2, null, 2000])
  assert.deepEqual(pagesAround(5, 2000), [1, null, 4, 5, 6, null, 2000])
  assert.deepEqual(pagesAround(2000, 2000), [1, null, 1999, 2000])
})

test('a single page is not left out', () => {
  assert.deepEqual(pagesAround(4, 6), [1, 2, 3, 4, 5, 6])
})
