import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import { edit, entries, join, joinAndSignIn, LOGS, PASSWORD, startCommunity } from './public-log.ts'
import { assertProblem } from './support.ts'

let server: TestServer
before(async () => {
  server = await startCommunity()
})
after(() => server.close())

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('who joins and who edits their profile is told to everybody, newest first', async () => {
  const { visitor, uid } = await joinAndSignIn(server)
  await edit(visitor, { name: 'Ada', language: 'de' })
  const [edited, created] = await entries(server, `limit=10&user_id=${uid}`)
  assert.match(edited.id, UUID_V7)
  assert.match(edited.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const { id: _id, created_at: _at, ...rest } = edited
  assert.deepEqual(rest, {
    action: 'user:edit',
    actor_id: uid,
    resource_type: 'User',
    resource_id: uid,
    summary: 'Changed their profile',
    metadata: { fields: ['display_name'] },
  })
  assert.deepEqual([created.action, created.metadata, created.actor_id], ['user:create', null, uid])
})

test('nothing private is in the public log: the bytes hold no address, mail or failed try', async () => {
  const { visitor } = await joinAndSignIn(server)
  await edit(visitor)
  await server.visitor().post('/people/api/auth/login', { username: 'member1', password: 'not the password' })
  const { text } = await server.visitor().get(`${LOGS}?limit=100`)
  assert.doesNotMatch(text, /127\.0\.0\.1|::1|example\.org|undici|node|sign_in|fail|address|agent|ip"/i)
})

test('pages go older and newer by the id of an entry', async () => {
  const { visitor, uid } = await joinAndSignIn(server)
  for (let i = 0; i < 6; i++) await edit(visitor)
  const get = async (query: string) =>
    (await server.visitor().get(`${LOGS}?user_id=${uid}&limit=3&${query}`)).body
  const first = await get('')
  const second = await get(`cursor_id=${first.data[2].id}`)
  const third = await get(`cursor_id=${second.data[2].id}&cursor_direction=Older`)
  assert.deepEqual(
    [first, second, third].map((page) => [page.data.length, page.has_newer, page.has_older]),
    [
      [3, false, true],
      [3, true, true],
      [1, true, false],
    ],
  )
  const back = await get(`cursor_id=${third.data[0].id}&cursor_direction=Newer`)
  assert.deepEqual(back, { ...second, has_newer: true, has_older: true })
  assert.deepEqual(await get('cursor_direction=Newer'), first, 'without a cursor there is no direction')
  const end = await get(`cursor_id=${third.data[0].id}`)
  assert.deepEqual(end, { data: [], has_newer: true, has_older: false })
})

test('actions are asked for one by one, and what is left empty is not asked for', async () => {
  const { visitor, uid } = await joinAndSignIn(server)
  await edit(visitor)
  const actionsOf = async (query: string) =>
    (await entries(server, `limit=100&user_id=${uid}&${query}`)).map(({ action }) => action)
  assert.deepEqual(await actionsOf('actions=user:create'), ['user:create'])
  assert.deepEqual(await actionsOf('actions=user:create&actions=user:edit'), ['user:edit', 'user:create'])
  assert.deepEqual(await actionsOf('actions=auth:login&actions=post:edit'), [])
  assert.deepEqual(await actionsOf('actions=&cursor_id=&resource_type=&resource_id=&cursor_direction='), [
    'user:edit',
    'user:create',
  ])
  assert.deepEqual(await actionsOf(`resource_type=User&resource_id=${uid.toUpperCase()}`), [
    'user:edit',
    'user:create',
  ])
  assert.deepEqual(await entries(server, `limit=5&user_id=${crypto.randomUUID()}`), [])
})

test('what is not as documented is told in the envelope', async () => {
  const get = (query: string) => server.visitor().get(`${LOGS}?${query}`)
  for (const query of ['limit=0', 'limit=101', 'limit=-1']) {
    assertProblem(await get(query), 400, 'general:validation_error')
  }
  const bad = ['user_id=x', 'cursor_id=5', 'resource_id=%27', 'cursor_direction=older', 'actions=user:delete']
  for (const query of [
    '',
    'limit=',
    'limit=x',
    'limit=1.5',
    'limit=1&limit=2',
    ...[...bad, 'resource_type=user', 'actions=user:edit&actions=x', 'user_id=a&user_id=b'].map(
      (one) => `limit=5&${one}`,
    ),
  ]) {
    assertProblem(await get(query), 400, 'general:bad_request')
  }
})

test('somebody who was deleted is no actor any more', async () => {
  const visitor = await join(server)
  const [{ resource_id: uid }] = await entries(server, 'limit=1')
  const deleted = await visitor.delete('/people/api/auth/account', { json: { password: PASSWORD } })
  assert.equal(deleted.status, 200, deleted.text)
  const [created] = await entries(server, `limit=5&resource_id=${uid}`)
  assert.deepEqual([created.actor_id, created.resource_id], [null, uid])
  assert.deepEqual(await entries(server, `limit=5&user_id=${uid}`), [])
})

test('a realm may publish who signs in, or nothing at all', async () => {
  const open = await startCommunity({ realm: '{ publishedActions: "user:create auth:login" }' })
  try {
    const { visitor, uid } = await joinAndSignIn(open)
    await edit(visitor)
    const actions = (await entries(open, `limit=9&user_id=${uid}`)).map(({ action }) => action)
    assert.deepEqual(new Set(actions), new Set(['user:create', 'auth:login']))
  } finally {
    await open.close()
  }
  const silent = await startCommunity({ realm: '{ publishedActions: none }' })
  try {
    await join(silent)
    assert.deepEqual(await entries(silent), [])
  } finally {
    await silent.close()
  }
  await assert.rejects(
    startCommunity({ realm: '{ publishedActions: user:everything }' }),
    /publishedActions is "user:everything"; allowed: none, or some of user:create/,
  )
})
