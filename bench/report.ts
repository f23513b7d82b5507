/** The figures as a page for people: docs/benchmarks.md. */
import { type Measured, median } from './load/measure.ts'
import { NAMES as REFRESH } from './refresh.ts'
import type { Search } from './search.ts'
import { NAMES as SECOND_STEP } from './second-factor.ts'
import { NAMES as CHECK, type SessionCheck } from './session-check.ts'
import type { SetUps } from './set-up.ts'
import { NAMES as SIGN_IN } from './sign-in.ts'
import type { StartUp } from './start-up.ts'
import type { Streams } from './stream.ts'

export type Figures = {
  machine: [name: string, value: string][]
  date: string
  command: string
  rounds: string
  sessionCheck: SessionCheck
  signIn: Map<string, Measured>
  refresh: Map<string, Measured>
  setUps: SetUps
  streams: Streams
  secondStep: Map<string, Measured>
  search: Search
  startUp: StartUp[]
}

/** A part of the page, under a heading of its own. */
export type Section = { heading: string; text: string }

type Aim = { what: string; aim: string; came: string; met: boolean }

export function tableOf(measured: Map<string, Measured>, against: { title: string; name: string }[]): string {
  const head = ['', 'per second', 'p50', 'p99', ...against.map(({ title }) => title)]
  const rows = [...measured].map(([name, { requestsPerSecond, p50, p99 }]) => [
    name,
    Math.round(requestsPerSecond).toLocaleString('en'),
    milliseconds(p50),
    milliseconds(p99),
    ...against.map((other) => times(ratioOf(measured, name, other.name))),
  ])
  return markdownTable([head, ...rows])
}

export function sessionCheckTable({ measured }: SessionCheck): string {
  return tableOf(measured, [
    { title: 'of bare Fastify', name: CHECK.fastify },
    { title: 'of Better Auth', name: CHECK.betterAuth },
  ])
}

export function signInTable(signIn: Map<string, Measured>): string {
  return tableOf(signIn, [
    { title: 'of argon2id alone', name: SIGN_IN.argon2 },
    { title: 'of Better Auth', name: SIGN_IN.betterAuth },
  ])
}

export function refreshTable(refresh: Map<string, Measured>): string {
  return tableOf(refresh, [{ title: 'of SQLite alone', name: REFRESH.commits }])
}

export function setUpLine({ callers, winners, milliseconds: time }: SetUps): string {
  return `Of ${callers} who set up the same salon at once, ${[...new Set(winners)].join(' or ')} won, in each of ${winners.length} rounds; all had their answer after ${Math.round(time)} ms (the median).`
}

function streamTable({ readers, kibibytesPerReader, single, busy }: Streams): string {
  const memory = kibibytesPerReader === undefined ? 'not known' : `${kibibytesPerReader.toFixed(1)} KiB`
  return markdownTable([
    ['', ''],
    ['readers of one process', readers.toLocaleString('en')],
    ['memory of the server for each', memory],
    ['one change: half of the readers have it after', milliseconds(single.p50)],
    ['one change: 99 % of the readers have it after', milliseconds(single.p99)],
    ['changes as fast as they are taken', `${busy.changesPerSecond.toFixed(1)} per second`],
    [
      'events that reach a reader meanwhile',
      `${Math.round(busy.eventsPerSecond).toLocaleString('en')} per second`,
    ],
    ['99 % of them come after', milliseconds(busy.p99)],
  ])
}

export function streamSection(streams: Streams): Section {
  return {
    heading: 'Live stream',
    text: `Readers of \`GET /community/v0/eventstream/actions\` on one process, each with a connection of its own, while people change
their profiles. Readers and server share the machine; an event's age is taken from the instant that it tells of. Each
reader has to hear of each change once, or there is no figure.

${streamTable(streams)}`,
  }
}

export function secondStepSection(secondStep: Map<string, Measured>): Section {
  const table = tableOf(secondStep, [{ title: 'of the password alone', name: SECOND_STEP.password }])
  return {
    heading: 'Sign-in with a second step',
    text: `The first step costs a hash of the password, as ever, and leaves a one-time secret; the second compares a code of the
authenticator app, takes its time step, and opens the session. Twenty thousand people, each of whom may come once in thirty
seconds. Each under load from four connections for each core.

${table}`,
  }
}

export function searchSection({ accounts, measured }: Search): Section {
  return {
    heading: `Search among people`,
    text: `\`GET /community/v0/search/users\`, which anybody may call, among ${accounts.toLocaleString('en')} accounts on SQLite, from four
connections. Names are as uneven as people's: the most frequent given name is that of nine in a hundred. A search tells of
a thousand at most.

${tableOf(measured, [])}`,
  }
}

/** The page with one section in the place of what it was before, or before the last one if it is new. */
export function withSection(page: string, { heading, text }: Section): string {
  const parts = page.split(/^(?=## )/m)
  const part = `## ${heading}\n\n${text}\n\n`
  const known = parts.findIndex((one) => one.startsWith(`## ${heading}\n`))
  if (known === -1) parts.splice(-1, 0, part)
  else parts[known] = part
  return `${parts.join('').trimEnd()}\n`
}

/** What we set out to reach, and whether we did. */
export function aimsOf({ sessionCheck, signIn, refresh }: Figures): Aim[] {
  const aim = (
    what: string,
    all: Map<string, Measured>,
    [name, other]: [string, string],
    min: number,
  ): Aim => {
    const reached = ratioOf(all, name, other)
    return { what, aim: `at least ${times(min)}`, came: times(reached), met: reached >= min }
  }
  const { measured } = sessionCheck
  return [
    aim('session check by cookie, of Better Auth', measured, [CHECK.cookie, CHECK.betterAuth], 25),
    aim('session check by bearer token, of Better Auth', measured, [CHECK.bearer, CHECK.betterAuth], 25),
    aim('session check by cookie, of bare Fastify', measured, [CHECK.cookie, CHECK.fastify], 0.6),
    aim('session check by bearer token, of bare Fastify', measured, [CHECK.bearer, CHECK.fastify], 0.6),
    aim('sign-in, of Better Auth', signIn, [SIGN_IN.latchkey, SIGN_IN.betterAuth], 5),
    aim('sign-in, of argon2id alone', signIn, [SIGN_IN.latchkey, SIGN_IN.argon2], 0.85),
    aim('refresh, of SQLite’s own commits', refresh, [REFRESH.latchkey, REFRESH.commits], 0.5),
  ]
}

export function pageOf(figures: Figures): string {
  const { machine, date, command, rounds, sessionCheck, signIn, refresh, setUps, streams, startUp } = figures
  const { secondStep, search } = figures
  const { atRest, afterLoad } = sessionCheck.memory
  const memory = (value: number | undefined) =>
    value === undefined ? 'not known' : `${Math.round(value)} MiB`
  return `# Benchmarks

Written by \`${command}\` on ${date}. Run it yourself: figures of one machine compare contenders, they
promise nothing about another.

All contenders run in the same minutes on the same machine, in turn (A, B, C, A, B, C …), under the same
generator in a process of its own: ${rounds}. Keep-alive connections, no pipelining. Each answer must be 200 and
the expected body. Shown are medians of the rounds; a ratio is the median of the ratios within each round.

${markdownTable([['on', ''], ...machine])}

## Aims

${markdownTable([
  ['', 'aim', 'came out at', ''],
  ...aimsOf(figures).map(({ what, aim, came, met }) => [what, aim, came, met ? 'met' : '**missed**']),
])}

## Session check

Who is signed in? Asked on every request of every app, so it has to cost next to nothing. Better Auth runs as
its documentation sets it up, on SQLite (in WAL mode), with its cookie cache off as it is by default: like ours,
its answer is then true at once when a session ends.

${sessionCheckTable(sessionCheck)}

## Sign-in with a password

Ours hashes with argon2id (19 MiB, t=2, p=1), Better Auth with scrypt (N=16384, r=16), its default. The last line is
the hash alone, on all cores, with no server round it: no sign-in can be faster than that.

${signInTable(signIn)}

## Refresh tokens

Sixteen phones spend one refresh token after the other, each for the next: what is answered is on the disk (one
transaction with an fsync). The last line is SQLite alone, with the same settings on the same disk: two small writes
and a commit, again and again.

${refreshTable(refresh)}

## First-run set-up

${setUpLine(setUps)}

${[streamSection(streams), secondStepSection(secondStep), searchSection(search)].map(({ heading, text }) => `## ${heading}\n\n${text}`).join('\n\n')}

## Start-up and memory

From the start of the process to the first answer of \`/readyz\`, on existing data; resident memory of the server.

${markdownTable([
  ['', ''],
  ...startUp.map(({ name, milliseconds: time }) => [name, `${Math.round(time)} ms`]),
  ['memory at rest', memory(atRest)],
  ['memory after the session checks above', memory(afterLoad)],
])}
`
}

export function markdownTable(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join(
    '\n',
  )
}

/** The median of what the rounds give each: contenders of one round had the same machine, of the whole run not. */
function ratioOf(all: Map<string, Measured>, name: string, other: string): number {
  const others = all.get(other)?.rounds ?? []
  const ratios = (all.get(name)?.rounds ?? []).map((rate, round) => rate / (others[round] ?? Number.NaN))
  return median(ratios)
}

function times(ratio: number): string {
  return ratio < 2 ? `${(ratio * 100).toFixed(0)} %` : `${ratio.toFixed(1)} ×`
}

function milliseconds(value: number): string {
  return Number.isNaN(value) ? '' : `${value.toFixed(value < 10 ? 2 : 0)} ms`
}
