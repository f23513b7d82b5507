import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { insertActionLogEntry } from '../../storage/action-log.ts'
import { type Db, inTransaction } from '../../storage/database.ts'
import { startEngine, type TestEngine, testClient, until } from '../../test/support/engine.ts'
import { newEntryUid, timeOfUuid7 } from './entry-uid.ts'
import { type LogFollower, type LoggedAction, settledBy } from './log-tail.ts'
import { recordAction } from './record.ts'

let running: TestEngine
before(async () => {
  running = await startEngine()
})
after(() => running.close())

const record = (db: Db, requestId: string): Promise<void> => {
  const { engine, realm } = running
  const client = testClient({ requestId })
  return recordAction(db, engine, { realm, client, action: 'place.changed', accountId: null })
}
const write = (requestId: string, { db } = running.engine): Promise<void> =>
  inTransaction(db, (tx) => record(tx, requestId))

function listener(): { heard: string[]; follower: LogFollower } {
  const heard: string[] = []
  return { heard, follower: ({ requestId }: LoggedAction) => void heard.push(requestId ?? '') }
}

test('uids of entries rise within a process, and tell when they were made', () => {
  const before = Date.now()
  const uids = Array.from({ length: 20_000 }, () => newEntryUid(running.clock))
  assert.deepEqual(uids, uids.toSorted())
  assert.equal(new Set(uids).size, uids.length)
  for (const uid of [uids[0], uids.at(-1)]) {
    assert.match(uid ?? '', /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    const time = timeOfUuid7(uid ?? '') ?? 0
    assert.ok(time >= before && time < before + 10_000)
  }
  assert.equal(timeOfUuid7('9b2d1e1c-0000-4000-8000-000000000000'), undefined)
})

test('the log is settled up to its head when nobody writes', () => {
  assert.deepEqual(settledBy(undefined, { top: 7, writers: [] }, 3), { settled: 7 })
  assert.deepEqual(settledBy({ top: 5, writers: ['1/1'] }, { top: 7, writers: [] }, 3), { settled: 7 })
})

test('while somebody writes it is settled up to a head whose writers are all over', () => {
  const head = { top: 5, writers: ['1/1', '2/1'] }
  assert.deepEqual(settledBy(undefined, head, 3), { settling: head })
  const later = { top: 9, writers: ['1/1', '3/1'] }
  assert.deepEqual(settledBy(head, later, 3), { settling: head }, '1/1 is not over')
  const last = { top: 12, writers: ['1/2', '3/1'] }
  assert.deepEqual(settledBy(head, last, 3), { settled: 5, settling: last })
  assert.deepEqual(settledBy(head, last, 5), { settling: last }, 'what is told of already is not waited for')
})

test('who follows hears of what comes, and of nothing before; nobody hears after leaving', async () => {
  const { logTail } = running.engine
  await write('before')
  const [one, two] = [listener(), listener()]
  await logTail.follow(one.follower)
  await write('first')
  await until(() => one.heard.includes('first'))
  await logTail.follow(two.follower)
  await write('second')
  await until(() => two.heard.includes('second'))
  assert.deepEqual(one.heard, ['first', 'second'])
  assert.deepEqual(two.heard, ['second'])
  logTail.unfollow(one.follower)
  logTail.unfollow(two.follower)
  await write('between')
  const three = listener()
  await logTail.follow(three.follower)
  await write('third')
  await until(() => three.heard.includes('third'))
  assert.deepEqual(three.heard, ['third'])
  assert.deepEqual(one.heard, ['first', 'second'])
  logTail.unfollow(three.follower)
})

test('an entry is told of soon after its transaction is kept, and never when it is taken back', async () => {
  const { engine } = running
  const { heard, follower } = listener()
  await engine.logTail.follow(follower)
  const gone = inTransaction(engine.db, async (tx) => {
    await record(tx, 'taken back')
    throw new Error('no')
  })
  await assert.rejects(gone, /no/)
  const startedAt = performance.now()
  await write('kept')
  await until(() => heard.includes('kept'))
  assert.ok(performance.now() - startedAt < 1_000, 'it did not wait for the look by time')
  assert.deepEqual(heard, ['kept'])
  engine.logTail.unfollow(follower)
})

test('an entry of which nobody was told is found by time', async () => {
  const { heard, follower } = listener()
  await running.engine.logTail.follow(follower)
  const { db } = running.storage
  // As a process that died between its commit and the message.
  await db.transaction().execute(async (tx) => {
    await insertActionLogEntry(tx, {
      uid: newEntryUid(running.clock),
      realmId: running.realm.id,
      app: null,
      action: 'place.changed',
      actorId: null,
      accountId: null,
      address: null,
      userAgent: null,
      requestId: 'unsaid',
      detail: {},
      publicCode: null,
      createdAt: Date.now(),
    })
  })
  await until(() => heard.includes('unsaid'))
  running.engine.logTail.unfollow(follower)
})

test('many writers at once, in two processes where there can be two: both hear of each entry once, and in one order', async () => {
  // SQLite is written to by one connection of a process; that several processes hear of it is tested over HTTP.
  const other = running.storage.kind === 'postgres' ? running.another() : running.engine
  const [mine, theirs] = [listener(), listener()]
  const ids: number[] = []
  const order: LogFollower = ({ id }) => void ids.push(id)
  await running.engine.logTail.follow(mine.follower)
  await running.engine.logTail.follow(order)
  await other.logTail.follow(theirs.follower)
  const writer = async (name: string, engine: { db: TestEngine['engine']['db'] }): Promise<void> => {
    for (let i = 0; i < 40; i++) {
      await inTransaction(engine.db, async (tx) => {
        await record(tx, `${name}.${i}`)
        // Ids are drawn in one order and kept in another.
        if (running.storage.kind === 'postgres') await new Promise((go) => setTimeout(go, (i * 7) % 11))
        if (i % 8 === 7) throw new Error('taken back')
      }).catch(() => undefined)
    }
  }
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  await Promise.all(names.map((name, i) => writer(name, i % 2 ? other : running.engine)))
  const wanted = names.flatMap((name) =>
    Array.from({ length: 40 }, (_, i) => i)
      .filter((i) => i % 8 !== 7)
      .map((i) => `${name}.${i}`),
  )
  await until(() => mine.heard.length >= wanted.length && theirs.heard.length >= wanted.length)
  assert.deepEqual(mine.heard.toSorted(), wanted.toSorted())
  assert.deepEqual(theirs.heard, mine.heard)
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  )
  running.engine.logTail.unfollow(mine.follower)
  running.engine.logTail.unfollow(order)
  other.logTail.unfollow(theirs.follower)
})

if (process.env.TEST_DATABASE === 'postgres') {
  test('an entry waits for a lower id that is not kept yet, and for nobody who writes elsewhere', async () => {
    const { engine, storage } = running
    const { heard, follower } = listener()
    await engine.logTail.follow(follower)
    const [drawn, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = inTransaction(engine.db, async (tx) => {
      await record(tx, 'low')
      drawn.resolve()
      await go.promise
    })
    await drawn.promise
    await write('high')
    await new Promise((resolve) => setTimeout(resolve, 150))
    assert.equal(heard.length, 0, 'the higher one would hide the lower one from who comes back')
    go.resolve()
    await slow
    await until(() => heard.length === 2)
    assert.deepEqual(heard, ['low', 'high'])

    const [wrote, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const elsewhere = storage.db.transaction().execute(async (tx) => {
      await tx.updateTable('realm').set({ name: 'main' }).where('id', '=', running.realm.id).execute()
      wrote.resolve()
      await end.promise
    })
    await wrote.promise
    // Under the foreign key the realm's row is only read.
    await write('third')
    await until(() => heard.includes('third'))
    end.resolve()
    await elsewhere
    engine.logTail.unfollow(follower)
  })
}
