/** What attackers and their victims do, over HTTP; and a way to look into the database behind it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { openStorage, type Storage } from '../../storage/database.ts'
import type { Schema } from '../../storage/schema.ts'
import type { TestServer } from '../support/latchkey.ts'
import type { Mail } from '../support/smtp.ts'
import type { Answer, Visitor } from '../support/visitor.ts'

/** Strong enough for every realm, and unlike any name here. */
export const PASSWORD = 'granite-otter-lantern-42'
export const OTHER_PASSWORD = 'velvet-harbour-thimble-97'

let count = 0
/** A name that nobody has used in this process, letters and digits alone. */
export function newName(prefix = 'anna'): string {
  count++
  return `${prefix}${count}x${process.pid}`
}

export interface Person {
  visitor: Visitor
  id: number
  username: string
  email: string
  password: string
}

/** Registers by the `starter` API, and is signed in there. */
export async function register(
  server: TestServer,
  {
    username = newName(),
    email = `${username}@example.com`,
    password = PASSWORD,
  }: { username?: string; email?: string; password?: string } = {},
): Promise<Person> {
  const visitor = server.visitor()
  const answer = await visitor.post('/starter/api/auth/register', { username, email, password })
  assert.equal(answer.status, 201, answer.text)
  return { visitor, id: answer.body.user.id, username, email, password }
}

/** Runs set-up: the first account of realm `main`, its administrator. */
export async function setUp(
  server: TestServer,
  email = 'operator@example.com',
): Promise<Visitor & { uid: string }> {
  const visitor = server.visitor()
  const answer = await visitor.post('/api/setup', { name: 'The operator', email, password: PASSWORD })
  assert.equal(answer.status, 201, answer.text)
  return Object.assign(visitor, { uid: answer.body.account.uid })
}

/** Makes an account of realm `main` by a code, and is signed in. */
export async function joinMain(
  server: TestServer,
  email = `${newName('joan')}@example.com`,
): Promise<{ visitor: Visitor; uid: string; email: string }> {
  const visitor = server.visitor()
  const code = await askMainCode(server, email)
  const answer = await visitor.post('/api/sign-in/code/verify', { email, code })
  assert.equal(answer.status, 200, answer.text)
  return { visitor, uid: answer.body.account.uid, email }
}

/** Makes an account of realm `main` with a password, proved by the link in its mail. */
export async function joinMainWithPassword(
  server: TestServer,
  email = `${newName('paul')}@example.com`,
): Promise<{ visitor: Visitor; uid: string; email: string; password: string }> {
  const visitor = server.visitor()
  const asked = await visitor.post('/api/accounts', { email, password: PASSWORD })
  assert.equal(asked.status, 202, asked.text)
  const { token, realm } = linkIn(
    await server.smtp.waitForMail((mail) => isConfirmation(email)(mail) && /realm=main#/.test(mail.text)),
  )
  const answer = await visitor.post('/api/email-confirmation', { realm, token, answer: 'mine' })
  assert.equal(answer.body.account?.email, email, answer.text)
  return { visitor, uid: answer.body.account.uid, email, password: PASSWORD }
}

export async function askMainCode(server: TestServer, email: string): Promise<string> {
  const asked = await server.visitor().post('/api/sign-in/code', { email })
  assert.deepEqual([asked.status, asked.body], [200, { sent: true }])
  return codeIn(await mailWithCode(server, email))
}

export async function askStarterCode(server: TestServer, email: string): Promise<string> {
  const asked = await server.visitor().post('/starter/api/auth/send-code', { email })
  assert.deepEqual([asked.status, asked.body], [200, { sent: true }])
  return codeIn(await mailWithCode(server, email))
}

function mailWithCode(server: TestServer, email: string): Promise<Mail> {
  return server.smtp.waitForMail(({ to, text }) => to.includes(email) && /^\d{6}$/m.test(text))
}

export function codeIn({ text }: Pick<Mail, 'text'>): string {
  const [code] = text.match(/^\d{6}$/m) ?? []
  assert.ok(code, `A code stands in: ${text}`)
  return code
}

export function linkIn({ text }: Pick<Mail, 'text'>): { link: string; realm: string; token: string } {
  const [link, realm, token] = text.match(/https?:\/\/\S+\?realm=([\w-]+)#([\w-]+)/) ?? []
  assert.ok(link && realm && token, `A link with a token stands in: ${text}`)
  return { link, realm, token }
}

/** The link of a recovery, asked for and mailed. */
export async function askRecoveryToken(
  server: TestServer,
  email: string,
  realm = 'starter',
): Promise<string> {
  const asked = await server.visitor().post('/api/recovery', { email, realm })
  assert.deepEqual([asked.status, asked.body], [200, { sent: true }])
  return linkIn(await server.smtp.waitForMail(isRecovery(email))).token
}

export const isRecovery =
  (email: string) =>
  ({ to, text }: Mail): boolean =>
    to.includes(email) && /\/reset-password\?realm=[\w-]+#/.test(text)

export const isConfirmation =
  (email: string) =>
  ({ to, text }: Mail): boolean =>
    to.includes(email) && /\/confirm-email\?realm=[\w-]+#/.test(text)

export function login(visitor: Visitor, username: string, password: string): Promise<Answer> {
  return visitor.post('/starter/api/auth/login', { username, password })
}

export function me(visitor: Visitor): Promise<Answer> {
  return visitor.get('/starter/api/auth/me')
}

export function ownAccount(visitor: Visitor): Promise<Answer> {
  return visitor.get('/api/account')
}

/** The database behind a server, by a connection of its own; close it. */
export function openBehind({ env }: Pick<TestServer, 'env'>): Storage {
  return openStorage(
    env.DATABASE_URL
      ? { kind: 'postgres', url: env.DATABASE_URL }
      : { kind: 'sqlite', path: join(env.DATA_DIR ?? '', 'latchkey.sqlite') },
  )
}

/** How many rows each table holds that a refused request must not touch. */
export async function countRows(db: Kysely<Schema>): Promise<Record<string, number>> {
  const tables = ['account', 'email_claim', 'password', 'session', 'outbox', 'one_time_secret'] as const
  const counts: Record<string, number> = {}
  for (const table of tables) {
    const { count } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    counts[table] = Number(count)
  }
  return counts
}
