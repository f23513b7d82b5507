// runs once
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { settings } from './settings.ts'

test('the page about configuration lists every setting with its default and its meaning, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'configuration.md'), 'utf8')
  const listed = page.split('\n').filter((line) => /^\| `[A-Z0-9_]+` \|/.test(line))
  const rows = Object.values(settings).map(
    ({ env, key, fallback, meaning }) => `| \`${env}\` | \`${key}\` | ${fallback} | ${meaning} |`,
  )
  assert.deepEqual(listed, rows)
})
