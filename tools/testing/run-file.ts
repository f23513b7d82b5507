/** One test file in a process of its own, watched from outside so that no way to fail goes unseen. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the reporter in the test process writes. */
export type Report =
  | { what: 'start' | 'begin' | 'complete'; name: string; nesting: number }
  | {
      what: 'pass' | 'fail'
      name: string
      nesting: number
      where: string
      suite: boolean
      left: 'skipped' | 'a todo' | undefined
      byParts: boolean
      error: string | undefined
    }

export type Failure = { name: string; where: string; error: string }

export type FileResult = {
  passed: number
  failed: number
  /** One for each thing to be repaired, which may be fewer than failed: a parent fails with its parts. */
  failures: Failure[]
  seconds: number
  /** What the file printed: its last 100,000 characters. */
  output: string
}

export type RunFileOptions = {
  env: NodeJS.ProcessEnv
  namePattern?: string
  secondsMax: number
}

const OUTPUT_LENGTH_MAX = 100_000
const reporter = fileURLToPath(new URL('reporter.ts', import.meta.url))
const runningGroups = new Set<number>()

/**
 * Runs one file and kills it, with all it started, when `secondsMax` have passed.
 *
 * Not by `run()` of node:test, which waits for ever for a file that a forgotten timer, an open connection or
 * a promise that never settles keeps alive, and leaves behind what the file started.
 */
export async function runFile(
  file: string,
  { env, namePattern, secondsMax }: RunFileOptions,
): Promise<FileResult> {
  const startedAt = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
  const reportPath = join(folder, 'report')
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      `--test-reporter=${reporter}`,
      '--test-reporter-destination=stdout',
      ...(namePattern ? [`--test-name-pattern=${namePattern}`] : []),
      file,
    ],
    // A group of its own: so the end of the file can be made the end of all its children.
    { env: { ...env, LATCHKEY_TEST_REPORT: reportPath }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  )
  const group = child.pid
  if (group !== undefined) runningGroups.add(group)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_LENGTH_MAX)
    })
  }
  let late = false
  const limit = setTimeout(() => {
    late = true
    endGroup(group)
  }, secondsMax * 1000)
  child.once('exit', () => endGroup(group))
  const [code, signal] = await once(child, 'close')
  clearTimeout(limit)
  if (group !== undefined) runningGroups.delete(group)

  const reports = readReports(reportPath)
  rmSync(folder, { recursive: true, force: true })
  const result = { ...judge(reports), seconds: (performance.now() - startedAt) / 1000, output }
  const ending = late
    ? `did not end within ${secondsMax} s and was killed. ${whereItHung(reports)}`
    : signal
      ? `was ended by ${signal}.`
      : code !== 0 && result.failed === 0
        ? `ended with exit code ${code}, though no test failed.`
        : result.passed + result.failed === 0 && !namePattern
          ? 'has no test.'
          : undefined
  if (ending) {
    result.failed++
    result.failures.push({ name: 'the file as a whole', where: file, error: `${file} ${ending}` })
  }
  return result
}

/** Ends every test process that runs, and what it started. */
export function endAllFiles(): void {
  for (const group of runningGroups) endGroup(group)
}

function endGroup(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL')
  } catch {
    // All of it had ended by itself.
  }
}

function readReports(path: string): Report[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line) => {
        // Killed while it wrote, a process leaves half a line.
        try {
          return [JSON.parse(line)]
        } catch {
          return []
        }
      })
  } catch {
    return []
  }
}

function judge(reports: Report[]): Pick<FileResult, 'passed' | 'failed' | 'failures'> {
  const failures: Failure[] = []
  let [passed, failed] = [0, 0]
  const parents: string[] = []
  for (const report of reports) {
    if (report.what === 'start') parents.splice(report.nesting, Number.POSITIVE_INFINITY, report.name)
    if (report.what !== 'pass' && report.what !== 'fail') continue
    const { what, name, nesting, where, left } = report
    const fullName = [...parents.slice(0, nesting), name].join(' > ')
    if (what === 'pass' && !left) {
      if (!report.suite) passed++
      continue
    }
    if (!report.suite || !report.byParts) failed++
    if (left) failures.push({ name: fullName, where, error: `The test is ${left}: repair it or remove it.` })
    else if (!report.byParts)
      failures.push({ name: fullName, where, error: report.error ?? 'failed without an error' })
  }
  return { passed, failed, failures }
}

function whereItHung(reports: Report[]): string {
  const open: string[] = []
  for (const report of reports) {
    const key = `"${report.name}"`
    if (report.what === 'begin') open.push(key)
    if (report.what === 'complete') open.splice(open.lastIndexOf(key), open.includes(key) ? 1 : 0)
  }
  if (open.length > 0) return `It was in the test ${open.join(' > ')}.`
  return 'All its tests had ended: something (a timer, a connection, a child process) kept it alive.'
}
