/** What the tests of this contract share: people who registered, and how errors look. */
import assert from 'node:assert/strict'
import { startLatchkey, type TestServer, type TestServerOptions } from '../../support/latchkey.ts'
import type { Mail } from '../../support/smtp.ts'
import type { Answer, Visitor } from '../../support/visitor.ts'

export const BASE = '/crm'
export const PASSWORD = 'sunflower-Kettle-94'
export const OTHER_PASSWORD = 'velvet-Anchor-27-oak'

export function startCrm(options: TestServerOptions = {}): Promise<TestServer> {
  return startLatchkey(options)
}

/** Both shapes at once, the same in each; @returns the details. */
export function assertProblem(answer: Answer, status: number, code: string): Record<string, string> {
  assert.equal(answer.status, status, answer.text)
  const { body } = answer
  assert.equal(body.code, code, answer.text)
  assert.deepEqual(body.error, { code: body.code, message: body.message, details: body.details })
  assert.ok(body.message)
  assert.equal(body.request_id, answer.headers.get('x-request-id'))
  assert.match(body.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  return body.details
}

/** @returns the names of the fields that were refused. */
export const assertInvalid = (answer: Answer): string[] =>
  Object.keys(assertProblem(answer, 400, 'VALIDATION_ERROR')).toSorted()
export const assertUnreadable = (answer: Answer): void => {
  assert.equal(assertProblem(answer, 400, 'INVALID_INPUT').field, 'request body')
}
export const assertInput = (answer: Answer, field: string): void => {
  const details = assertProblem(answer, 400, 'INVALID_INPUT')
  assert.equal(details.field, field)
  assert.ok(details.reason)
}
export const assertUnauthorized = (answer: Answer): unknown => assertProblem(answer, 401, 'UNAUTHORIZED')
export const assertNotFound = (answer: Answer): Record<string, string> =>
  assertProblem(answer, 404, 'NOT_FOUND')
export function assertOk(answer: Answer, status = 200): any {
  assert.equal(answer.status, status, answer.text)
  return answer.body
}

let people = 0
export function newUser(changes: Record<string, unknown> = {}) {
  const username = `person ${++people}`
  return { username, email: `person${people}@example.com`, password: PASSWORD, ...changes }
}
export type NewUser = ReturnType<typeof newUser>

export const register = (visitor: Visitor, user: object): Promise<Answer> =>
  visitor.post(`${BASE}/register`, user)

export const login = (visitor: Visitor, identifier: string, password: string = PASSWORD): Promise<Answer> =>
  visitor.post(`${BASE}/login`, { identifier, password })

export interface Person extends NewUser {
  visitor: Visitor
  session: string
}

/** Somebody who registered and signed in. */
export async function newcomer(server: TestServer, changes: Record<string, unknown> = {}): Promise<Person> {
  const user = newUser(changes)
  const visitor = server.visitor()
  assertOk(await register(visitor, user), 201)
  return { ...user, visitor, session: await signIn(visitor, user) }
}

/** @returns the token of the cookie. */
export async function signIn(visitor: Visitor, user: { email: string; password: string }): Promise<string> {
  const answer = await login(visitor, user.email, user.password)
  assertOk(answer)
  return answer.cookies.get('auth_token')?.value ?? ''
}

export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

export const me = (visitor: Visitor, what = {}): Promise<Answer> => visitor.get(`${BASE}/users/me`, what)

export function mailTo(server: TestServer, address: string, subject: string): Promise<Mail> {
  return server.smtp.waitForMail((mail) => mail.to.includes(address) && mail.subject === subject)
}

/** The token that a mail shows by itself. */
export function tokenIn({ text }: Mail): string {
  const [token = ''] = /^[\w-]{43}$/m.exec(text) ?? []
  assert.ok(token, text)
  return token
}

/** Each request at once. @returns how often each status came. */
export async function race(times: number, send: () => Promise<Answer>): Promise<Record<number, number>> {
  const answers = await Promise.all(Array.from({ length: times }, send))
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** @returns the contact as it was answered. */
export async function newContact({ visitor }: Person, values: Record<string, unknown> = {}): Promise<any> {
  return assertOk(await visitor.post(`${BASE}/contacts`, { firstname: 'Ada', ...values }), 201).contact
}

/** Of one page of the list. */
export async function namesIn({ visitor }: Person, query = ''): Promise<string[]> {
  const { contacts } = assertOk(await visitor.get(`${BASE}/contacts?sort=firstname&order=asc&${query}`))
  return contacts.map(({ firstname }: { firstname: string }) => firstname)
}

export const DAY_MS = 86_400_000
