/** What the tests of this contract share: the salon set up, its admin, staff with passwords of their own. */
import assert from 'node:assert/strict'
import type { TestServer } from '../../support/latchkey.ts'
import type { Answer, Send, Visitor } from '../../support/visitor.ts'

export const AUTH = '/salon/api/auth'

export const admin = { name: 'Anna Admin', email: 'anna@salon.example', password: 'scissors-and-comb' }

export const setUpBody = {
  admin_name: admin.name,
  admin_email: admin.email,
  admin_password: admin.password,
  salon_name: 'Salon Anna',
}

/** Makes the salon's first account. @returns its access token. */
export async function setUp(server: TestServer): Promise<string> {
  const answer = await server.visitor().post(`${AUTH}/setup`, setUpBody)
  assert.equal(answer.status, 201, answer.text)
  return answer.body.token
}

export function bearer(token: string, more: Send = {}): Send {
  return { ...more, headers: { authorization: `Bearer ${token}`, ...more.headers } }
}

let people = 0

/** Makes a member of staff who has just been mailed a temporary password. */
export async function newcomer(
  server: TestServer,
  adminToken: string,
  changes: { email?: string; name?: string; role?: string } = {},
): Promise<{ id: number; email: string; name: string; temporary: string }> {
  people++
  const person = { email: `staff${people}@salon.example`, name: `Staff ${people}`, ...changes }
  const answer = await server.visitor().post(`${AUTH}/register`, person, bearer(adminToken))
  assert.equal(answer.status, 200, answer.text)
  const mail = await server.smtp.waitForMail(person.email)
  const [temporary] = mail.text.match(/^[a-zA-Z0-9]{12}$/m) ?? []
  assert.ok(temporary, mail.text)
  return { id: answer.body.id, email: person.email, name: person.name, temporary }
}

/** Makes a member of staff with a password of their own. */
export async function staff(
  server: TestServer,
  adminToken: string,
  changes: { role?: string } = {},
): Promise<{ id: number; email: string; name: string; password: string }> {
  const { temporary, ...person } = await newcomer(server, adminToken, changes)
  const password = 'my own password'
  const answer = await server.visitor().post(`${AUTH}/change-password`, {
    email: person.email,
    currentPassword: temporary,
    newPassword: password,
    confirmPassword: password,
  })
  assert.deepEqual(answer.body, { ok: true })
  await server.smtp.waitForMail(person.email)
  return { ...person, password }
}

export async function login(
  visitor: Visitor,
  { email, password }: { email: string; password: string },
  more: object = {},
): Promise<Answer> {
  return visitor.post(`${AUTH}/login`, { email, password, ...more })
}

export async function tokenOf(server: TestServer, who: { email: string; password: string }): Promise<string> {
  const answer = await login(server.visitor(), who)
  assert.equal(answer.status, 200, answer.text)
  return answer.body.token
}

/** Whether an access token still opens something that any role may. */
export async function isLive(server: TestServer, token: string): Promise<boolean> {
  const answer = await server
    .visitor()
    .send('DELETE', `${AUTH}/device`, bearer(token, { json: { token: 'none' } }))
  assert.ok(answer.status === 200 || answer.status === 401, answer.text)
  return answer.status === 200
}

/** Holds an answer to the error format: exactly these keys, English unless another language is asked for. */
export function assertProblem(
  answer: Answer,
  status: number,
  error: string,
  code: string,
  fields?: string[],
): void {
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(Object.keys(answer.body), ['error', 'details'])
  assert.equal(answer.body.error, error)
  assert.equal(answer.body.details.code, code)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
  if (fields) assert.deepEqual(Object.keys(answer.body.details.fields ?? {}).sort(), [...fields].sort())
}

export const assertInvalid = (answer: Answer, ...fields: string[]): void =>
  assertProblem(answer, 400, 'Invalid input', 'INVALID_INPUT', fields)

export const assertTokenRefused = (answer: Answer): void =>
  assertProblem(answer, 401, 'Missing or invalid token', 'TOKEN_INVALID')
