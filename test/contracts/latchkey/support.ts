/** What the tests of our own API share: people at several stages, and what their mails say. */
import assert from 'node:assert/strict'
import { loadConfig } from '../../../server/config/load.ts'
import { openStorage, type Storage } from '../../../storage/database.ts'
import type { TestServer } from '../../support/latchkey.ts'
import type { Mail } from '../../support/smtp.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'

export const PASSWORD = 'correct horse battery staple'
export const OTHER_PASSWORD = 'seven green bottles on a wall'
export const MINUTE_MS = 60_000

/** An address that nobody had before. */
export function newAddress(who = 'ada'): string {
  return `${who}.${crypto.randomUUID().slice(0, 8)}@example.org`
}

/** RFC 9457: the shape of every refusal. */
export function assertProblem(answer: Answer, status: number, code: string, facts: object = {}): void {
  assert.equal(answer.status, status, `${answer.status} ${answer.text}`)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  const { title, requestId, ...rest } = answer.body
  assert.deepEqual(rest, { type: 'about:blank', status, code, ...facts })
  assert.match(title, /^[A-Z].*\.$/s, 'the title is a sentence')
  assert.equal(requestId, answer.headers.get('x-request-id'))
}

export function assertOk(answer: Answer, status = 200): void {
  assert.equal(answer.status, status, answer.text)
}

/** Makes the operator's account. @returns their browser, signed in. */
export async function setUp(server: TestServer, email = newAddress('operator')): Promise<Visitor> {
  const operator = server.visitor()
  assertOk(await operator.post('/api/setup', { name: 'Olga', email, password: PASSWORD }), 201)
  return operator
}

/** Registers and confirms in one browser. @returns it, signed in. */
export async function signUp(
  server: TestServer,
  email = newAddress(),
  rest: { name?: string; language?: string } = {},
): Promise<Visitor> {
  const visitor = server.visitor()
  assertOk(await visitor.post('/api/accounts', { email, password: PASSWORD, ...rest }), 202)
  const link = linkIn(await server.smtp.waitForMail(email))
  const answer = await visitor.post('/api/email-confirmation', { ...link, answer: 'mine' })
  assertOk(answer)
  assert.equal(answer.body.account.email, email)
  return visitor
}

/** Makes an account that has no password. @returns its browser, signed in. */
export async function signUpWithCode(server: TestServer, email = newAddress()): Promise<Visitor> {
  const visitor = server.visitor()
  const code = await askForCode(server, email)
  assertOk(await visitor.post('/api/sign-in/code/verify', { email, code }))
  return visitor
}

export async function signIn(server: TestServer, email: string, password = PASSWORD): Promise<Visitor> {
  const visitor = server.visitor()
  assertOk(await visitor.post('/api/sign-in/password', { identifier: email, password }))
  return visitor
}

export async function askForCode(server: TestServer, email: string): Promise<string> {
  assertOk(await server.visitor().post('/api/sign-in/code', { email }))
  return codeIn(
    await server.smtp.waitForMail((mail) => mail.to.includes(email) && /^\d{6}$/m.test(mail.text)),
  )
}

/** @returns the body that names the link. */
export async function askForRecovery(server: TestServer, email: string): Promise<Link> {
  assertOk(await server.visitor().post('/api/recovery', { email }))
  return linkIn(await server.smtp.waitForMail((mail) => mail.to.includes(email) && isRecovery(mail)))
}

export const isRecovery = (mail: Mail): boolean => mail.text.includes('/reset-password?')

export interface Link {
  realm: string
  token: string
}

/** The first link of a mail: its realm is in the query, its secret in the fragment. */
export function linkIn({ text }: Mail): Link {
  const [href = ''] = text.match(/https?:\/\/\S+#\S+/) ?? []
  const { searchParams, hash } = new URL(href)
  return { realm: searchParams.get('realm') ?? '', token: hash.slice(1) }
}

export function codeIn({ text }: Mail): string {
  return text.match(/^\d{6}$/m)?.[0] ?? assert.fail(`No code in: ${text}`)
}

export function isSignedIn(visitor: Visitor): Promise<boolean> {
  return visitor.get('/api/account').then(({ status }) => status === 200)
}

export async function accountOf(visitor: Visitor): Promise<any> {
  const answer = await visitor.get('/api/account')
  assertOk(answer)
  return answer.body.account
}

/** How many mails an address was sent, once those under way have come: the last of them is one that we ask for. */
export async function countMails(server: TestServer, email: string): Promise<number> {
  const marker = newAddress('marker')
  await askForCode(server, marker)
  return server.smtp.mails.filter(({ to }) => to.includes(email)).length
}

/** Looks into the server's database by a connection of its own. */
export async function withStorage<T>(
  { env }: TestServer,
  look: (storage: Storage) => Promise<T>,
): Promise<T> {
  const storage = openStorage(loadConfig(env, env.DATA_DIR).storage)
  try {
    return await look(storage)
  } finally {
    await storage.close()
  }
}

/** For accounts of apps that show no uid. */
export function uidOf(server: TestServer, email: string): Promise<string> {
  return withStorage(server, async ({ db }) => {
    const { uid } = await db
      .selectFrom('account')
      .innerJoin('email_claim', 'email_claim.account_id', 'account.id')
      .select('uid')
      .where('address', '=', email)
      .executeTakeFirstOrThrow()
    return uid
  })
}

/** Nobody can make another admin by the API yet. */
export async function makeAdmin(server: TestServer, email: string): Promise<void> {
  await withStorage(server, async ({ db }) => {
    const { account_id: id } = await db
      .selectFrom('email_claim')
      .select('account_id')
      .where('address', '=', email)
      .executeTakeFirstOrThrow()
    await db.updateTable('account').set({ role: 'admin' }).where('id', '=', id).execute()
  })
}
