import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { test } from 'node:test'
import { openEvents } from '../../support/event-reader.ts'
import { ownDatabase } from '../../support/latchkey.ts'
import { findFreePort, spawnServer } from '../../support/process.ts'
import { STREAM } from './public-log.ts'
import { newUser, register } from './support.ts'

test('what one worker did is told by all of them, at once; and all streams end when the server stops', async () => {
  const folder = await mkdtemp(joinPath(tmpdir(), 'latchkey-stream-'))
  const database = await ownDatabase()
  const server = await spawnServer({
    DATA_DIR: folder,
    WORKERS: '2',
    PORT: String(await findFreePort()),
    SMTP_URL: 'smtp://127.0.0.1:9',
    ...(database && { DATABASE_URL: database.url }),
  })
  try {
    // Each connection goes to the next worker.
    const readers = await Promise.all(Array.from({ length: 6 }, () => openEvents(`${server.url}${STREAM}`)))
    const delays: number[] = []
    for (let i = 1; i <= 7; i++) {
      assert.equal((await register(server.visitor(), newUser())).status, 201)
      const writtenAt = performance.now()
      await Promise.all(readers.map((reader) => reader.waitFor(({ length }) => length === i)))
      delays.push(performance.now() - writtenAt)
    }
    // Found by time they would come within two seconds, half of them in the second one.
    const [median = 0] = delays.toSorted((a, b) => a - b).slice(3)
    assert.ok(median < 500, `told by a message, not found by time: ${delays.map(Math.round)} ms`)
    const [first] = readers.map(({ events }) => events.map(({ id }) => id))
    for (const { events } of readers)
      assert.deepEqual(
        events.map(({ id }) => id),
        first,
      )
    const stopAt = performance.now()
    assert.equal(await server.stop(), 0)
    await Promise.all(readers.map(({ ended }) => ended))
    assert.ok(performance.now() - stopAt < 5_000)
  } finally {
    await server.kill()
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  }
})
