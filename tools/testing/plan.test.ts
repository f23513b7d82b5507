import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { type Database, planRuns, type Run } from './plan.ts'
import { createQueue } from './queue.ts'

function planOf(files: Record<string, string>, databases: Database[], patterns?: string[]): string[] {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-plan-'))
  try {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), source)
    }
    return planRuns(root, databases, patterns).map(({ file, database }) => `${file} ${database}`)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

test('files that may meet the database run on each, all others once', () => {
  const files = {
    'engine/a.test.ts': '',
    'engine/pure.test.ts': `/** Text. */\n// runs once\nimport 'node:test'`,
    'engine/a.ts': '',
    'test/faults/b.test.ts': '',
    'test/browser/c.test.ts': '',
    'test/support/smtp.ts': '',
    'web/d.test.ts': '',
    'web/node_modules/e.test.ts': '',
  }
  assert.deepEqual(planOf(files, ['sqlite', 'postgres']), [
    'test/faults/b.test.ts sqlite',
    'test/faults/b.test.ts postgres',
    'test/browser/c.test.ts sqlite',
    'engine/a.test.ts sqlite',
    'engine/a.test.ts postgres',
    'engine/pure.test.ts sqlite',
    'web/d.test.ts sqlite',
  ])
  assert.deepEqual(planOf(files, ['postgres'], ['engine/*']), ['engine/a.test.ts postgres'])
})

test('a pattern is a glob or a part of the path', () => {
  const files = { 'engine/sessions/gate.test.ts': '', 'engine/mail/outbox.test.ts': '' }
  assert.deepEqual(planOf(files, ['sqlite'], ['gate']), ['engine/sessions/gate.test.ts sqlite'])
  assert.deepEqual(planOf(files, ['sqlite'], ['engine/mail/*.ts']), ['engine/mail/outbox.test.ts sqlite'])
})

test('browsers are handed out no more than so many at once, and what needs none goes before them', () => {
  const runOf = (file: string): Run => ({ file, database: 'sqlite', once: true })
  const [one, two, other] = ['test/browser/a.test.ts', 'test/browser/b.test.ts', 'test/c.test.ts'].map(runOf)
  assert.ok(one && two && other)
  const queue = createQueue([one, two, other], { browsersMax: 1 })
  assert.deepEqual([queue.next(), queue.next(), queue.next()], [one, other, undefined])
  queue.end(other)
  assert.equal(queue.next(), undefined)
  queue.end(one)
  assert.deepEqual([queue.next(), queue.next()], [two, undefined])
})
