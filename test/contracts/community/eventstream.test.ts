import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newEntryUid } from '../../../engine/activity/entry-uid.ts'
import { until } from '../../support/engine.ts'
import { type EventReader, type OpenOptions, openEvents, type ReadEvent } from '../../support/event-reader.ts'
import type { TestServer } from '../../support/latchkey.ts'
import { withStorage } from '../latchkey/support.ts'
import { edit, entries, join, joinAndSignIn, STREAM, startCommunity } from './public-log.ts'
import { assertProblem } from './support.ts'

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

const open = (query = '', options: OpenOptions = {}): Promise<EventReader> =>
  openEvents(`${server.url}${STREAM}${query}`, options)
/** As if the same had happened so often again, without the hours that it would take. */
const repeatLastEntry = (times: number): Promise<void> =>
  withStorage(server, ({ db }) =>
    db.transaction().execute(async (tx) => {
      const last = tx.selectFrom('action_log').selectAll().orderBy('id', 'desc').limit(1)
      const { id: _, detail, ...entry } = await last.executeTakeFirstOrThrow()
      for (let i = 0; i < times; i++) {
        const uid = newEntryUid(server.clock)
        const again = { ...entry, uid, detail: JSON.stringify(detail) }
        await tx.insertInto('action_log').values(again).execute()
      }
    }),
  )
const idsOf = (events: ReadEvent[]): string[] => events.map(({ id }) => id)

test('an event comes as it happens: one line of JSON, the entry of the log, and its id', async () => {
  const { visitor, uid } = await joinAndSignIn(server)
  const reader = await open(`?user_id=${uid}`)
  const { headers } = reader.response
  assert.equal(headers['content-type'], 'text/event-stream')
  assert.equal(headers['cache-control'], 'no-cache')
  assert.match(String(headers['set-cookie']), /anonymous_user_id=/)
  assert.ok(headers['x-request-id'])
  await edit(visitor)
  const [event] = await reader.waitFor(({ length }) => length > 0)
  const [entry] = await entries(server, `limit=1&user_id=${uid}`)
  assert.deepEqual(event, { event: 'action_log', id: entry.id, data: entry })
  assert.match(reader.text(), /^event: action_log\nid: [\da-f-]{36}\ndata: \{.*\}\n\n$/)
  reader.close()
})

test('filters hold for the stream as for the log, each action asked for by itself', async () => {
  const [ada, bob] = [await joinAndSignIn(server), await joinAndSignIn(server)]
  const readers = {
    ada: await open(`?user_id=${ada.uid}`),
    about: await open(`?resource_id=${bob.uid}&resource_type=User`),
    created: await open('?actions=user:create'),
    both: await open(`?actions=user:create&actions=user:edit&user_id=${ada.uid}`),
    nothing: await open('?actions=auth:login'),
    all: await open(),
  }
  await edit(ada.visitor)
  await edit(bob.visitor)
  const cleo = await joinAndSignIn(server)
  await readers.all.waitFor((events) => events.some(({ data }) => data.resource_id === cleo.uid))
  const heard = (reader: EventReader) => reader.events.map(({ data }) => [data.action, data.resource_id])
  await readers.created.waitFor(({ length }) => length === 1)
  assert.deepEqual(heard(readers.ada), [['user:edit', ada.uid]])
  assert.deepEqual(heard(readers.about), [['user:edit', bob.uid]])
  assert.deepEqual(heard(readers.created), [['user:create', cleo.uid]])
  assert.deepEqual(heard(readers.both), [['user:edit', ada.uid]])
  assert.deepEqual(heard(readers.nothing), [])
  for (const reader of Object.values(readers)) reader.close()
})

test('wrong filters are refused in the envelope, empty ones too', async () => {
  const visitor = server.visitor()
  for (const query of [
    'user_id=x',
    'user_id=',
    'resource_id=',
    'resource_type=user',
    'resource_type=',
    'actions=',
    'actions=user:delete',
    'actions=user:edit&actions=x',
    'user_id=a&user_id=b',
  ]) {
    assertProblem(await visitor.get(`${STREAM}?${query}`), 400, 'general:bad_request')
  }
  const head = await visitor.send('HEAD', STREAM)
  assert.deepEqual([head.status, head.headers.get('content-type')], [200, 'text/event-stream'])
})

test('nothing private is in the stream', async () => {
  const reader = await open()
  const { visitor } = await joinAndSignIn(server)
  await edit(visitor)
  await reader.waitFor((events) => events.some(({ data }) => data.action === 'user:edit'))
  assert.doesNotMatch(reader.text(), /127\.0\.0\.1|::1|example\.org|undici|node|sign_in|agent/i)
  reader.close()
})

test('who comes back is told what was missed, and then what happens', async () => {
  const { visitor, uid } = await joinAndSignIn(server)
  const [{ id: created }] = await entries(server, `limit=1&user_id=${uid}`)
  for (let i = 0; i < 3; i++) await edit(visitor)
  const reader = await open(`?user_id=${uid}`, { lastId: created.toUpperCase() })
  await reader.waitFor(({ length }) => length === 3)
  await edit(visitor)
  await reader.waitFor(({ length }) => length === 4)
  const wanted = (await entries(server, `limit=4&user_id=${uid}`)).reverse()
  assert.deepEqual(
    reader.events.map(({ data }) => data),
    wanted,
  )
  reader.close()
})

test('an id that is in no log is ignored: the stream is live alone', async () => {
  const { visitor, uid } = await joinAndSignIn(server)
  const future = 'ffffffff-ffff-7fff-bfff-ffffffffffff'
  for (const lastId of [future, crypto.randomUUID(), 'rubbish', '5', ' ']) {
    const reader = await open(`?user_id=${uid}`, { lastId })
    await edit(visitor)
    await reader.waitFor(({ length }) => length > 0)
    assert.equal(reader.events.length, 1, lastId)
    reader.close()
  }
})

test('of more than a thousand missed entries the newest thousand are told, and that some were left out', async () => {
  const { visitor, uid } = await joinAndSignIn(server)
  const [{ id: created }] = await entries(server, `limit=1&user_id=${uid}`)
  await edit(visitor)
  await repeatLastEntry(1_009)
  const reader = await open(`?user_id=${uid}`, { lastId: created })
  await edit(visitor)
  await reader.waitFor(({ length }) => length >= 1_001)
  assert.deepEqual(reader.comments, [': earlier entries were left out'])
  assert.equal(reader.events.length, 1_001)
  assert.equal(new Set(idsOf(reader.events)).size, 1_001)
  const newest = await entries(server, `limit=100&user_id=${uid}`)
  assert.deepEqual(idsOf(reader.events.slice(-100)), newest.map(({ id }) => id).reverse())
  reader.close()
})

test('a comment comes after fifteen seconds of silence', async () => {
  const reader = await open('?actions=post:edit')
  server.clock.advance(14_000)
  await new Promise((resolve) => setTimeout(resolve, 600))
  assert.deepEqual(reader.comments, [])
  server.clock.advance(1_000)
  await until(() => reader.comments.length === 1)
  assert.equal(reader.text(), ':\n\n')
  reader.close()
})

test('without loss and without repeat, whatever the writers do and however often readers come back', async () => {
  const writers = await Promise.all(Array.from({ length: 6 }, () => joinAndSignIn(server)))
  const uids = new Set(writers.map(({ uid }) => uid))
  const [{ id: first }] = await entries(server, 'limit=1')
  let isWriting = true
  let written = 0
  const write = async ({ visitor }: { visitor: Parameters<typeof edit>[0] }): Promise<void> => {
    for (let i = 0; i < 30; i++) {
      await edit(visitor, { name: `Name ${i}` })
      written++
    }
  }
  /** Leaves in the middle of things, and comes back with what it has. */
  const read = async (patience: () => number): Promise<string[]> => {
    const heard: ReadEvent[] = []
    let lastId = first
    const isDone = () =>
      !isWriting && heard.filter(({ data }) => uids.has(data.resource_id)).length >= written
    while (!isDone()) {
      const reader = await open('', { lastId })
      const leaveAt = performance.now() + patience()
      await until(
        () => isDone() || performance.now() > leaveAt || heard.length + reader.events.length >= written,
      )
      await new Promise((resolve) => setTimeout(resolve, 5))
      reader.close()
      heard.push(...reader.events)
      lastId = reader.lastId() ?? first
      assert.ok(heard.length <= written + 20, 'nothing comes twice')
    }
    return heard.filter(({ data }) => uids.has(data.resource_id)).map(({ id }) => id)
  }
  const reading = [() => 3, () => 15 + Math.random() * 40, () => 100, () => 10_000].map(read)
  await Promise.all(writers.map(write))
  isWriting = false
  const heard = await Promise.all(reading)
  const log: string[] = []
  for (let cursor = ''; ; ) {
    const page = await entries(server, `limit=100&actions=user:edit${cursor && `&cursor_id=${cursor}`}`)
    log.unshift(
      ...page
        .filter(({ resource_id }) => uids.has(resource_id))
        .map(({ id }) => id)
        .reverse(),
    )
    if (page.length < 100) break
    cursor = page.at(-1).id
  }
  assert.equal(log.length, written)
  for (const ids of heard) assert.deepEqual(ids, log)
})

test('a second process on the same data tells its readers what the first one did', async () => {
  if (process.env.TEST_DATABASE !== 'postgres') return
  const other = await startCommunity({ sharing: server })
  try {
    const reader = await openEvents(`${other.url}${STREAM}`)
    const { visitor, uid } = await joinAndSignIn(server)
    const startedAt = performance.now()
    await edit(visitor)
    await reader.waitFor((events) => events.some(({ data }) => data.resource_id === uid && data.metadata))
    assert.ok(performance.now() - startedAt < 1_500, 'told by NOTIFY, not found by time')
    // And a reader goes from one to the other without loss.
    reader.close()
    await edit(visitor)
    const moved = await open('', { lastId: reader.lastId() })
    await moved.waitFor(({ length }) => length === 1)
    moved.close()
  } finally {
    await other.close()
  }
})

test('the server stops at once while streams are open', async () => {
  const own = await startCommunity()
  const readers = await Promise.all(Array.from({ length: 20 }, () => openEvents(`${own.url}${STREAM}`)))
  await join(own)
  await readers[0]?.waitFor(({ length }) => length === 1)
  const startedAt = performance.now()
  const closed = own.close()
  await Promise.all(readers.map(({ ended }) => ended))
  await closed
  assert.ok(performance.now() - startedAt < 3_000, 'nobody waited for the streams')
  for (const { response } of readers) assert.equal(response.complete, true, 'ended as a stream ends')
})
