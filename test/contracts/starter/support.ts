/** What the tests of this contract share: its errors, people to sign up, and codes from their mail. */
import assert from 'node:assert/strict'
import { STATUS_CODES } from 'node:http'
import { openStorage, type Storage } from '../../../storage/database.ts'
import type { TestServer } from '../../support/latchkey.ts'
import type { Mail } from '../../support/smtp.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'

export interface Person {
  username: string
  email: string
  password: string
}

let people = 0

/** Somebody nobody knows yet. */
export function newPerson(changes: Partial<Person> = {}): Person {
  people++
  return {
    username: `person${people}`,
    email: `person${people}@example.com`,
    password: `horse staple ${people}`,
    ...changes,
  }
}

/** Signs somebody up in a browser of their own, and takes the mail that confirms the address. */
export async function signUp(
  server: TestServer,
  changes: Partial<Person> = {},
  prefix = '/starter',
): Promise<Person & { visitor: Visitor; token: string; answer: Answer }> {
  const person = newPerson(changes)
  const visitor = server.visitor()
  const answer = await visitor.post(`${prefix}/api/auth/register`, person)
  assert.equal(answer.status, 201, answer.text)
  const token = visitor.jar.get('token')
  assert.ok(token)
  return { ...person, visitor, token, answer }
}

/** Asks for a code, and reads it from the mail. */
export async function askForCode(
  server: TestServer,
  email: string,
  { visitor = server.visitor(), prefix = '/starter' } = {},
): Promise<string> {
  const answer = await visitor.post(`${prefix}/api/auth/send-code`, { email })
  assert.equal(answer.status, 200, answer.text)
  return codeIn(await codeMail(server, email))
}

export function codeMail(server: TestServer, email: string): Promise<Mail> {
  // On its way the domain may come to be written in small letters.
  return server.smtp.waitForMail(
    ({ to, subject }) => to[0]?.toLowerCase() === email.toLowerCase() && subject === 'Your login code',
  )
}

export function codeIn({ text }: Mail): string {
  const [code] = text.match(/\b\d{6}\b/) ?? []
  assert.ok(code, `No code in: ${text}`)
  return code
}

/** A code of six digits that is not this one. */
export function otherThan(code: string, by = 1): string {
  return String((Number(code) + by) % 1_000_000).padStart(6, '0')
}

/** A request with this token as its only cookie. */
export function withToken(token: string): { headers: Record<string, string> } {
  return { headers: { cookie: `token=${token}` } }
}

/** Holds an answer to the documented error: exactly these keys, in this order, and no challenge. */
export function assertProblem(answer: Answer, statusCode: number, message: string): void {
  assert.deepEqual(
    { status: answer.status, body: answer.body },
    { status: statusCode, body: problem(statusCode, message) },
  )
  assert.deepEqual(Object.keys(answer.body), ['statusCode', 'error', 'message'])
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
  assert.equal(answer.headers.get('www-authenticate'), null)
  assert.equal(answer.cookies.get('token')?.value ?? '', '')
}

/** A validation error, that names these fields. */
export function assertInvalid(answer: Answer, ...keys: string[]): void {
  const body = problem(400, 'Invalid request payload input')
  const validation = keys.length > 0 ? { validation: { source: 'payload', keys } } : {}
  assert.deepEqual(
    { status: answer.status, body: answer.body },
    { status: 400, body: { ...body, ...validation } },
  )
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
  assert.equal(answer.cookies.get('token'), undefined)
}

function problem(statusCode: number, message: string) {
  // The document has the older name of 413.
  const error = statusCode === 413 ? 'Request Entity Too Large' : STATUS_CODES[statusCode]
  return { statusCode, error, message }
}

/** Holds an answer to a documented user of exactly four keys. */
export function assertUser(
  answer: Answer,
  status: number,
  { username, email }: { username: string; email: string },
): void {
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(Object.keys(answer.body), ['user'])
  const { user } = answer.body
  assert.deepEqual(Object.keys(user), ['id', 'username', 'email', 'created_at'])
  assert.ok(Number.isInteger(user.id))
  assert.equal(user.username, username)
  assert.equal(user.email, email)
  assert.match(user.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
}

/** The account id that is never shown on this API: read from the token. */
export function uidIn(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub
}

/** A second connection to a server's database, to look at it or to take it away. */
export function openDatabaseOf({ env }: TestServer): Storage {
  const { DATABASE_URL: url, DATA_DIR: folder } = env
  return openStorage(url ? { kind: 'postgres', url } : { kind: 'sqlite', path: `${folder}/latchkey.sqlite` })
}

/** Asks until it is so; for what happens behind an answer and tells nobody. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await isSo())) {
    assert.ok(performance.now() < end, 'It did not come to pass in 20 s.')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
