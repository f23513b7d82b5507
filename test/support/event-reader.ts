/** Reads a stream of server-sent events over a connection of its own, as a program does that keeps no state. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { until } from './engine.ts'

export interface ReadEvent {
  event: string
  id: string
  data: any
}

export interface EventReader {
  response: IncomingMessage
  events: ReadEvent[]
  comments: string[]
  /** Everything, as it came. */
  text(): string
  /** The id that it would come back with. */
  lastId(): string | undefined
  /** Resolves when the stream is over, whoever ended it. */
  ended: Promise<void>
  waitFor(isSo: (events: ReadEvent[]) => boolean): Promise<ReadEvent[]>
  close(): void
}

export interface OpenOptions {
  lastId?: string | undefined
  headers?: Record<string, string>
}

/** @throws unless the stream begins. */
export async function openEvents(
  url: string,
  { lastId, headers = {} }: OpenOptions = {},
): Promise<EventReader> {
  const resume: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId }
  const sent: ClientRequest = request(url, { headers: { ...headers, ...resume }, agent: false })
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  assert.equal(response.statusCode, 200)
  sent.on('error', () => undefined)
  response.on('error', () => undefined)
  const events: ReadEvent[] = []
  const comments: string[] = []
  let all = ''
  let rest = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    all += chunk
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      if (block.startsWith(':')) comments.push(block)
      else events.push(parse(block))
    }
  })
  return {
    response,
    events,
    comments,
    text: () => all,
    lastId: () => events.at(-1)?.id ?? lastId,
    ended: new Promise((resolve) => response.once('close', resolve)),
    waitFor: (isSo) => until(() => events, isSo),
    close: () => sent.destroy(),
  }
}

function parse(block: string): ReadEvent {
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
  assert.deepEqual(Object.keys(fields), ['event', 'id', 'data'], block)
  return { event: fields.event, id: fields.id, data: JSON.parse(fields.data) }
}
