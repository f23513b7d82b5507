import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import {
  assertBad,
  assertEmpty,
  assertInvalid,
  assertProblem,
  assertUnauthorized,
  BASE,
  newcomer,
  newUser,
  race,
  startCommunity,
} from './support.ts'

const ME = `${BASE}/v0/user/me`
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

const byHandle = (query: string) => server.visitor().get(`${BASE}/v0/users/profile${query}`)
const byId = (query: string) => server.visitor().get(`${BASE}/v0/users/profile/id${query}`)
const available = (handle: string) =>
  server.visitor().get(`${BASE}/v0/users/handle/${encodeURIComponent(handle)}/available`)
const patch = (visitor: Visitor, body: unknown) => visitor.patch(ME, body)

test('my profile has what the document says, and nothing is null', async () => {
  const { visitor, email, handle, display_name, verification } = await newcomer(server)
  const { body } = await visitor.get(ME)
  const { id, created_at, ...rest } = body
  assert.match(id, UUID_V7)
  assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual(rest, {
    email,
    handle,
    display_name,
    is_verified: false,
    is_banned: false,
    has_password: true,
  })
  assertEmpty(await visitor.post(`${BASE}/v0/auth/verify-email`, { token: verification }))
  assert.equal((await visitor.get(ME)).body.is_verified, true)
  assertUnauthorized(await server.visitor().get(ME))
})

test('a public profile, by handle and by id, whatever the case, without the address', async () => {
  const { visitor, handle, display_name } = await newcomer(server)
  const { id, created_at } = (await visitor.get(ME)).body
  const profile = {
    id,
    handle,
    display_name,
    is_verified: false,
    deactivated: false,
    is_banned: false,
    created_at,
  }
  for (const name of [handle, handle.toUpperCase()])
    assert.deepEqual((await byHandle(`?handle=${name}`)).body, profile)
  for (const uuid of [id, id.toUpperCase()]) assert.deepEqual((await byId(`?user_id=${uuid}`)).body, profile)
})

test('a profile that is not there, and what is no handle or id', async () => {
  assertProblem(await byHandle('?handle=nobody_here'), 404, 'user:not_found')
  // Reserved, so nobody has it.
  assertProblem(await byHandle('?handle=admin'), 404, 'user:not_found')
  for (const query of ['', '?user=x']) assertBad(await byHandle(query))
  for (const handle of ['', 'ab', 'a__b', '_ab', 'x'.repeat(21), 'a%20b'])
    assertInvalid(await byHandle(`?handle=${handle}`))
  assertProblem(await byId('?user_id=0195d3a0-6f3c-7c11-9d52-0a6f4c1b2e77'), 404, 'user:not_found')
  for (const query of ['', '?user_id=', '?user_id=x', '?id=0195d3a0-6f3c-7c11-9d52-0a6f4c1b2e77'])
    assertBad(await byId(query))
})

test('somebody of another realm is nobody here', async () => {
  const answer = await server
    .visitor()
    .post('/api/setup', { name: 'Op', email: 'op@example.com', password: 'sunflower-kettle-94' })
  assert.equal(answer.status, 201, answer.text)
  assertProblem(await byId(`?user_id=${answer.body.account.uid}`), 404, 'user:not_found')
})

test('in development the sentence names who was not found', async () => {
  const development = await startCommunity({ env: { ENVIRONMENT: 'development' } })
  try {
    const id = '0195d3a0-6f3c-7c11-9d52-0a6f4c1b2e77'
    const { body } = await development.visitor().get(`${BASE}/v0/users/profile/id?user_id=${id}`)
    assert.deepEqual([body.status, body.code, body.details.includes(id)], [404, 'user:not_found', true])
  } finally {
    await development.close()
  }
})

test('whether a handle is free: not one that somebody has in any case, nor a reserved one', async () => {
  const { handle } = await newcomer(server)
  assert.deepEqual((await available(newUser().handle)).body, { available: true })
  for (const taken of [handle, handle.toUpperCase(), 'admin', 'Support', 'no_reply'])
    assert.deepEqual((await available(taken)).body, { available: false })
  for (const wrong of ['ab', 'x'.repeat(21), 'x'.repeat(500), '_ab', 'ab_', 'a__b', 'a b', 'a-b', 'é33'])
    assertInvalid(await available(wrong))
})

test('a profile is changed piece by piece; null clears the bio and leaves the rest', async () => {
  const { visitor, handle, display_name } = await newcomer(server)
  const before = (await visitor.get(ME)).body
  assert.deepEqual((await patch(visitor, {})).body, before)
  assert.deepEqual((await patch(visitor, { email: 'x@example.com', id: 'x', roles: ['admin'] })).body, before)
  assert.equal((await patch(visitor, { bio: 'hi 😀\nthere' })).body.bio, 'hi 😀\nthere')
  assert.equal((await patch(visitor, { display_name: 'Zoë' })).body.display_name, 'Zoë')
  const renamed = newUser().handle
  const { status, body } = await patch(visitor, { handle: renamed, display_name: null })
  assert.deepEqual([status, body.handle, body.display_name, body.bio], [200, renamed, 'Zoë', 'hi 😀\nthere'])
  assert.equal('bio' in (await patch(visitor, { bio: null, handle: null })).body, false)
  assert.equal((await byHandle(`?handle=${renamed}`)).body.display_name, 'Zoë')
  assertProblem(await byHandle(`?handle=${handle}`), 404, 'user:not_found')
  assert.equal((await patch(visitor, { handle: renamed.toUpperCase() })).body.handle, renamed.toUpperCase())
  assert.equal((await patch(visitor, { display_name, handle })).body.handle, handle)
})

test('changing: session, types, rules, and a handle that is taken', async () => {
  const [{ visitor }, other] = [await newcomer(server), await newcomer(server)]
  assertUnauthorized(await patch(server.visitor(), {}))
  for (const body of [undefined, [], { bio: 1 }, { handle: true }, { display_name: {} }])
    assertBad(await patch(visitor, body))
  for (const body of [
    { bio: '' },
    { bio: ' \n' },
    { bio: 'x'.repeat(501) },
    { handle: '' },
    { handle: 'a__b' },
    { handle: 'Moderator' },
    { display_name: '' },
    { display_name: ' ' },
    { display_name: 'x'.repeat(51) },
    { display_name: '<b>' },
  ]) {
    assertInvalid(await patch(visitor, body))
  }
  assert.equal((await patch(visitor, { bio: 'x'.repeat(500) })).status, 200)
  const taken = { handle: other.handle.toUpperCase(), bio: 'not kept' }
  assertProblem(await patch(visitor, taken), 409, 'user:handle_already_exists')
  assert.notEqual((await visitor.get(ME)).body.bio, 'not kept')
})

test('of many who want one handle at once, one has it', async () => {
  const people = await Promise.all([1, 2, 3, 4].map(() => newcomer(server)))
  const { handle } = newUser()
  const rest = [...people]
  const counts = await race(4, () => patch(rest.pop()?.visitor ?? server.visitor(), { handle }))
  assert.deepEqual(counts, { 200: 1, 409: 3 })
})
