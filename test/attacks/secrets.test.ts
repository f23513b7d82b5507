/** D10: after everything that people do, no secret of theirs stands in a log, an answer or the database. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Storage } from '../../storage/database.ts'
import { until } from '../support/engine.ts'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import type { Answer, Visitor } from '../support/visitor.ts'
import { codeIn, isConfirmation, isRecovery, linkIn, newName, openBehind } from './people.ts'

let server: TestServer
let behind: Storage
/** What nobody but its owner may know, by what it is. */
const secrets = new Map<string, string>()
const errors: Answer[] = []

before(async () => {
  server = await startLatchkey({ hashesInFull: true, env: { LOG_LEVEL: 'trace' } })
  behind = openBehind(server)
  await liveALittle()
})
after(async () => {
  await behind.close()
  await server.close()
})

function keep(what: string, value: string): string {
  assert.ok(value.length >= 6, what)
  secrets.set(`${what} (${secrets.size})`, value)
  return value
}

function keepCookies(visitor: Visitor): void {
  for (const [name, value] of visitor.jar) keep(`cookie ${name}`, value)
}

/** Keeps what was refused, and the cookies that were set. */
async function note(visitor: Visitor, asked: Promise<Answer>, status: number): Promise<Answer> {
  const answer = await asked
  assert.equal(answer.status, status, answer.text)
  keepCookies(visitor)
  if (status >= 400) errors.push(answer)
  return answer
}

async function liveALittle(): Promise<void> {
  const json = { headers: { 'content-type': 'application/json' } }
  const one = server.visitor()
  const [username, email] = [newName(), `${newName()}@example.com`]
  const password = keep('password', 'quartz-ribbon-falcon-31')
  await note(one, one.post('/starter/api/auth/register', { username, email, password }), 201)
  await note(one, one.post('/starter/api/auth/register', { username, email, password }), 409)
  const confirmation = keep(
    'confirmation link',
    linkIn(await server.smtp.waitForMail(isConfirmation(email))).token,
  )
  const two = server.visitor()
  await note(two, two.post('/starter/api/auth/login', { username: email, password }), 200)
  const wrong = keep('wrong password', 'a-wrong-password-typed-77')
  await note(two, two.post('/starter/api/auth/login', { username: email, password: wrong }), 401)
  // Somebody types a password where the name goes, as people do.
  const misplaced = keep('password typed as a name', 'misplaced-password-55')
  await note(two, two.post('/starter/api/auth/login', { username: misplaced, password: 'x' }), 401)
  await one.post('/starter/api/auth/send-code', { email })
  const code = keep('code', codeIn(await server.smtp.waitForMail(({ text }) => /^\d{6}$/m.test(text))))
  await note(one, one.post('/starter/api/auth/verify-code', { email, code }), 200)
  await note(one, one.post('/starter/api/auth/verify-code', { email, code }), 401)
  await one.post('/starter/api/auth/forgot-password', { email })
  const token = keep('recovery link', linkIn(await server.smtp.waitForMail(isRecovery(email))).token)
  const fresh = keep('new password', 'saffron-kettle-orbit-64')
  await note(one, one.post('/starter/api/auth/reset-password', { token, password: fresh }), 200)
  await note(one, one.post('/starter/api/auth/reset-password', { token, password: fresh }), 400)
  const dead = server.visitor()
  await note(
    dead,
    dead.post('/api/email-confirmation', { realm: 'starter', token: confirmation, answer: 'mine' }),
    410,
  )

  const operator = server.visitor()
  const setupPassword = keep('set-up password', 'marble-comet-juniper-18')
  const setup = { name: 'The operator', email: 'operator@example.com', password: setupPassword }
  await note(operator, operator.post('/api/setup', setup), 201)
  await note(operator, operator.post('/api/setup', setup), 409)
  const changed = keep('changed password', 'walnut-breeze-copper-29')
  const change = { currentPassword: setupPassword, newPassword: changed }
  await note(operator, operator.put('/api/account/password', change), 200)
  await note(operator, operator.put('/api/account/password', change), 403)
  const moved = { newEmail: `${newName()}@example.com`, password: changed }
  await note(operator, operator.post('/api/account/email', moved), 200)
  keep('change link', linkIn(await server.smtp.waitForMail(moved.newEmail)).token)
  const joining = {
    email: `${newName()}@example.com`,
    password: keep('joining password', 'pewter-lagoon-violin-83'),
  }
  await note(dead, dead.post('/api/accounts', joining), 202)
  keep('registration link', linkIn(await server.smtp.waitForMail(isConfirmation(joining.email))).token)
  await note(
    dead,
    dead.post('/api/password-strength', { password: keep('tried password', 'tundra-pickle-anchor-40') }),
    200,
  )
  await note(dead, dead.post('/api/password-strength', { password: 5 }), 400)
  const bearer = keep('forged token', `${'eyJhbGciOiJub25lIn0'}.${'a'.repeat(40)}.`)
  await note(dead, dead.get('/api/account', { headers: { authorization: `Bearer ${bearer}` } }), 401)
  await note(dead, dead.send('POST', '/api/accounts', { ...json, body: `{"password":"${password}` }), 400)
  await note(dead, dead.post('/api/accounts', { ...joining, extra: password }), 400)
  keepCookies(operator)
}

/** Where a text holds one of the secrets, in clear or as the usual encodings have it. */
function secretsIn(text: string): string[] {
  return [...secrets].flatMap(([what, value]) => {
    const forms = [
      value,
      encodeURIComponent(value),
      Buffer.from(value).toString('base64').slice(0, -3),
      Buffer.from(value).toString('hex'),
    ]
    // Six digits stand in any long number by chance; a code counts where it stands alone.
    const isFound = /^\d{6}$/.test(value)
      ? new RegExp(`(?<![\\d.a-f-])${value}(?![\\d.a-f-])`).test(text)
      : forms.some((form) => text.includes(form))
    return isFound ? [what] : []
  })
}

test('the search finds a secret where one is', () => {
  assert.ok(secrets.size > 20)
  for (const [what, value] of secrets) assert.ok(secretsIn(`before ${value}; after`).includes(what))
})

test('D10: no log line holds a password, a code, a link or a cookie, or where it may have come from', () => {
  assert.deepEqual(secretsIn(server.logged.join('\n')), [])
})

test('D10: no error repeats a secret that it was sent', () => {
  assert.ok(errors.length >= 10)
  for (const { text, headers } of errors) {
    assert.deepEqual(secretsIn(`${text}${JSON.stringify([...headers])}`), [], text)
    assert.doesNotMatch(text, /\bat .*\.ts:\d+|node_modules|select |insert into|sqlite|postgres|stack/i)
  }
})

interface Column {
  table: string
  column: string
}

async function columnsOf(storage: Storage): Promise<Column[]> {
  const tables = await storage.db.introspection.getTables()
  return tables.flatMap(({ name, columns }) =>
    columns.map((column) => ({ table: name, column: column.name })),
  )
}

test('D10: no column of the database holds one in clear: those that are needed are hashed or sealed', async () => {
  const columns = await columnsOf(behind)
  assert.ok(columns.length > 100)
  const found: string[] = []
  for (const { table, column } of columns) {
    const rows = await sql<{
      value: unknown
    }>`select ${sql.ref(column)} as value from ${sql.table(table)}`.execute(behind.db)
    for (const { value } of rows.rows) {
      const text =
        value instanceof Uint8Array
          ? `${Buffer.from(value).toString('latin1')} ${Buffer.from(value).toString('hex')}`
          : typeof value === 'object'
            ? JSON.stringify(value)
            : String(value)
      found.push(...secretsIn(text).map((what) => `${what} in ${table}.${column}`))
    }
  }
  assert.deepEqual(found, [])
  const log = await behind.db.selectFrom('action_log').selectAll().execute()
  assert.ok(log.length > 10, 'and there was something to find')
})

test('D10: what is stored of a password is argon2id by the recommendation, another each time', async () => {
  const rows = await behind.db.selectFrom('password').select('phc').execute()
  assert.ok(rows.length >= 2)
  for (const { phc } of rows)
    assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22,}\$[\w+/]{43}$/)
  assert.equal(new Set(rows.map(({ phc }) => phc)).size, rows.length)
})

test('D10: a mail that was sent leaves nothing of its text behind', async () => {
  const sent = await until(
    () => behind.db.selectFrom('outbox').select(['kind', 'content_sealed', 'sent_at']).execute(),
    (mails) => mails.every(({ sent_at }) => sent_at !== null),
  )
  assert.ok(sent.length >= 8)
  assert.deepEqual(
    sent.filter(({ content_sealed }) => content_sealed !== null),
    [],
  )
})

test('D10: neither the database file nor its journal holds one, free pages included', () => {
  if (behind.kind !== 'sqlite') return
  const folder = server.env.DATA_DIR ?? ''
  for (const name of ['latchkey.sqlite', 'latchkey.sqlite-wal']) {
    const bytes = readFileSync(join(folder, name)).toString('latin1')
    const found = [...secrets].filter(([, value]) => value.length > 6 && bytes.includes(value))
    assert.deepEqual(
      found.map(([what]) => what),
      [],
      name,
    )
  }
})

test('D10: the generated secret is readable by its owner alone', async () => {
  const { stat } = await import('node:fs/promises')
  const { mode } = await stat(join(server.env.DATA_DIR ?? '', 'secret'))
  assert.equal(mode & 0o077, 0)
})
