/**
 * `npm run bench`: our server side by side with bare Fastify, Better Auth and the bare hash, in one run.
 * Prints the tables and writes them to docs/benchmarks.md.
 *
 *     npm run bench                 about five minutes, on a machine that does nothing else
 *     npm run bench -- --quick      less than one, too short for figures to keep: writes no page
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installBenchPackages } from './install.ts'
import type { Rounds } from './load/measure.ts'
import { describeMachine, versionOf } from './machine.ts'
import { compareRefreshes } from './refresh.ts'
import {
  aimsOf,
  type Figures,
  markdownTable,
  pageOf,
  refreshTable,
  sessionCheckTable,
  setUpLine,
  signInTable,
  streamTable,
} from './report.ts'
import { compareSessionChecks } from './session-check.ts'
import { measureSetUps } from './set-up.ts'
import { compareSignIns } from './sign-in.ts'
import { measureStartUp } from './start-up.ts'
import { measureStreams } from './stream.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const rounds: Rounds = values.quick
  ? { count: 3, seconds: 1, warmUpSeconds: 1 }
  : { count: 7, seconds: 3, warmUpSeconds: 3 }
const root = join(import.meta.dirname, '..')

installBenchPackages(import.meta.dirname)
const [loadBefore = 0] = loadavg()
if (loadBefore > 0.5) {
  console.log(
    `The machine is busy already (load ${loadBefore.toFixed(1)}): what it does besides will show in the figures.`,
  )
}
const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
try {
  const sessionCheck = await compareSessionChecks(join(folder, 'session-check'), rounds)
  const signIn = await compareSignIns(join(folder, 'sign-in'), rounds)
  const refresh = await compareRefreshes(join(folder, 'refresh'), rounds)
  const setUps = await measureSetUps(join(folder, 'set-up'), values.quick ? 1 : 5)
  const streams = await measureStreams(
    join(folder, 'stream'),
    values.quick ? { singles: 3, busySeconds: 3 } : { singles: 10, busySeconds: 15 },
  )
  const startUp = await measureStartUp(join(folder, 'start-up'), values.quick ? 3 : 10)
  const figures: Figures = {
    machine: [
      ...describeMachine(),
      ['load before the run', loadBefore.toFixed(1)],
      ['Latchkey', JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version],
      ['Fastify', versionOf(root, 'fastify')],
      ['Better Auth', versionOf(import.meta.dirname, 'better-auth')],
      ['@node-rs/argon2', versionOf(root, '@node-rs/argon2')],
    ],
    date: new Date().toISOString().slice(0, 10),
    command: 'npm run bench',
    rounds: `${rounds.count} rounds of ${rounds.seconds} s each after ${rounds.warmUpSeconds} s to warm up`,
    sessionCheck,
    signIn,
    refresh,
    setUps,
    streams,
    startUp,
  }
  const aims = aimsOf(figures).map(({ what, aim, came, met }) => [what, aim, came, met ? 'met' : 'MISSED'])
  console.log(
    `\n${sessionCheckTable(sessionCheck)}\n\n${signInTable(signIn)}\n\n${refreshTable(refresh)}\n\n${setUpLine(setUps)}\n\n${streamTable(streams)}\n`,
  )
  console.log(markdownTable([['', 'aim', 'came out at', ''], ...aims]))
  if (!values.quick && existsSync(join(root, 'docs'))) {
    writeFileSync(join(root, 'docs', 'benchmarks.md'), pageOf(figures))
    console.log('\nWritten to docs/benchmarks.md.')
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
