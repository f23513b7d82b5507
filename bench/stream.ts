/** The live stream: ten thousand readers on one process, over real sockets. */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { ask, endChild, startChild } from './contenders/child.ts'
import { startLatchkey } from './contenders/latchkey.ts'
import type { ReadersOrder, ReadersSaid } from './contenders/stream-readers.ts'
import { residentMebibytes } from './machine.ts'

export type Streams = {
  readers: number
  /** Of the server, for each reader. */
  kibibytesPerReader: number | undefined
  /** From the change until the event is with a reader, of all readers, while one change comes after the other. */
  single: { p50: number; p99: number }
  /** While changes come as fast as they are taken. */
  busy: { changesPerSecond: number; eventsPerSecond: number; p99: number }
}

const READERS = 10_000
/** Of the files that a process may have open: what it needs besides. */
const FILES_BESIDE = 500
const WRITERS = 4
const PATH = '/community/v0/eventstream/actions'
const PASSWORD = 'correct horse battery staple'

export async function measureStreams(
  folder: string,
  { singles, busySeconds }: { singles: number; busySeconds: number },
): Promise<Streams> {
  const readers = Math.min(READERS, openFilesMax() - FILES_BESIDE)
  if (readers < READERS) console.log(`stream: this system allows ${readers} readers, of ${READERS}`)
  const server = await startLatchkey(folder)
  const { child } = await startChild<'ready'>('stream-readers.ts', {})
  try {
    const writers = await Promise.all(Array.from({ length: WRITERS }, (_, i) => join(server.origin, i)))
    const before = residentMebibytes(server.child.pid)
    await order(child, { open: { origin: server.origin, path: PATH, count: readers } })
    const after = residentMebibytes(server.child.pid)
    await pause(1_000)
    await report(child)

    for (let i = 0; i < singles; i++) {
      await edit(server.origin, writers[0] ?? '', `Single ${i}`)
      await pause(1_000)
    }
    const single = await report(child)
    expect('single changes', single, singles * readers)

    let changes = 0
    const until = performance.now() + busySeconds * 1_000
    const write = async (cookie: string): Promise<void> => {
      while (performance.now() < until) await edit(server.origin, cookie, `Busy ${++changes}`)
    }
    await Promise.all(writers.map(write))
    // What was written last is still on its way to the last readers.
    await pause(10_000)
    const busy = await report(child)
    expect('changes in a row', busy, changes * readers)

    const streams: Streams = {
      readers,
      kibibytesPerReader:
        before === undefined || after === undefined ? undefined : ((after - before) * 1024) / readers,
      single: { p50: single.p50, p99: single.p99 },
      busy: {
        changesPerSecond: changes / busySeconds,
        eventsPerSecond: busy.received / busy.seconds,
        p99: busy.p99,
      },
    }
    console.log(`stream: ${JSON.stringify(streams)}`)
    return streams
  } finally {
    await endChild(child)
    await server.stop()
  }
}

type Report = Extract<ReadersSaid, { received: number }>

const order = (child: ChildProcess, what: ReadersOrder): Promise<ReadersSaid> => ask<ReadersSaid>(child, what)
const report = async (child: ChildProcess): Promise<Report> =>
  (await order(child, { report: true })) as Report
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** A figure of a stream that lost something would be none. */
function expect(what: string, { received, open }: Report, wanted: number): void {
  if (received === wanted) return
  throw new Error(`stream: of ${what}, ${received} of ${wanted} events came; ${open} readers are left`)
}

/** @returns the cookie of somebody who can change their profile. */
async function join(origin: string, i: number): Promise<string> {
  const email = `reader${i}@example.org`
  const person = { email, handle: `reader_${i}`, display_name: `Reader ${i}`, password: PASSWORD }
  await send(`${origin}/community/v0/users`, 'POST', person)
  const answer = await send(`${origin}/community/v0/auth/login`, 'POST', { email, password: PASSWORD })
  const [cookie] = answer.headers.getSetCookie().filter((line) => line.startsWith('session_id='))
  if (!cookie) throw new Error('stream: nobody could sign in')
  return cookie.split(';')[0] ?? ''
}

async function edit(origin: string, cookie: string, name: string): Promise<void> {
  await send(`${origin}/community/v0/user/me`, 'PATCH', { display_name: name }, { cookie })
}

async function send(
  url: string,
  method: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`)
  return answer
}

/** What the system allows this process, and so its children; nothing is raised. */
function openFilesMax(): number {
  try {
    const [, soft] = readFileSync('/proc/self/limits', 'utf8').match(/^Max open files +(\d+)/m) ?? []
    return Number(soft ?? READERS)
  } catch {
    return READERS
  }
}
