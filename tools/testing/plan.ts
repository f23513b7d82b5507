/** Which test files there are, and on which database each of them runs. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'

export type Database = 'sqlite' | 'postgres'
export type Run = { file: string; database: Database; once: boolean }

const ON_EVERY_DATABASE = ['engine', 'storage', 'contracts', 'server', 'test']
/** Those that wait much, for faults to be noticed, run beside those that have much to do. */
const LONGEST_FIRST = [
  'test/browser/every-page',
  'test/faults/',
  'test/attacks/denial',
  'test/browser/',
  'test/',
]
const ONCE = ['client', 'web', 'tools', 'bench']

/**
 * Lists the runs to be made of `root`, the longest kinds first so that none is left over at the end.
 *
 * What may depend on the database runs on each; what cannot (the folders that know none, browser tests, and
 * files that say so by a comment `// runs once` in their first five lines) runs once, on SQLite.
 *
 * @param patterns globs or parts of paths; none of them means all files.
 */
export function planRuns(root: string, databases: Database[], patterns: string[] = []): Run[] {
  const files = globSync(
    [...ON_EVERY_DATABASE, ...ONCE].map((folder) => `${folder}/**/*.test.{ts,tsx}`),
    {
      cwd: root,
      exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path),
    },
  )
  return files
    .filter((file) => patterns.length === 0 || patterns.some((pattern) => isMeant(file, pattern)))
    .flatMap((file) => {
      const once = runsOnce(root, file)
      return databases
        .filter((database) => !once || database === 'sqlite')
        .map((database) => ({ file, database, once }))
    })
    .sort((a, b) => placeOf(a) - placeOf(b) || (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
}

/** Ways to leave a test out, or all others, that the run itself would not show. */
export function exclusionsIn(root: string, file: string): string[] {
  if (!existsSync(join(root, file))) return []
  return readFileSync(join(root, file), 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      /\b(test|it|describe|suite)\.only\(|\bonly: true\b/.test(line) ? [index + 1] : [],
    )
    .map((line) => `${file}:${line}`)
}

function isMeant(file: string, pattern: string): boolean {
  const path = pattern.replace(/^\.\//, '')
  return file.includes(path) || matchesGlob(file, path)
}

function runsOnce(root: string, file: string): boolean {
  if (ONCE.includes(file.split('/', 1)[0] ?? '') || file.startsWith('test/browser/')) return true
  const head = readFileSync(join(root, file), 'utf8').split('\n', 5)
  return head.some((line) => line.trim() === '// runs once')
}

function placeOf({ file }: Run): number {
  const place = LONGEST_FIRST.findIndex((folder) => file.startsWith(folder))
  return place === -1 ? LONGEST_FIRST.length : place
}
