/** `kill -9` while people register: what was acknowledged is there, and nothing is there by half. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStorage, type Storage } from '../../storage/database.ts'
import { newName, PASSWORD } from '../attacks/people.ts'
import { until } from '../support/engine.ts'
import { ownDatabase } from '../support/latchkey.ts'
import { findFreePort, type ServerProcess, spawnServer } from '../support/process.ts'

const ROUNDS = 3
const AT_ONCE = 4

interface Acknowledged {
  username: string
  id: number
  cookie: string
}

/** Registers people one after the other until the server is gone. */
async function registerUntilGone(server: ServerProcess, acknowledged: Acknowledged[]): Promise<void> {
  for (;;) {
    const visitor = server.visitor()
    const username = newName('killed')
    const body = { username, email: `${username}@example.com`, password: PASSWORD }
    const answer = await visitor.post('/starter/api/auth/register', body).catch(() => undefined)
    if (!answer) return
    assert.equal(answer.status, 201, answer.text)
    acknowledged.push({ username, id: answer.body.user.id, cookie: visitor.jar.get('token') ?? '' })
  }
}

/** An account is there with its claim, its password and the mail about it, or it is not there. */
async function assertWhole({ db }: Storage): Promise<number> {
  // The first admin of `referral` is made at the start, without an address, and is no part of this.
  const accounts = await db
    .selectFrom('account')
    .select(['id', 'username'])
    .where('role', '!=', 'admin')
    .execute()
  const idsOf = async (table: 'email_claim' | 'password' | 'outbox' | 'one_time_secret' | 'session') =>
    new Set(
      (await db.selectFrom(table).select('account_id').execute())
        .map(({ account_id }) => account_id)
        .filter((id) => accounts.some((account) => account.id === id)),
    )
  for (const table of ['email_claim', 'password', 'outbox', 'one_time_secret', 'session'] as const) {
    const ids = await idsOf(table)
    assert.equal(ids.size, accounts.length, table)
    assert.ok(
      accounts.every(({ id }) => ids.has(id)),
      table,
    )
  }
  return accounts.length
}

test('a server that is killed in the middle loses nothing that it acknowledged, round after round', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-kill-'))
  const database = await ownDatabase()
  // Nothing listens there: the mails of all rounds stay in the outbox, to be counted.
  const env: Record<string, string> = {
    DATA_DIR: join(folder, 'data'),
    SMTP_URL: 'smtp://127.0.0.1:9',
    PORT: String(await findFreePort()),
    ...(database && { DATABASE_URL: database.url }),
  }
  const acknowledged: Acknowledged[] = []
  let server: ServerProcess | undefined
  try {
    for (let round = 0; round < ROUNDS; round++) {
      server = await spawnServer(env)
      const before = acknowledged.length
      const loops = Array.from({ length: AT_ONCE }, () =>
        registerUntilGone(server as ServerProcess, acknowledged),
      )
      // In the middle of some, at another moment in each round.
      await until(() => acknowledged.length >= before + 5 + round * 7)
      await server.kill()
      await Promise.all(loops)
    }
    server = await spawnServer(env)
    assert.ok(acknowledged.length >= ROUNDS * 5)
    for (const { username, id, cookie } of acknowledged) {
      const visitor = server.visitor()
      visitor.jar.set('token', cookie)
      const mine = await visitor.get('/starter/api/auth/me')
      assert.equal(mine.body.user?.id, id, `the session of ${username}: ${mine.text}`)
    }
    // Each sign-in costs a hash, so every third, and of each round the last ones, which were cut closest.
    const some = acknowledged.filter((_, i) => i % 3 === 0 || i >= acknowledged.length - 10)
    for (const { username, id } of some) {
      const body = { username, password: PASSWORD }
      const answer = await server.visitor().post('/starter/api/auth/login', body)
      assert.equal(answer.body.user?.id, id, `${username}: ${answer.text}`)
    }
    await server.stop()
    const storage = openStorage(
      database
        ? { kind: 'postgres', url: database.url }
        : { kind: 'sqlite', path: join(folder, 'data', 'latchkey.sqlite') },
    )
    try {
      assert.ok((await assertWhole(storage)) >= acknowledged.length)
    } finally {
      await storage.close()
    }
  } finally {
    server?.child.kill('SIGKILL')
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  }
})
