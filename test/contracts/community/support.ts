/** What the tests of this contract share: people who registered, their mails, and how errors look. */
import assert from 'node:assert/strict'
import { startLatchkey, type TestServer, type TestServerOptions } from '../../support/latchkey.ts'
import type { Mail } from '../../support/smtp.ts'
import type { Answer, Send, Visitor } from '../../support/visitor.ts'

export const BASE = '/community'
export const FRONT = 'https://front.example.org'
export const PASSWORD = 'sunflower-kettle-94'
export const OTHER_PASSWORD = 'velvet-anchor-27'

/** A server whose app has a front end, so that mails hold `?token=`. */
export function startCommunity(options: TestServerOptions = {}): Promise<TestServer> {
  const yaml = `apps:\n  - { contract: community, prefix: ${BASE}, frontendUrl: '${FRONT}' }\n`
  return startLatchkey({ yaml, ...options })
}

/** The envelope, and in production nothing else. */
export function assertProblem(answer: Answer, status: number, code: string): void {
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(answer.body, { status, code })
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
}
export const assertBad = (answer: Answer): void => assertProblem(answer, 400, 'general:bad_request')
export const assertInvalid = (answer: Answer): void => assertProblem(answer, 400, 'general:validation_error')
export const assertUnauthorized = (answer: Answer): void => assertProblem(answer, 401, 'user:unauthorized')

export function assertEmpty(answer: Answer): void {
  assert.equal(answer.status, 204, answer.text)
  assert.equal(answer.text, '')
}

let people = 0
export function newUser(changes: Record<string, unknown> = {}) {
  const handle = `user_${++people}x`
  return {
    email: `${handle}@example.com`,
    handle,
    display_name: `Person ${people}`,
    password: PASSWORD,
    ...changes,
  }
}
export type NewUser = ReturnType<typeof newUser>

export const register = (visitor: Visitor, user: object): Promise<Answer> =>
  visitor.post(`${BASE}/v0/users`, user)

export const login = (
  visitor: Visitor,
  { email, password }: { email: string; password: string },
  more: object = {},
): Promise<Answer> => visitor.post(`${BASE}/v0/auth/login`, { email, password, ...more })

export interface Person extends NewUser {
  visitor: Visitor
  session: string
  /** Of the mail that verifies the address. */
  verification: string
}

/** Somebody who registered and signed in, whose first mail was read. */
export async function newcomer(server: TestServer, changes: Record<string, unknown> = {}): Promise<Person> {
  const user = newUser(changes)
  const visitor = server.visitor()
  const answer = await register(visitor, user)
  assert.equal(answer.status, 201, answer.text)
  const verification = tokenIn(await mailTo(server, user.email, 'Verify your email'))
  const session = await signIn(visitor, user)
  return { ...user, visitor, session, verification }
}

/** @returns the token of the cookie. */
export async function signIn(visitor: Visitor, user: { email: string; password: string }): Promise<string> {
  const answer = await login(visitor, user)
  assertEmpty(answer)
  return answer.cookies.get('session_id')?.value ?? ''
}

export function bearer(token: string, more: Send = {}): Send {
  return { ...more, headers: { authorization: `Bearer ${token}`, ...more.headers } }
}

export async function isLive(server: TestServer, token: string): Promise<boolean> {
  const answer = await server.visitor().get(`${BASE}/v0/user/me`, bearer(token))
  assert.ok([200, 401].includes(answer.status), answer.text)
  return answer.status === 200
}

export function mailTo(server: TestServer, address: string, subject: string): Promise<Mail> {
  return server.smtp.waitForMail((mail) => mail.to.includes(address) && mail.subject === subject)
}

/** The token in the link of a mail. */
export function tokenIn({ text }: Mail): string {
  const [, token = ''] = /\?token=([\w-]{43})\b/.exec(text) ?? []
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
