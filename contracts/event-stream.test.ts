import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { afterEach, test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import type { LogFollower, LoggedAction } from '../engine/activity/log-tail.ts'
import { memoryLimits, noLimits } from '../engine/limits/limits.ts'
import { until } from '../test/support/engine.ts'
import { type EventReader, openEvents } from '../test/support/event-reader.ts'
import { createEventStream } from './event-stream.ts'

const LARGE = 'x'.repeat(60_000)

/** A log that is told of by hand, and a server that streams it. */
async function startStream({ isLimited = false } = {}) {
  const followers = new Set<LogFollower>()
  const log: LoggedAction[] = []
  let now = 0
  const clock = { now: () => now }
  let follows = 0
  let isReplayHeld: Promise<void> | undefined
  const logTail = {
    get position() {
      return log.length
    },
    async follow(follower: LogFollower) {
      follows++
      followers.add(follower)
    },
    unfollow: (follower: LogFollower) => void followers.delete(follower),
  }
  const fastify = Fastify()
  const stream = createEventStream<LoggedAction>(fastify as unknown as FastifyInstance, {
    engine: { logTail, clock, limits: isLimited ? memoryLimits(clock) : noLimits(clock) },
    itemOf: (entry) => entry,
    eventOf: ({ id, uid }) => ({ event: 'action', id, data: uid }),
  })
  fastify.get<{ Querystring: { even?: string } }>('/', (request, reply) => {
    const last = request.headers['last-event-id']
    return stream.open(request as never, reply as never, {
      after: last === undefined ? undefined : Number(last),
      isAskedFor: ({ id }) => request.query.even === undefined || id % 2 === 0,
      async replay({ after, upTo, limit }) {
        const missed = log.filter(({ id }) => id > after && id <= upTo)
        await isReplayHeld
        return missed.slice(-limit)
      },
      address: String(request.headers['x-test-address'] ?? 'near'),
      accountId: 7,
    })
  })
  const url = await fastify.listen({ port: 0, host: '127.0.0.1' })
  return {
    url,
    stream,
    followers,
    close: () => fastify.close(),
    holdReplay: (held: Promise<void>) => {
      isReplayHeld = held
    },
    advance: (ms: number) => {
      now += ms
    },
    follows: () => follows,
    tell(text: string, times = 1) {
      for (let i = 0; i < times; i++) {
        const entry = { id: log.length + 1, uid: text } as LoggedAction
        log.push(entry)
        for (const follower of followers) follower(entry)
      }
    },
  }
}

let running: Awaited<ReturnType<typeof startStream>> | undefined
afterEach(() => running?.close())

const ids = ({ events }: EventReader): number[] => events.map(({ id }) => Number(id))
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

/** Somebody who asks and then reads nothing at all. */
async function openDeaf(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 0\r\n\r\n')
  await new Promise<void>((resolve) => socket.once('readable', resolve))
  return socket
}

test('a reader that does not read is dropped, the others go on, and it resumes where it was', async () => {
  running = await startStream()
  const { url, tell } = running
  const reader = await openEvents(url)
  const deaf = await openDeaf(url)
  const before = process.memoryUsage().arrayBuffers
  // More than the buffers of both kernels hold, and ours, which has a bound.
  const told = 400
  for (let count = 0; count < told; count += 5) {
    tell(LARGE, 5)
    await until(() => reader.events.length === count + 5)
    assert.ok(process.memoryUsage().arrayBuffers - before < 40_000_000, 'memory stays bounded')
  }
  // What it had got it can read now, and then its connection is over.
  let read = 0
  deaf.on('data', ({ length }) => {
    read += length
  })
  await until(() => deaf.destroyed)
  assert.ok(read < told * LARGE.length)
  const back = await openEvents(url, { lastId: String(told - 3) })
  await back.waitFor(({ length }) => length === 3)
  assert.deepEqual(ids(back), upTo(told).slice(-3))
  assert.deepEqual(ids(reader), upTo(told))
  reader.close()
  back.close()
})

test('what comes while a reader is told of what it missed comes after that, once', async () => {
  running = await startStream()
  const { url, tell, holdReplay } = running
  tell('missed', 5)
  const held = Promise.withResolvers<void>()
  holdReplay(held.promise)
  const reader = await openEvents(url, { lastId: '2' })
  tell('meanwhile', 3)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(reader.text(), '')
  held.resolve()
  await reader.waitFor(({ length }) => length === 6)
  tell('later')
  await reader.waitFor(({ length }) => length === 7)
  assert.deepEqual(ids(reader), [3, 4, 5, 6, 7, 8, 9])
  reader.close()
})

test('who comes from a process that was ahead is not told again of what it has', async () => {
  running = await startStream()
  const { url, tell } = running
  const reader = await openEvents(url, { lastId: '3' })
  tell('entry', 5)
  await reader.waitFor(({ length }) => length === 2)
  assert.deepEqual(ids(reader), [4, 5])
  reader.close()
})

test('each reader hears what it asked for, and a comment when that was nothing for fifteen seconds', async () => {
  running = await startStream()
  const { url, tell, advance } = running
  const [all, even] = [await openEvents(url), await openEvents(`${url}/?even`)]
  tell('entry', 1)
  await all.waitFor(({ length }) => length === 1)
  advance(10_000)
  tell('entry', 2)
  await all.waitFor(({ length }) => length === 3)
  await even.waitFor(({ length }) => length === 1)
  advance(15_000)
  await until(() => all.comments.length === 1 && even.comments.length === 1)
  assert.deepEqual([ids(all), ids(even)], [[1, 2, 3], [2]])
  all.close()
  even.close()
})

test('nobody reads the log when nobody listens', async () => {
  running = await startStream()
  const { url, followers } = running
  const readers = [await openEvents(url), await openEvents(url)]
  assert.equal(followers.size, 1)
  readers[0]?.close()
  readers[1]?.close()
  await until(() => followers.size === 0)
  const again = await openEvents(url)
  assert.equal(followers.size, 1)
  again.close()
  await until(() => followers.size === 0)
})

test('streams of one account end when they are told to, the server’s when it stops', async () => {
  running = await startStream()
  const { url, stream } = running
  const first = await openEvents(url)
  stream.end(({ accountId }) => accountId === 8)
  stream.end(({ accountId }) => accountId === 7)
  await first.ended
  assert.ok(first.response.complete)
  const second = await openEvents(url)
  const startedAt = performance.now()
  await Promise.all([running.close(), second.ended])
  assert.ok(performance.now() - startedAt < 1_000)
  running = undefined
})

test('one address holds a thousand streams at most, so that there is room for others', async () => {
  running = await startStream({ isLimited: true })
  const { url } = running
  const readers = await Promise.all(Array.from({ length: 1_000 }, () => openEvents(url)))
  await assert.rejects(openEvents(url), /500 !== 200|503 !== 200/)
  const far = await openEvents(url, { headers: { 'x-test-address': 'far' } })
  for (const reader of [...readers, far]) reader.close()
})
