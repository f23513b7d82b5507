/** Many readers of one stream, in a process of their own: counts events and how old each is when it comes. */
import { connect, type Socket } from 'node:net'

export type ReadersOrder = { open: { origin: string; path: string; count: number } } | { report: true }
export type ReadersSaid =
  | { opened: number }
  /** Since the report before: how many events came, from when to when, and how old they were. */
  | { received: number; seconds: number; p50: number; p99: number; open: number }

const AT_ONCE = 100
const MARK = Buffer.from('"created_at":"')
const TIME_LENGTH = '2026-01-01T00:00:00.000Z'.length
const AGE_MAX_MS = 60_000

const sockets = new Set<Socket>()
const ages = new Uint32Array(AGE_MAX_MS + 1)
let received = 0
let firstAt = 0
let lastAt = 0

function hear(chunk: Buffer): void {
  const now = Date.now()
  for (let at = chunk.indexOf(MARK); at >= 0; at = chunk.indexOf(MARK, at + TIME_LENGTH)) {
    const time = Date.parse(chunk.toString('latin1', at + MARK.length, at + MARK.length + TIME_LENGTH))
    // A time that is cut in two by the end of the chunk is counted, and its age is not.
    const age = Math.min(Math.max(now - time, 0), AGE_MAX_MS)
    if (!Number.isNaN(age)) ages[age] = (ages[age] ?? 0) + 1
    received++
    firstAt ||= now
    lastAt = now
  }
}

function openOne(origin: string, path: string): Promise<void> {
  const { hostname, port, host } = new URL(origin)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.once('error', reject)
    socket.once('data', (head: Buffer) => {
      if (!head.toString('latin1', 0, 12).endsWith(' 200')) reject(new Error(head.toString('latin1')))
      socket.on('data', hear)
      resolve()
    })
    socket.once('close', () => sockets.delete(socket))
    sockets.add(socket)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`)
  })
}

function ageAt(share: number): number {
  const total = ages.reduce((sum, count) => sum + count, 0)
  let seen = 0
  return ages.findIndex((count) => {
    seen += count
    return seen >= total * share
  })
}

process.on('message', async (order: ReadersOrder) => {
  if ('open' in order) {
    const { origin, path, count } = order.open
    for (let opened = 0; opened < count; opened += AT_ONCE) {
      const next = Math.min(AT_ONCE, count - opened)
      await Promise.all(Array.from({ length: next }, () => openOne(origin, path)))
    }
    process.send?.({ opened: sockets.size } satisfies ReadersSaid)
    return
  }
  const seconds = (lastAt - firstAt) / 1000
  process.send?.({
    received,
    seconds,
    p50: ageAt(0.5),
    p99: ageAt(0.99),
    open: sockets.size,
  } satisfies ReadersSaid)
  ages.fill(0)
  received = firstAt = lastAt = 0
})
process.send?.('ready')
