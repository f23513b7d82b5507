import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { LoggedAction } from '../engine/activity/log-tail.ts'
import { SECOND_MS } from '../engine/clock.ts'
import type { Engine } from '../engine/engine.ts'
import type { LimitRule } from '../engine/limits/limits.ts'
import { OverloadedError } from '../engine/overloaded.ts'

/** How many missed entries a reader is told of that comes back; of more, the newest. */
export const REPLAYED_MAX = 1_000
/** Of one route in one process. */
const READERS_MAX = 20_000
/** From one address, unless limits are off: else one machine could take the place of all others. */
const readersPerClient: LimitRule = { name: 'streams_client', max: 1_000, windowSeconds: 60 }
const KEEP_ALIVE_MS = 15 * SECOND_MS
const TICK_MS = 250
/** Who leaves more unread than this is dropped, and can come back to where it was. More than all that is replayed. */
const UNREAD_BYTES_MAX = 1024 * 1024
/** Of all readers together; above it, those go first who leave the most. */
const UNREAD_TOTAL_BYTES_MAX = 128 * 1024 * 1024
/** Readers written to before others of the process have their turn. */
const SLICE = 500

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  // nginx would else keep events until it has a buffer full of them.
  'x-accel-buffering': 'no',
}
const KEEP_ALIVE = Buffer.from(':\n\n')
const LEFT_OUT = Buffer.from(': earlier entries were left out\n\n')

/** What is sent of an entry. */
export interface Event {
  event: string
  id: string | number
  data: unknown
}

export interface EventStreamOptions<Item> {
  engine: Pick<Engine, 'logTail' | 'clock' | 'limits'>
  /** What there is to tell of an entry, if anybody may be told. */
  itemOf(entry: LoggedAction): Item | undefined
  eventOf(item: Item): Event
}

export interface ReaderOptions<Item> {
  isAskedFor(item: Item): boolean
  /** The id of the last entry that it has, which is in the log. */
  after: number | undefined
  /** What it missed, oldest first; of more than `limit`, the newest. */
  replay(range: { after: number; upTo: number; limit: number }): Promise<LoggedAction[]>
  /** Where the reader is, as limits have it. */
  address: string
  /** Whose it is, for {@link EventStream.end}. */
  accountId?: number
  sessionId?: string
  endsAt?: number
}

export interface EventStream<Item> {
  open(request: FastifyRequest, reply: FastifyReply, options: ReaderOptions<Item>): Promise<FastifyReply>
  /** Ends the streams of those; who still may comes back. */
  end(isMeant: (reader: Pick<ReaderOptions<Item>, 'accountId' | 'sessionId'>) => boolean): void
}

interface Told<Item> {
  id: number
  item: Item
  bytes: Buffer
}

interface Reader<Item> extends ReaderOptions<Item> {
  response: ServerResponse
  /** Entries up to this id it has, or has no claim to. */
  hasUpTo: number
  /** What came while it was told of what it missed; undefined once it was. */
  pending: Told<Item>[] | undefined
  writtenAt: number
}

/**
 * Server-sent events (the living standard of HTML, §9.2) of the action log, for any number of readers: an entry is
 * read and written out once, and the same bytes go to all who asked for it.
 */
export function createEventStream<Item>(
  fastify: FastifyInstance,
  { engine: { logTail, clock, limits }, itemOf, eventOf }: EventStreamOptions<Item>,
): EventStream<Item> {
  const readers = new Set<Reader<Item>>()
  let opening = 0
  let isClosed = false
  let ticking: NodeJS.Timeout | undefined
  let batch: Told<Item>[] = []
  let isTelling = false

  const isFullFor = async (address: string): Promise<boolean> => {
    const open = readers.size + opening
    if (open >= READERS_MAX) return true
    if (open < readersPerClient.max || !(await limits.look(readersPerClient, address))) return false
    const theirs = [...readers].filter((reader) => reader.address === address)
    return theirs.length >= readersPerClient.max
  }
  const toldOf = (entry: LoggedAction): Told<Item>[] => {
    const item = itemOf(entry)
    if (item === undefined) return []
    return [{ id: entry.id, item, bytes: Buffer.from(textOf(eventOf(item))) }]
  }
  const hear = (entry: LoggedAction): void => {
    batch.push(...toldOf(entry))
    if (batch.length > 0 && !isTelling) {
      isTelling = true
      // All that was read at once is written at once.
      setImmediate(() => void tellAll())
    }
  }
  const tellAll = async (): Promise<void> => {
    while (batch.length > 0) {
      const told = batch
      batch = []
      const whole = Buffer.concat(told.map(({ bytes }) => bytes))
      let count = 0
      for (const reader of [...readers]) {
        tell(reader, told, whole)
        if (++count % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    }
    isTelling = false
  }
  const tell = (reader: Reader<Item>, told: Told<Item>[], whole: Buffer): void => {
    if (!readers.has(reader)) return
    const asked = told.filter(({ id, item }) => id > reader.hasUpTo && reader.isAskedFor(item))
    if (asked.length === 0) return
    if (reader.pending) {
      reader.pending.push(...asked)
      if (reader.pending.length > REPLAYED_MAX) drop(reader)
      return
    }
    write(reader, asked.length === told.length ? whole : Buffer.concat(asked.map(({ bytes }) => bytes)))
  }
  const write = (reader: Reader<Item>, bytes: Buffer): void => {
    reader.response.write(bytes)
    reader.writtenAt = clock.now()
    if (reader.response.writableLength > UNREAD_BYTES_MAX) drop(reader)
  }
  const leave = (reader: Reader<Item>): void => {
    readers.delete(reader)
    rest()
  }
  const drop = (reader: Reader<Item>): void => {
    reader.response.destroy()
    leave(reader)
  }
  /** Ends a stream as one that is complete, unless there is more to send than can be waited for. */
  const finish = (reader: Reader<Item>): void => {
    if (reader.response.writableLength > 0) reader.response.destroy()
    else reader.response.end()
    leave(reader)
  }
  const rest = (): void => {
    if (readers.size > 0 || opening > 0) return
    logTail.unfollow(hear)
    clearInterval(ticking)
    ticking = undefined
  }
  const tick = (): void => {
    const now = clock.now()
    let unread = 0
    for (const reader of [...readers]) {
      if (reader.endsAt !== undefined && reader.endsAt <= now) finish(reader)
      else if (now - reader.writtenAt >= KEEP_ALIVE_MS) write(reader, KEEP_ALIVE)
      unread += reader.response.writableLength
    }
    if (unread <= UNREAD_TOTAL_BYTES_MAX) return
    const byUnread = [...readers].sort((a, b) => b.response.writableLength - a.response.writableLength)
    for (const reader of byUnread) {
      if (unread <= UNREAD_TOTAL_BYTES_MAX) return
      unread -= reader.response.writableLength
      drop(reader)
    }
  }
  /** Tells a reader what it missed up to where it joined, and then what came in the meantime. */
  const catchUp = async (reader: Reader<Item>, after: number, upTo: number): Promise<void> => {
    const missed = await reader.replay({ after, upTo, limit: REPLAYED_MAX + 1 })
    if (!readers.has(reader)) return
    if (missed.length > REPLAYED_MAX) write(reader, LEFT_OUT)
    const told = [...missed.slice(-REPLAYED_MAX).flatMap(toldOf), ...(reader.pending ?? [])]
    reader.pending = undefined
    if (told.length > 0) write(reader, Buffer.concat(told.map(({ bytes }) => bytes)))
  }

  // Before the server waits for its requests to end: these would not.
  fastify.addHook('preClose', (done) => {
    isClosed = true
    for (const reader of [...readers]) finish(reader)
    done()
  })
  return {
    async open(request, reply, options) {
      if (request.method === 'HEAD') return reply.headers(HEADERS).send()
      if (isClosed || (await isFullFor(options.address))) throw new OverloadedError()
      opening++
      try {
        await logTail.follow(hear)
        if (isClosed) throw new OverloadedError()
        const { position } = logTail
        const { after } = options
        const isBehind = after !== undefined && after < position
        const response = startResponse(reply)
        const reader: Reader<Item> = {
          ...options,
          response,
          hasUpTo: Math.max(position, after ?? 0),
          pending: isBehind ? [] : undefined,
          writtenAt: clock.now(),
        }
        readers.add(reader)
        ticking ??= setInterval(tick, TICK_MS).unref()
        response.once('close', () => leave(reader))
        // It may have gone while the log was looked at, and told so already.
        if (response.destroyed || request.raw.destroyed) drop(reader)
        else if (isBehind) catchUp(reader, after, position).catch(() => drop(reader))
        return reply
      } finally {
        opening--
        rest()
      }
    },
    end(isMeant) {
      for (const reader of [...readers]) if (isMeant(reader)) finish(reader)
    },
  }
}

/** From here on the answer is ours to write: it has no end that Fastify could wait for. */
function startResponse(reply: FastifyReply): ServerResponse {
  reply.hijack()
  const response = reply.raw
  // Events need no chunks round them; the end of the connection is the end of the stream.
  response.useChunkedEncodingByDefault = false
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...HEADERS })) {
    if (value !== undefined) response.setHeader(name, value)
  }
  response.writeHead(200)
  response.flushHeaders()
  return response
}

function textOf({ event, id, data }: Event): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}
