/** What the tests of this contract share: an admin of our own, people who came by a token, and how errors look. */
import assert from 'node:assert/strict'
import { startLatchkey, type TestServer, type TestServerOptions } from '../../support/latchkey.ts'
import type { Answer, Send } from '../../support/visitor.ts'

export const AUTH = '/referral/api/auth'

export const boss = { email: 'boss@example.org', password: 'boss-of-the-house' }

export const bossEnv = { REFERRAL_ADMIN_EMAIL: boss.email, REFERRAL_ADMIN_PASSWORD: boss.password }

/** A server whose first admin is {@link boss}. */
export function startReferral({ env, ...options }: TestServerOptions = {}): Promise<TestServer> {
  return startLatchkey({ ...options, env: { ...bossEnv, ...env } })
}

export function bearer(token: string, more: Send = {}): Send {
  return { ...more, headers: { authorization: `Bearer ${token}`, ...more.headers } }
}

export async function tokenOf(
  server: TestServer,
  { email, password }: { email: string; password: string },
): Promise<string> {
  const answer = await server.visitor().post(`${AUTH}/login`, { email, password })
  assert.equal(answer.status, 200, answer.text)
  return answer.body.token
}

/** A user token of somebody's. */
export async function referrerOf(server: TestServer, token: string): Promise<string> {
  const answer = await server.visitor().post(`${AUTH}/me/create-token`, undefined, bearer(token))
  assert.equal(answer.status, 200, answer.text)
  return answer.body.token
}

export interface Person {
  id: string
  email: string
  password: string
  token: string
}

let people = 0
export const newEmail = (): string => `person${++people}@example.com`

/** Somebody who signed up, by the boss's token unless by another's. */
export async function newcomer(server: TestServer, referrer?: string): Promise<Person> {
  const [email, password] = [newEmail(), 'a-lantern']
  const token = referrer ?? (await referrerOf(server, await tokenOf(server, boss)))
  const answer = await server.visitor().post(`${AUTH}/signup`, { referrer: token, email, password })
  assert.equal(answer.status, 200, answer.text)
  return { id: answer.body.user.id, email, password, token: answer.body.token }
}

/** Whether a session's token still opens something. */
export async function isLive(server: TestServer, token: string): Promise<boolean> {
  const answer = await server.visitor().get(`${AUTH}/me`, bearer(token))
  assert.ok([200, 401, 403].includes(answer.status), answer.text)
  return answer.status === 200
}

/** Shuts an account out, or lets it in again, as the operator of the house does. */
export function createOperator(
  server: TestServer,
): (id: string, verb: 'disable' | 'enable') => Promise<void> {
  const operator = server.visitor()
  let isSetUp = false
  return async (id, verb) => {
    if (!isSetUp) {
      const body = { name: 'Op', email: 'op@example.com', password: 'sunflower-kettle-94' }
      assert.equal((await operator.post('/api/setup', body)).status, 201)
      isSetUp = true
    }
    const answer = await operator.post(`/api/admin/accounts/${id}/${verb}`)
    assert.equal(answer.status, 200, answer.text)
  }
}

/** The same text under both names, and nothing else. */
export function assertProblem(answer: Answer, status: number, message: string): void {
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(answer.body, { error: message, detail: message })
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
}

export const assertUnauthorized = (answer: Answer): void => assertProblem(answer, 401, 'Unauthorized')

/** Each wrong thing as its type and the last part of its place: `missing email`. */
export function assertWrong(answer: Answer, ...wrongs: string[]): void {
  assert.equal(answer.status, 422, answer.text)
  assert.deepEqual(Object.keys(answer.body), ['detail'])
  assert.deepEqual(
    answer.body.detail.map(({ type, loc }: { type: string; loc: string[] }) => `${type} ${loc.at(-1)}`),
    wrongs,
  )
  for (const wrong of answer.body.detail) {
    for (const key of ['type', 'loc', 'msg', 'input']) assert.ok(key in wrong, answer.text)
    for (const key of Object.keys(wrong)) assert.ok(['type', 'loc', 'msg', 'input', 'ctx'].includes(key), key)
  }
}

/** The claims of a JWT, as a browser reads them. */
export function claimsOf(token: string): Record<string, any> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
