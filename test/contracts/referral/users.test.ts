import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import type { Send } from '../../support/visitor.ts'
import {
  AUTH,
  assertProblem,
  assertUnauthorized,
  assertWrong,
  bearer,
  boss,
  claimsOf,
  isLive,
  newcomer,
  newEmail,
  referrerOf,
  startReferral,
  tokenOf,
} from './support.ts'

const API = '/referral/api'
let server: TestServer
let admin: Send
let bossId: string
before(async () => {
  server = await startReferral()
  const token = await tokenOf(server, boss)
  admin = bearer(token)
  bossId = claimsOf(token).sub
})
after(() => server.close())

const list = (query = '') => server.visitor().get(`${API}/users${query}`, admin)
const make = (body: unknown) => server.visitor().post(`${API}/user`, body, admin)
const read = (id: string) => server.visitor().get(`${API}/user/${id}`, admin)
const change = (id: string, body: unknown) => server.visitor().put(`${API}/user/${id}`, body, admin)
const remove = (id: string) => server.visitor().delete(`${API}/user/${id}`, admin)

test('for administrators alone: 401 to nobody, 403 to a user', async () => {
  const { token, id } = await newcomer(server)
  for (const [method, path] of [
    ['GET', 'users'],
    ['POST', 'user'],
    ['GET', `user/${id}`],
    ['PUT', `user/${id}`],
    ['DELETE', `user/${id}`],
  ] as const) {
    const json = method === 'GET' ? undefined : {}
    assertUnauthorized(await server.visitor().send(method, `${API}/${path}`, { json }))
    assertProblem(
      await server.visitor().send(method, `${API}/${path}`, bearer(token, { json })),
      403,
      'Forbidden',
    )
  }
  assert.ok(await isLive(server, token))
})

test('the list is the oldest first, a page at a time', async () => {
  for (let i = 0; i < 3; i++) await newcomer(server)
  const { status, body } = await list()
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body), ['total', 'offset', 'limit', 'items'])
  assert.deepEqual([body.offset, body.limit], [0, 20])
  assert.equal(body.items[0].id, bossId)
  const times = body.items.map((user: any) => user.created_at)
  assert.deepEqual(times, times.toSorted())
  const second = (await list('?offset=1&limit=2')).body
  assert.deepEqual(second.items, body.items.slice(1, 3))
  assert.deepEqual([second.total, second.offset, second.limit], [body.total, 1, 2])
  assert.deepEqual((await list('?offset=1000')).body.items, [])
})

test('the list by words, by who invited, by whether verified and active', async () => {
  const email = `zacharias.${newEmail()}`
  const { id } = (await make({ email, password: 'a-lantern', name: 'Zacharias Quill' })).body
  const ids = async (query: string): Promise<string[]> =>
    (await list(query)).body.items.map((user: any) => user.id)
  assert.deepEqual(await ids('?search=quil'), [id])
  assert.deepEqual(await ids('?search=zach%20qu'), [id])
  assert.deepEqual(await ids('?search=nobody-at-all'), [])
  const inviter = await newcomer(server)
  const invited = await newcomer(server, await referrerOf(server, inviter.token))
  assert.deepEqual(await ids(`?referrer=${inviter.id}`), [invited.id])
  assert.deepEqual(await ids('?referrer=nobody'), [])
  assert.deepEqual(await ids('?is_verified=true'), [])
  assert.ok((await ids('?is_verified=false&limit=100')).includes(id))
  await change(id, { is_active: false })
  assert.deepEqual(await ids('?is_active=false'), [id])
  assert.ok(!(await ids('?is_active=true&limit=100')).includes(id))
  assert.equal((await list('?search=&referrer=&is_verified=&is_active=')).status, 200)
})

test('a query that cannot be is told', async () => {
  assertWrong(await list('?offset=-1'), 'greater_than_equal offset')
  assertWrong(await list('?limit=0'), 'greater_than_equal limit')
  assertWrong(await list('?limit=101'), 'less_than_equal limit')
  assertWrong(await list('?limit=x&offset=1.5'), 'int_parsing offset', 'int_parsing limit')
  assertWrong(await list('?is_active=maybe'), 'bool_parsing is_active')
})

test('an account that an admin makes signs in with the password they were told', async () => {
  const email = newEmail()
  const { status, body } = await make({ email, password: 'a-lantern' })
  assert.equal(status, 200)
  const { id, created_at, updated_at, ...user } = body
  assert.ok(id && created_at && updated_at)
  assert.deepEqual(user, {
    email,
    name: null,
    role: 'user',
    tier: 0,
    is_active: true,
    is_verified: false,
    referrer_id: null,
    extra: { email_alerts: { 50: 1, 60: 1 } },
  })
  assert.ok(await isLive(server, await tokenOf(server, { email, password: 'a-lantern' })))
  const more = { name: 'Vip', role: 'admin', tier: 2, referrer_id: id }
  const vip = (await make({ email: newEmail(), password: 'a-lantern', ...more })).body
  for (const [key, value] of Object.entries(more)) assert.equal(vip[key], value)
  const unknown = await make({ email: newEmail(), password: 'a-lantern', referrer_id: 'x' })
  assertProblem(unknown, 404, 'No such user')
  assertProblem(await make({ email: email.toUpperCase(), password: 'a-lantern' }), 409, 'User already exists')
})

test('each field of a new account is looked at', async () => {
  const good = { email: newEmail(), password: 'a-lantern' }
  assertWrong(await make({}), 'missing email', 'missing password')
  assertWrong(await make({ ...good, role: 'owner' }), 'literal_error role')
  assertWrong(await make({ ...good, role: 7 }), 'string_type role')
  assertWrong(await make({ ...good, tier: '1' }), 'int_type tier')
  assertWrong(await make({ ...good, tier: 1.5 }), 'int_type tier')
  assertWrong(await make({ ...good, tier: 3 }), 'less_than_equal tier')
  assertWrong(await make({ ...good, tier: -1 }), 'greater_than_equal tier')
  assertWrong(await make({ ...good, referrer_id: 7 }), 'string_type referrer_id')
  assertWrong(
    await make({ ...good, name: '', password: '1', email: 'x' }),
    'value_error email',
    'string_too_short password',
    'string_too_short name',
  )
})

test('of two who are made with one address at once one is', async () => {
  const body = { email: newEmail(), password: 'a-lantern' }
  const answers = await Promise.all([make(body), make(body)])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
})

test('one account by its id; none by another', async () => {
  const person = await newcomer(server)
  assert.equal((await read(person.id)).body.email, person.email)
  for (const id of ['x', '1', '019a0000-0000-7000-8000-000000000000']) {
    assertProblem(await read(id), 404, 'No such user')
    assertProblem(await change(id, { name: 'x' }), 404, 'No such user')
  }
})

test('accounts of other realms are not there', async () => {
  const operator = server.visitor()
  const setUp = { name: 'Op', email: 'op@example.com', password: 'sunflower-kettle-94' }
  const { uid } = (await operator.post('/api/setup', setUp)).body.account
  assert.ok(uid)
  assertProblem(await read(uid), 404, 'No such user')
  assertProblem(await change(uid, { name: 'x' }), 404, 'No such user')
  assert.equal((await remove(uid)).text, 'true')
  assert.equal((await operator.get('/api/account')).status, 200)
})

test('what is given is changed, and the rest stays', async () => {
  const person = await newcomer(server)
  const changes = { name: 'New', role: 'admin', tier: 1, extra: { a: [1] } }
  const answer = await change(person.id, changes)
  assert.equal(answer.text, 'true')
  const { name, role, tier, extra, email } = (await read(person.id)).body
  assert.deepEqual({ name, role, tier, extra }, changes)
  assert.equal(email, person.email)
  assert.equal((await change(person.id, {})).text, 'true')
  assert.equal((await change(person.id, { name: null, role: 'user' })).text, 'true')
  assert.deepEqual((await read(person.id)).body.extra, { a: [1] })
  assert.equal((await read(person.id)).body.name, null)
})

test('a new password ends the sessions of its account; shutting it out does, and letting it in again lets it in', async () => {
  const person = await newcomer(server)
  assert.equal((await change(person.id, { password: 'another-lantern' })).text, 'true')
  assertUnauthorized(await server.visitor().get(`${AUTH}/me`, bearer(person.token)))
  assert.match((await server.smtp.waitForMail(person.email)).subject, /password was changed/i)
  const token = await tokenOf(server, { email: person.email, password: 'another-lantern' })
  await change(person.id, { is_active: false })
  assertProblem(await server.visitor().get(`${AUTH}/me`, bearer(token)), 403, 'User is inactive')
  await change(person.id, { is_active: true })
  assert.equal(await isLive(server, token), false)
  await tokenOf(server, { email: person.email, password: 'another-lantern' })
})

test('each field of a change is looked at, and nothing changes by half', async () => {
  const person = await newcomer(server)
  assertWrong(await change(person.id, { name: 'Half', password: '1' }), 'string_too_short password')
  assertWrong(await change(person.id, { is_active: 'no' }), 'bool_type is_active')
  assertWrong(await change(person.id, { extra: [] }), 'dict_type extra')
  assertWrong(await change(person.id, { role: 'owner' }), 'literal_error role')
  assert.equal((await read(person.id)).body.name, null)
})

test('of oneself role and is_active stay, and the password is not changed without the old one', async () => {
  assert.equal((await change(bossId, { role: 'user', is_active: false, name: 'The Boss' })).text, 'true')
  const { role, is_active, name } = (await read(bossId)).body
  assert.deepEqual({ role, is_active, name }, { role: 'admin', is_active: true, name: 'The Boss' })
  assertProblem(await change(bossId, { password: 'another-lantern' }), 403, 'Forbidden')
  await tokenOf(server, boss)
})

test('deleting is at once, and true again; never oneself', async () => {
  const person = await newcomer(server)
  const guest = await newcomer(server, await referrerOf(server, person.token))
  assert.equal((await remove(person.id)).text, 'true')
  assert.equal((await remove(person.id)).text, 'true')
  assert.equal((await remove('x')).text, 'true')
  assertProblem(await read(person.id), 404, 'No such user')
  assertUnauthorized(await server.visitor().get(`${AUTH}/me`, bearer(person.token)))
  assert.equal((await read(guest.id)).body.referrer_id, null)
  assertProblem(await remove(bossId), 403, 'You are not allowed to delete your own account')
})

test('a role that was taken away opens nothing any more, whatever the token says', async () => {
  const email = newEmail()
  const { id } = (await make({ email, password: 'a-lantern', role: 'admin' })).body
  const token = await tokenOf(server, { email, password: 'a-lantern' })
  assert.equal((await server.visitor().get(`${API}/users`, bearer(token))).status, 200)
  await change(id, { role: 'user' })
  assertProblem(await server.visitor().get(`${API}/users`, bearer(token)), 403, 'Forbidden')
})

test('of two admins who demote, shut out or delete each other at once one stays', async () => {
  for (const act of ['demote', 'shut', 'delete'] as const) {
    const alone = await startReferral()
    try {
      const token = await tokenOf(alone, boss)
      const other = { email: newEmail(), password: 'a-lantern', role: 'admin' }
      const made = await alone.visitor().post(`${API}/user`, other, bearer(token))
      const pairs = [
        { by: token, id: made.body.id },
        { by: await tokenOf(alone, other), id: claimsOf(token).sub },
      ]
      await Promise.all(
        pairs.map(({ by, id }) => {
          const path = `${API}/user/${id}`
          if (act === 'delete') return alone.visitor().delete(path, bearer(by))
          return alone
            .visitor()
            .put(path, act === 'shut' ? { is_active: false } : { role: 'user' }, bearer(by))
        }),
      )
      const statuses = await Promise.all(
        pairs.map(async ({ by }) => (await alone.visitor().get(`${API}/users`, bearer(by))).status),
      )
      assert.equal(statuses.filter((status) => status === 200).length, 1, `${act}: ${statuses}`)
    } finally {
      await alone.close()
    }
  }
})
