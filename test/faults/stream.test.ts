// runs once
/** A database that crashes under open streams. It has a cluster of its own. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { edit, entries, joinAndSignIn, STREAM, startCommunity } from '../contracts/community/public-log.ts'
import { until } from '../support/engine.ts'
import { openEvents } from '../support/event-reader.ts'
import type { TestServer } from '../support/latchkey.ts'
import { createDatabase, type Postgres, startPostgres } from '../support/postgres.ts'

let postgres: Postgres
let one: TestServer
let two: TestServer
before(async () => {
  postgres = await startPostgres({ durable: true })
  const { url: DATABASE_URL } = await createDatabase(postgres.url)
  const env = { DATABASE_URL, PUBLIC_URL: 'http://localhost' }
  one = await startCommunity({ env })
  two = await startCommunity({ sharing: one, env })
})
after(async () => {
  await Promise.all([one?.close(), two?.close()])
  await postgres.stop()
})

test('streams that were open while the database crashed go on, and have told of all that was kept', async () => {
  const { visitor, uid } = await joinAndSignIn(one)
  const readers = await Promise.all(
    [one, two].map(({ url }) => openEvents(`${url}${STREAM}?user_id=${uid}&actions=user:edit`)),
  )
  let isOver = false
  let kept = 0
  const write = async (): Promise<void> => {
    while (!isOver) {
      await edit(visitor, { name: `Name ${kept}` }).then(
        () => kept++,
        () => new Promise((resolve) => setTimeout(resolve, 50)),
      )
    }
  }
  const writing = [write(), write(), write()]
  for (let round = 0; round < 2; round++) {
    const before = kept
    await until(() => kept > before + 10)
    await postgres.restart('crash')
  }
  const before = kept
  await until(() => kept > before + 10)
  isOver = true
  await Promise.all(writing)
  const [{ id: last }] = await entries(one, `limit=1&user_id=${uid}`)
  const [heard, there] = await Promise.all(
    readers.map(async (reader) => {
      await reader.waitFor((events) => events.at(-1)?.id === last)
      return reader.events.map(({ id }) => id)
    }),
  )
  assert.equal(new Set(heard).size, heard?.length, 'nothing came twice')
  assert.deepEqual(there, heard)
  const log: string[] = []
  for (let cursor = ''; ; ) {
    const page = await entries(one, `limit=100&actions=user:edit&user_id=${uid}${cursor}`)
    log.unshift(...page.map(({ id }) => id).reverse())
    if (page.length < 100) break
    cursor = `&cursor_id=${page.at(-1).id}`
  }
  assert.ok(log.length >= kept, 'what was acknowledged is there')
  assert.deepEqual(heard, log)
  for (const reader of readers) reader.close()
})
