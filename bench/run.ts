/**
 * `npm run bench`: our server side by side with bare Fastify, Better Auth and the bare hash, in one run.
 * Prints the tables and writes them to docs/benchmarks.md.
 *
 *     npm run bench                 about ten minutes, on a machine that does nothing else
 *     npm run bench -- --quick      less than one, too short for figures to keep: writes no page
 *     npm run bench -- --only search,second-step     those sections alone, and their part of the page
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
  type Section,
  searchSection,
  secondStepSection,
  sessionCheckTable,
  setUpLine,
  signInTable,
  streamSection,
  withSection,
} from './report.ts'
import { measureSearches } from './search.ts'
import { compareSecondSteps } from './second-factor.ts'
import { compareSessionChecks } from './session-check.ts'
import { measureSetUps } from './set-up.ts'
import { compareSignIns } from './sign-in.ts'
import { measureStartUp } from './start-up.ts'
import { measureStreams } from './stream.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const rounds: Rounds = values.quick
  ? { count: 3, seconds: 1, warmUpSeconds: 1 }
  : { count: 7, seconds: 3, warmUpSeconds: 3 }
const root = join(import.meta.dirname, '..')
const page = join(root, 'docs', 'benchmarks.md')
const streamOrder = values.quick ? { singles: 3, busySeconds: 3 } : { singles: 10, busySeconds: 15 }
const searchOrder = { accounts: values.quick ? 20_000 : 1_000_000, rounds }

const [loadBefore = 0] = loadavg()
if (loadBefore > 0.5) {
  console.log(
    `The machine is busy already (load ${loadBefore.toFixed(1)}): what it does besides will show in the figures.`,
  )
}
const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
try {
  if (values.only === undefined) await measureAll()
  else await measureSome(values.only.split(','))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Sections that need no peer beside them can be measured by themselves. */
async function measureSome(names: string[]): Promise<void> {
  const known: Record<string, () => Promise<Section>> = {
    stream: async () => streamSection(await measureStreams(join(folder, 'stream'), streamOrder)),
    'second-step': async () =>
      secondStepSection(await compareSecondSteps(join(folder, 'second-step'), rounds)),
    search: async () => searchSection(await measureSearches(join(folder, 'search'), searchOrder)),
  }
  for (const name of names) {
    const measureIt = known[name]
    if (!measureIt) throw new Error(`--only takes ${Object.keys(known).join(', ')}; not ${name}.`)
    const section = await measureIt()
    const on = `Measured by \`npm run bench -- --only ${name}\` on ${new Date().toISOString().slice(0, 10)}; load before the run ${loadBefore.toFixed(1)}.`
    console.log(`\n${section.text}\n\n${on}`)
    if (values.quick || !existsSync(page)) continue
    const text = `${section.text}\n\n${on}`
    writeFileSync(page, withSection(readFileSync(page, 'utf8'), { ...section, text }))
  }
}

async function measureAll(): Promise<void> {
  installBenchPackages(import.meta.dirname)
  const sessionCheck = await compareSessionChecks(join(folder, 'session-check'), rounds)
  const signIn = await compareSignIns(join(folder, 'sign-in'), rounds)
  const refresh = await compareRefreshes(join(folder, 'refresh'), rounds)
  const setUps = await measureSetUps(join(folder, 'set-up'), values.quick ? 1 : 5)
  const streams = await measureStreams(join(folder, 'stream'), streamOrder)
  const secondStep = await compareSecondSteps(join(folder, 'second-step'), rounds)
  const search = await measureSearches(join(folder, 'search'), searchOrder)
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
    secondStep,
    search,
    startUp,
  }
  const aims = aimsOf(figures).map(({ what, aim, came, met }) => [what, aim, came, met ? 'met' : 'MISSED'])
  console.log(
    `\n${sessionCheckTable(sessionCheck)}\n\n${signInTable(signIn)}\n\n${refreshTable(refresh)}\n\n${setUpLine(setUps)}\n\n${streamSection(streams).text}\n\n${secondStepSection(secondStep).text}\n\n${searchSection(search).text}\n`,
  )
  console.log(markdownTable([['', 'aim', 'came out at', ''], ...aims]))
  if (!values.quick && existsSync(join(root, 'docs'))) {
    writeFileSync(page, pageOf(figures))
    console.log('\nWritten to docs/benchmarks.md.')
  }
}
