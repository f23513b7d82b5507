// runs once
/** A SQLite file that may not grow any more, as on a full disk. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { pino } from 'pino'
import type { HouseFacts } from '../../contracts/contract.ts'
import { createEngine, openRealm } from '../../engine/create-engine.ts'
import type { Realm } from '../../engine/realm.ts'
import { buildApp } from '../../server/build-app.ts'
import { loadConfig } from '../../server/config/load.ts'
import { openStorage, type Storage } from '../../storage/database.ts'
import { openFiles } from '../../storage/files/files.ts'
import { countRows, newName, PASSWORD } from '../attacks/people.ts'
import { TEST_SECRET } from '../support/engine.ts'

/** The app on a database whose growth the test can stop: the limit belongs to the connection. */
async function openApp(storage: Storage): Promise<FastifyInstance> {
  const config = loadConfig({ DATA_DIR: '/nowhere' })
  const { publicUrl } = config
  const files = openFiles(config.files)
  const engine = createEngine({
    storage,
    files,
    secret: TEST_SECRET,
    publicUrl,
    rateLimit: false,
    isShared: false,
  })
  const realms = new Map<string, Realm>()
  for (const [name, policy] of config.realms) realms.set(name, await openRealm(engine, { name, policy }))
  const house: HouseFacts = {
    version: '0',
    publicUrl,
    mail: 'captured',
    apps: [],
    setupCode: undefined,
    realms,
  }
  const fastify = buildApp({ config, engine, storage, realms, house, logger: pino({ level: 'silent' }) })
  await fastify.ready()
  return fastify
}

test('a full disk: 503 in each API’s words, nothing by half, reading goes on, and with room again so does writing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-full-'))
  const storage = openStorage({ kind: 'sqlite', path: join(folder, 'latchkey.sqlite') })
  await storage.migrate()
  const app = await openApp(storage)
  const setPagesMax = (pages: number) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(storage.db)
  const register = (username: string) =>
    app.inject({
      method: 'POST',
      url: '/starter/api/auth/register',
      payload: { username, email: `${username}@example.com`, password: PASSWORD },
    })
  try {
    const first = newName()
    const made = await register(first)
    assert.equal(made.statusCode, 201, made.body)
    const cookie = String(made.cookies.find(({ name }) => name === 'token')?.value)

    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(storage.db)
    await setPagesMax((rows[0]?.page_count ?? 0) + 2)
    const acknowledged = [first]
    let refused = await register(newName())
    for (let i = 0; refused.statusCode === 201 && i < 200; i++) {
      acknowledged.push(JSON.parse(refused.body).user.username)
      refused = await register(newName())
    }
    const { message, ...shape } = refused.json()
    assert.deepEqual([refused.statusCode, shape], [503, { statusCode: 503, error: 'Service Unavailable' }])
    assert.doesNotMatch(message, /sqlite|disk|full/i)
    const before = await countRows(storage.db)
    for (let i = 0; i < 5; i++) assert.equal((await register(newName())).statusCode, 503)
    assert.deepEqual(await countRows(storage.db), before, 'nothing of them was written')
    assert.equal(before.account, before.password)
    assert.equal(before.account, before.email_claim)
    assert.equal(before.account, acknowledged.length)

    const headers = { cookie: `token=${cookie}` }
    const mine = await app.inject({ url: '/starter/api/auth/me', headers })
    assert.equal(mine.statusCode, 200, 'who is signed in goes on')
    assert.equal((await app.inject('/readyz')).statusCode, 200)
    const big = { name: 'x'.repeat(90), email: 'operator@example.com', password: PASSWORD }
    const ours = await app.inject({ method: 'POST', url: '/api/setup', payload: big })
    if (ours.statusCode !== 201) {
      assert.deepEqual([ours.statusCode, ours.json().code], [503, 'unavailable'])
      assert.equal(
        (await app.inject('/api/start')).json().setupDue,
        true,
        'and the first run is still to be had',
      )
    }

    await setPagesMax(1_000_000)
    const after = newName()
    assert.equal((await register(after)).statusCode, 201)
    for (const username of [...acknowledged, after]) {
      const answer = await app.inject({
        method: 'POST',
        url: '/starter/api/auth/login',
        payload: { username, password: PASSWORD },
      })
      assert.equal(answer.statusCode, 200, username)
    }
    const { rows: checked } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(
      storage.db,
    )
    assert.deepEqual(
      checked.map(({ integrity_check }) => integrity_check),
      ['ok'],
    )
  } finally {
    await app.close()
    await storage.close()
    await rm(folder, { recursive: true, force: true })
  }
})
