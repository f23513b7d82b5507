import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import test from 'node:test'
import { findWrongArrows } from './arrows.ts'

/** What is said about a house of these files. */
function complaintsAbout(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-arrows-'))
  try {
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), source)
    }
    return findWrongArrows(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

test('this repository has no wrong arrow and no circle', () => {
  assert.deepEqual(findWrongArrows(resolve(import.meta.dirname, '..')), [])
})

test('imports along the arrows are in order', () => {
  const complaints = complaintsAbout({
    'web/page.tsx': `import { client } from '../client/index.ts'\nimport './look.css'\nexport const a = <b />`,
    'client/index.ts': `import type { Account } from '../contracts/latchkey/account.ts'\nexport const client = 1`,
    'contracts/latchkey/account.ts': `import { signIn } from '../../engine/sign-in.ts'\nimport '../problem.ts'\nimport 'fastify'`,
    'contracts/problem.ts': `import { all } from './latchkey/all.ts'`,
    'contracts/latchkey/all.ts': '',
    'engine/sign-in.ts': `import { find } from '../storage/accounts.ts'`,
    'storage/accounts.ts': `import { sql } from 'kysely'\nimport './sqlite/dialect.ts'`,
    'storage/sqlite/dialect.ts': `import { DatabaseSync } from 'node:sqlite'`,
    'server/main.ts': `import '../contracts/problem.ts'\nimport '../storage/accounts.ts'\nimport data from '../package.json' with { type: 'json' }`,
  })
  assert.deepEqual(complaints, [])
})

test('an import against the arrows is named with file, line and reason', () => {
  const complaints = complaintsAbout({
    'engine/sign-in.ts': `\nimport { reply } from '../contracts/reply.ts'`,
    'contracts/reply.ts': '',
  })
  assert.deepEqual(complaints, [
    'engine/sign-in.ts:2 imports ../contracts/reply.ts: engine may not import contracts',
  ])
})

const wrong: Record<string, [path: string, source: string, reason: RegExp]> = {
  'a dynamic import': ['storage/a.ts', `await import('../engine/b.ts')`, /storage may not import engine/],
  'an export from': ['storage/a.ts', `export { b } from '../engine/b.ts'`, /storage may not import engine/],
  'a type import': [
    'storage/a.ts',
    `import type { B } from '../engine/b.ts'`,
    /storage may not import engine/,
  ],
  'a type in place': ['storage/a.ts', `type B = import('../engine/b.ts').B`, /storage may not import engine/],
  'a module named for a worker': [
    'engine/a.ts',
    `import.meta.resolve('../server/b.ts')`,
    /nobody imports server/,
  ],
  'the client loading a contract': ['client/a.ts', `import { b } from '../contracts/b.ts'`, /types only/],
  'type names in a loading import': [
    'client/a.ts',
    `import { type B } from '../contracts/b.ts'`,
    /types only/,
  ],
  'the web app skipping the client': [
    'web/a.ts',
    `import type { B } from '../contracts/b.ts'`,
    /web may not/,
  ],
  'a contract reaching into storage': ['contracts/a.ts', `import '../storage/b.ts'`, /contracts may not/],
  'a contract using another': ['contracts/x/a.ts', `import '../y/b.ts'`, /x may not import the contract y/],
  'the engine knowing Fastify': ['engine/a.ts', `import type { FastifyRequest } from 'fastify'`, /no HTTP/],
  'the engine knowing a Fastify plugin': ['engine/a.ts', `import '@fastify/static'`, /no HTTP/],
  'types of Kysely in the engine': ['engine/a.ts', `import type { Kysely } from 'kysely'`, /only storage/],
  'node:sqlite in the server': ['server/a.ts', `import { DatabaseSync } from 'node:sqlite'`, /only storage/],
  'pg in a contract': ['contracts/a.ts', `import pg from 'pg'`, /only storage/],
  'the product importing a test helper': [
    'engine/a.ts',
    `import '../test/support/b.ts'`,
    /no part of the product/,
  ],
}

for (const [what, [path, source, reason]] of Object.entries(wrong)) {
  test(`${what} is refused`, () => {
    const complaints = complaintsAbout({ [path]: source })
    assert.equal(complaints.length, 1)
    assert.match(complaints[0] ?? '', reason)
  })
}

test('a test file may import anything', () => {
  assert.deepEqual(complaintsAbout({ 'storage/a.test.ts': `import '../server/b.ts'\nimport 'fastify'` }), [])
})

test('an import in a comment or a string is none', () => {
  const source = `// import '../server/b.ts'\nexport const a = "import '../server/b.ts'"`
  assert.deepEqual(complaintsAbout({ 'engine/a.ts': source }), [])
})

test('files that need each other at run time are a circle', () => {
  const complaints = complaintsAbout({
    'engine/a.ts': `import './b.ts'`,
    'engine/b.ts': `export * from './c.ts'`,
    'engine/c.ts': `import './a.ts'\nimport './d.ts'`,
    'engine/d.ts': '',
  })
  assert.equal(complaints.length, 1)
  assert.match(
    complaints[0] ?? '',
    /^circle: engine\/(.)\.ts → engine\/.\.ts → engine\/.\.ts → engine\/\1\.ts$/,
  )
})

test('a file that imports itself is a circle', () => {
  assert.deepEqual(complaintsAbout({ 'engine/a.ts': `import './a.ts'` }), [
    'circle: engine/a.ts → engine/a.ts',
  ])
})

test('types that name each other are no circle', () => {
  const complaints = complaintsAbout({
    'engine/a.ts': `import type { B } from './b.ts'`,
    'engine/b.ts': `import { a } from './a.ts'`,
  })
  assert.deepEqual(complaints, [])
})
