/** What the tests of the public log and of its stream share: a server with a second door to the same realm. */
import assert from 'node:assert/strict'
import { startLatchkey, type TestServer, type TestServerOptions } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'

export const PASSWORD = 'correct horse battery staple'
export const LOGS = '/community/v0/action-logs'
export const STREAM = '/community/v0/eventstream/actions'
const ACCOUNT = '/api/realms/community'

const yaml = `
apps:
  - { contract: community, prefix: /community }
  - { contract: starter, name: people, realm: community, prefix: /people }
`

export function startCommunity(options: TestServerOptions & { realm?: string } = {}): Promise<TestServer> {
  const { realm, ...rest } = options
  return startLatchkey({ yaml: realm ? `${yaml}\nrealms:\n  community: ${realm}\n` : yaml, ...rest })
}

let people = 0

/** Registers somebody. @returns their browser, signed in at their account. */
export async function join(server: { visitor(): Visitor }): Promise<Visitor> {
  const visitor = server.visitor()
  const username = `member${process.pid}x${++people}`
  const body = { username, email: `${username}@example.org`, password: PASSWORD }
  const answer = await visitor.post('/people/api/auth/register', body)
  assert.equal(answer.status, 201, answer.text)
  return visitor
}

export async function signIn(visitor: Visitor, username: string): Promise<string> {
  const answer = await visitor.post(`${ACCOUNT}/sign-in/password`, {
    identifier: username,
    password: PASSWORD,
  })
  assert.equal(answer.status, 200, answer.text)
  return answer.body.account.uid
}

export async function nameOf(visitor: Visitor): Promise<string> {
  const answer = await visitor.get('/people/api/auth/me')
  assert.equal(answer.status, 200, answer.text)
  return answer.body.user.username
}

/** @returns the uid of somebody new who can edit themselves. */
export async function joinAndSignIn(server: {
  visitor(): Visitor
}): Promise<{ visitor: Visitor; uid: string }> {
  const visitor = await join(server)
  return { visitor, uid: await signIn(visitor, await nameOf(visitor)) }
}

export async function edit(visitor: Visitor, changes: object = { name: 'Ada Lovelace' }): Promise<void> {
  const answer = await visitor.patch(`${ACCOUNT}/account`, changes)
  assert.equal(answer.status, 200, answer.text)
}

export async function entries(server: TestServer, query = 'limit=100'): Promise<any[]> {
  const answer = await server.visitor().get(`${LOGS}?${query}`)
  assert.equal(answer.status, 200, answer.text)
  return answer.body.data
}
