/**
 * Runs inside a test process: writes what happens, a line of JSON each, to the file that the runner reads.
 * At once and synchronously, so that nothing is lost when the process is killed or ends itself.
 */
import { appendFileSync } from 'node:fs'
import type { TestEvent } from 'node:test/reporters'
import { inspect } from 'node:util'
import type { Report } from './run-file.ts'

const path = process.env.LATCHKEY_TEST_REPORT

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    const line = reportOf(event)
    if (path && line) appendFileSync(path, `${JSON.stringify(line)}\n`)
  }
  yield ''
}

function reportOf(event: TestEvent): Report | undefined {
  switch (event.type) {
    // `start` comes in the order of the file, for telling what stands in what; the others when it happens.
    case 'test:start':
      return { what: 'start', name: event.data.name, nesting: event.data.nesting }
    case 'test:dequeue':
      return { what: 'begin', name: event.data.name, nesting: event.data.nesting }
    case 'test:complete':
      return { what: 'complete', name: event.data.name, nesting: event.data.nesting }
  }
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined

  const { name, nesting, details, skip, todo, line, column, file } = event.data
  const error = event.type === 'test:fail' ? event.data.details.error : undefined
  return {
    what: event.type === 'test:pass' ? 'pass' : 'fail',
    name,
    nesting,
    where: place(file, line, column),
    suite: details.type === 'suite',
    left: skip !== undefined ? 'skipped' : todo !== undefined ? 'a todo' : undefined,
    // A suite or a parent fails with its parts; what they say need not be said twice.
    byParts: error !== undefined && 'failureType' in error && error.failureType === 'subtestsFailed',
    error: error && explain(error.cause ?? error),
  }
}

function place(file: string | undefined, line: number | undefined, column: number | undefined): string {
  return `${file ?? ''}:${line ?? 1}:${column ?? 1}`
}

function explain(error: unknown): string {
  const words = typeof error === 'string' ? error : inspect(error, { depth: 6 })
  return words
    .split('\n')
    .filter((line) => !/^\s+at .*\(?node:internal|^\s+at .*node:async_hooks/.test(line))
    .join('\n')
    .replaceAll('file://', '')
}
