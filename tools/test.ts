/**
 * `npm test`: the checks, then every test, on SQLite and on PostgreSQL, and in a browser.
 *
 *     npm test                          everything
 *     npm test -- --no-check --sqlite   the tests alone, on SQLite alone
 *     npm test -- sign-in --name code   files with "sign-in" in their path; tests whose name matches /code/
 *
 * The last line is `N passed, N failed`. A failing check counts as one that failed; so do a test that is
 * skipped or left to do, and a file that has no test, leaves a process running or does not end.
 */
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/support/postgres.ts'
import { prepareTemplates } from '../test/support/templates.ts'
import { runChecks } from './check.ts'
import { type Database, exclusionsIn, planRuns, type Run } from './testing/plan.ts'
import { createQueue } from './testing/queue.ts'
import { endAllFiles, type FileResult, runFile } from './testing/run-file.ts'

/** For a few files, copies cost more than they save. */
const TEMPLATES_FROM_RUNS = 8
const FILE_SECONDS_MAX = Number(process.env.TEST_FILE_SECONDS_MAX ?? 300)
const root = resolve(process.env.LATCHKEY_TEST_ROOT ?? resolve(import.meta.dirname, '..'))

const { values: options, positionals: patterns } = parseArgs({
  allowPositionals: true,
  options: {
    sqlite: { type: 'boolean' },
    postgres: { type: 'boolean' },
    name: { type: 'string' },
    check: { type: 'boolean', default: true },
  },
  allowNegative: true,
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
process.once('exit', endAllFiles)

const startedAt = performance.now()
let [passed, failed] = [0, 0]
// What tests start as a process is what people start.
execFileSync(process.execPath, [resolve(import.meta.dirname, 'setup.mjs'), 'test'], { stdio: 'inherit' })
if (options.check && !(await runChecks(root))) failed++
const databases: Database[] =
  options.sqlite === options.postgres ? ['sqlite', 'postgres'] : options.sqlite ? ['sqlite'] : ['postgres']
const failures = await runAll(planRuns(root, databases, patterns))
for (const failure of failures) console.log(failure)
console.log(`\nin ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
process.exitCode = failed === 0 ? 0 : 1
await new Promise((done) => process.stdout.write(`${passed} passed, ${failed} failed\n`, done))

/** @returns what is to be said about each file that failed. */
async function runAll(runs: Run[]): Promise<string[]> {
  if (runs.length === 0) {
    failed++
    return [`\nNo test file matches ${patterns.join(' ')} on ${databases.join(' and ')}.`]
  }
  const postgres = runs.some(({ database }) => database === 'postgres') ? await startPostgres() : undefined
  const templates = runs.length > TEMPLATES_FROM_RUNS ? await prepareTemplates(postgres?.url) : undefined
  const said: string[] = []
  const cores = availableParallelism()
  const queue = createQueue(runs, { browsersMax: cores })
  const work = async () => {
    for (let run = queue.next(); run; run = queue.next()) {
      const result = await runFile(run.file, {
        env: { ...environmentOf(run, postgres?.url), ...templates?.env },
        namePattern: options.name,
        secondsMax: FILE_SECONDS_MAX,
      })
      for (const where of exclusionsIn(root, run.file)) {
        result.failed++
        result.failures.push({ name: 'only', where, error: 'Tests marked "only" leave all others out.' })
      }
      passed += result.passed
      failed += result.failed
      console.log(line(run, result))
      if (result.failures.length > 0) said.push(describe(run, result))
      queue.end(run)
    }
  }
  try {
    // More than there are cores: files wait for mails, clocks and browsers, too.
    await Promise.all(Array.from({ length: cores + 2 }, work))
  } finally {
    await postgres?.stop()
    await templates?.remove()
  }
  return said
}

function environmentOf({ database }: Run, postgresUrl: string | undefined): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _ours, NODE_OPTIONS: _theirs, ...env } = process.env
  return {
    ...env,
    NODE_ENV: 'test',
    // Hundreds of processes load the same sources: they are stripped of their types and compiled once.
    NODE_COMPILE_CACHE: resolve(import.meta.dirname, '..', 'node_modules', '.cache', 'tests'),
    TEST_DATABASE: database,
    ...(database === 'postgres' ? { TEST_POSTGRES_URL: postgresUrl } : {}),
  }
}

function line({ file, database, once }: Run, { passed, failed, seconds }: FileResult): string {
  const mark = failed === 0 ? 'ok  ' : 'FAIL'
  const count = failed === 0 ? `${passed}` : `${passed} passed, ${failed} failed`
  return `${mark}  ${file}  ${once ? '' : `[${database}]  `}${count}  ${seconds.toFixed(1)} s`
}

function describe({ file, database, once }: Run, { failures, output }: FileResult): string {
  const indent = (text: string) => text.replaceAll(/^/gm, '    ')
  const each = failures.map(({ name, where, error }) => {
    const shortWhere = where.replace(`${root}/`, '')
    return `  ${name}\n  at ${shortWhere}\n${indent(error)}\n`
  })
  const said = output.trim()
  return [
    `\n──── ${file}${once ? '' : ` on ${database}`} ────`,
    ...each,
    ...(said ? ['  It printed:', indent(said.slice(-6000)), ''] : []),
  ].join('\n')
}
