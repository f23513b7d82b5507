import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import {
  assertInput,
  assertInvalid,
  assertNotFound,
  assertOk,
  assertProblem,
  assertUnauthorized,
  assertUnreadable,
  BASE,
  bearer,
  login,
  me,
  newcomer,
  newUser,
  OTHER_PASSWORD,
  PASSWORD,
  type Person,
  race,
  register,
  signIn,
  startCrm,
} from './support.ts'

let server: TestServer
let admin: Person
before(async () => {
  server = await startCrm()
  admin = await newcomer(server)
})
after(() => server.close())

test('the current user, with nothing but what the document shows', async () => {
  const { visitor, username, email } = await newcomer(server)
  const { id, created_at, updated_at, ...body } = assertOk(await me(visitor))
  assert.deepEqual(body, {
    username,
    email,
    language: 'en',
    date_format: 'eu',
    is_admin: false,
    custom_field_names: null,
    enabled_contact_fields: null,
  })
  assert.ok(Number.isInteger(id))
  for (const at of [created_at, updated_at])
    assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?Z$/)
})

test('language and date format, which the next login tells', async () => {
  const { visitor, email } = await newcomer(server)
  const language = assertOk(await visitor.patch(`${BASE}/users/language`, { language: 'de' }))
  assert.deepEqual([Object.keys(language), language.language], [['message', 'language'], 'de'])
  const date = assertOk(await visitor.patch(`${BASE}/users/date-format`, { date_format: 'us' }))
  assert.deepEqual([Object.keys(date), date.date_format], [['message', 'date_format'], 'us'])
  assert.deepEqual(assertOk(await login(visitor, email)), { language: 'de', date_format: 'us' })
  const { body } = await me(visitor)
  assert.deepEqual([body.language, body.date_format], ['de', 'us'])
  for (const [path, key] of [
    ['language', 'language'],
    ['date-format', 'date_format'],
  ] as const) {
    for (const wrong of [
      '',
      '{}',
      'x',
      `{"${key}":"it"}`,
      `{"${key}":1}`,
      `{"${key}":""}`,
      `{"${key}":null}`,
    ]) {
      assertInput(await visitor.patch(`${BASE}/users/${path}`, undefined, { body: wrong }), key)
    }
  }
  assert.equal((await me(visitor)).body.language, 'de')
})

test('names of custom fields are kept in their order, doubled and blank ones too', async () => {
  const { visitor } = await newcomer(server)
  const path = `${BASE}/users/custom-fields`
  assert.deepEqual(assertOk(await visitor.get(path)), { custom_field_names: [] })
  const names = ['Shoe size', '', 'Shoe size', 'x'.repeat(100)]
  const answer = assertOk(await visitor.patch(path, { names }))
  assert.deepEqual(answer.custom_field_names, names)
  assert.ok(answer.message)
  assert.deepEqual(assertOk(await visitor.get(path)), { custom_field_names: names })
  assert.deepEqual((await me(visitor)).body.custom_field_names, names)
  assert.deepEqual(
    assertInvalid(await visitor.patch(path, { names: ['a', 'x'.repeat(101), 'b', 'y'.repeat(101)] })),
    ['Names[1]', 'Names[3]'],
  )
  assertUnreadable(await visitor.patch(path, { names: [1] }))
  assertUnreadable(await visitor.patch(path, { names: 'a' }))
  assert.deepEqual((await me(visitor)).body.custom_field_names, names)
  assert.equal(assertOk(await visitor.patch(path, {})).custom_field_names, null)
  assert.deepEqual(assertOk(await visitor.get(path)), { custom_field_names: [] })
})

test('which fields of contacts are shown, and two preferences at once', async () => {
  const { visitor } = await newcomer(server)
  const path = `${BASE}/users/enabled-contact-fields`
  assert.deepEqual(assertOk(await visitor.get(path)), { enabled_contact_fields: null })
  const fields = ['emails', 'nonsense']
  await Promise.all([
    visitor.patch(path, { fields }),
    visitor.patch(`${BASE}/users/custom-fields`, { names: ['Hat'] }),
    visitor.patch(`${BASE}/users/date-format`, { date_format: 'us' }),
  ])
  assert.deepEqual(assertOk(await visitor.get(path)), { enabled_contact_fields: fields })
  const { body } = await me(visitor)
  assert.deepEqual([body.custom_field_names, body.date_format], [['Hat'], 'us'])
  assert.deepEqual(assertInvalid(await visitor.patch(path, { fields: ['x'.repeat(51)] })), ['Fields[0]'])
  assertUnreadable(await visitor.patch(path, { fields: {} }))
  assert.equal(assertOk(await visitor.patch(path, { fields: null })).enabled_contact_fields, null)
})

test('changing the password ends all sessions but the one that did it', async () => {
  const person = await newcomer(server)
  const elsewhere = await signIn(server.visitor(), person)
  const change = (current_password: unknown, new_password: unknown) =>
    person.visitor.post(`${BASE}/users/change-password`, { current_password, new_password })
  assertInput(await change('wrong', OTHER_PASSWORD), 'current_password')
  assertInput(await change(PASSWORD, PASSWORD), 'new_password')
  assert.deepEqual(assertInvalid(await change(PASSWORD, 'weak')), ['NewPassword'])
  assert.deepEqual(assertInvalid(await change('', '')), ['CurrentPassword', 'NewPassword'])
  assert.deepEqual(assertInvalid(await change(PASSWORD, `xY3-${'ä'.repeat(35)}`)), [])
  assertUnreadable(await change(1, OTHER_PASSWORD))
  assertOk(await me(server.visitor(), bearer(elsewhere)))
  assert.deepEqual(Object.keys(assertOk(await change(PASSWORD, OTHER_PASSWORD))), ['message'])
  assertOk(await me(person.visitor))
  assertUnauthorized(await me(server.visitor(), bearer(elsewhere)))
  assertProblem(await login(server.visitor(), person.email), 401, 'INVALID_CREDENTIALS')
  assertOk(await login(server.visitor(), person.email, OTHER_PASSWORD))
})

const users = (id: number | string = '') => `${BASE}/admin/users${id === '' ? '' : `/${id}`}`
const idOf = async ({ visitor }: Person): Promise<number> => (await me(visitor)).body.id

test('an admin lists accounts by id, page by page', async () => {
  await newcomer(server)
  await newcomer(server)
  const all = assertOk(await admin.visitor.get(users()))
  assert.deepEqual([all.page, all.limit, all.total_pages], [1, 25, Math.ceil(all.total / 25)])
  const ids = all.users.map(({ id }: { id: number }) => id)
  assert.deepEqual(
    ids,
    ids.toSorted((a: number, b: number) => a - b),
  )
  assert.deepEqual(Object.keys(all.users[0]).toSorted(), [
    ...['created_at', 'date_format', 'email', 'id', 'is_admin', 'language', 'updated_at', 'username'],
  ])
  const second = assertOk(await admin.visitor.get(`${users()}?page=2&limit=2`))
  assert.deepEqual(second.users, all.users.slice(2, 4))
  assert.equal(second.total_pages, Math.ceil(all.total / 2))
  for (const [query, page, limit] of [
    ['page=0&limit=0', 1, 25],
    ['page=-1&limit=x', 1, 25],
    ['page=1.5&limit=1000', 1, 100],
    ['page=999999999999999&limit=1', 1_000_000_000, 1],
    ['page=2&page=3', 2, 25],
  ] as const) {
    const answer = assertOk(await admin.visitor.get(`${users()}?${query}`))
    assert.deepEqual([answer.page, answer.limit], [page, limit], query)
  }
})

test('an admin changes somebody, all or nothing', async () => {
  const person = await newcomer(server)
  const id = await idOf(person)
  assert.equal(assertOk(await admin.visitor.get(users(id))).email, person.email)
  const before = assertOk(await admin.visitor.patch(users(id), {}))
  assert.equal(before.username, person.username)
  const name = newUser()
  const changes = { username: ` ${name.username.toUpperCase()}`, email: name.email, password: OTHER_PASSWORD }
  const changed = assertOk(await admin.visitor.patch(users(id), { ...changes, is_admin: true }))
  assert.deepEqual([changed.username, changed.email, changed.is_admin], [name.username, name.email, true])
  assertUnauthorized(await me(person.visitor))
  assertOk(await login(person.visitor, name.username, OTHER_PASSWORD))
  assertProblem(await login(server.visitor(), person.email, OTHER_PASSWORD), 401, 'INVALID_CREDENTIALS')
  assertOk(await person.visitor.get(users()))
  assertOk(await admin.visitor.patch(users(id), { is_admin: false }))
  assertProblem(await person.visitor.get(users()), 403, 'FORBIDDEN')
  const taken = { username: 'whoever else', email: admin.email }
  for (const wrong of [taken, { username: admin.username }]) {
    const details = assertProblem(await admin.visitor.patch(users(id), wrong), 409, 'ALREADY_EXISTS')
    assert.deepEqual(details, { field: 'username or email' })
  }
  assert.equal(assertOk(await admin.visitor.get(users(id))).username, name.username)
  const wrong = { username: 'a@b', email: 'x', password: '' }
  assert.deepEqual(assertInvalid(await admin.visitor.patch(users(id), wrong)), [
    'Email',
    'Password',
    'Username',
  ])
  assert.deepEqual(assertInvalid(await admin.visitor.patch(users(id), { password: 'weak' })), ['Password'])
  assertUnreadable(await admin.visitor.patch(users(id), { is_admin: 'yes' }))
})

test('nobody takes their own flag or deletes themselves, and the last admin stays', async () => {
  const id = await idOf(admin)
  assertProblem(await admin.visitor.patch(users(id), { is_admin: false }), 403, 'FORBIDDEN')
  assertProblem(await admin.visitor.patch(users(id), { password: OTHER_PASSWORD }), 403, 'FORBIDDEN')
  assertProblem(await admin.visitor.delete(users(id)), 403, 'FORBIDDEN')
  const second = await newcomer(server)
  assertOk(await admin.visitor.patch(users(await idOf(second)), { is_admin: true }))
  // Each the other, at once: one of them stays.
  const own = await idOf(second)
  const answers = await Promise.all([
    admin.visitor.patch(users(own), { is_admin: false }),
    second.visitor.patch(users(id), { is_admin: false }),
  ])
  const statuses = answers.map(({ status }) => status).toSorted()
  assert.deepEqual(statuses, [200, 403])
  const survivor = answers[0]?.status === 200 ? admin : second
  const other = survivor === admin ? second : admin
  assertOk(await survivor.visitor.patch(users(await idOf(other)), { is_admin: true }))
})

test('an admin erases somebody once; the name stays taken', async () => {
  const person = await newcomer(server)
  const id = await idOf(person)
  assert.deepEqual(await race(3, () => admin.visitor.delete(users(id))), { 200: 1, 404: 2 })
  assertNotFound(await admin.visitor.get(users(id)))
  assertNotFound(await admin.visitor.patch(users(id), {}))
  assertUnauthorized(await me(person.visitor))
  assertProblem(
    await register(server.visitor(), newUser({ username: person.username })),
    409,
    'ALREADY_EXISTS',
  )
})

test('an id that is none, and who is no admin', async () => {
  const person = await newcomer(server)
  for (const id of ['x', '1.5', '-1', '0', '1e3', '9'.repeat(20)]) {
    assertInput(await admin.visitor.get(users(id)), 'id')
    assertInput(await admin.visitor.patch(users(id), {}), 'id')
    assertInput(await admin.visitor.delete(users(id)), 'id')
  }
  assertNotFound(await admin.visitor.get(users(999_999)))
  for (const id of ['x', 999_999, await idOf(person), await idOf(admin)]) {
    assertProblem(await person.visitor.get(users(id)), 403, 'FORBIDDEN')
    assertProblem(await person.visitor.patch(users(id), { is_admin: true }), 403, 'FORBIDDEN')
    assertProblem(await person.visitor.delete(users(id)), 403, 'FORBIDDEN')
  }
  assert.equal((await me(person.visitor)).body.is_admin, false)
})

test('an API token of the account page works here, as far as its scopes go, and never for admins', async () => {
  const web = server.visitor()
  assertOk(await web.post('/api/sign-in/password', { identifier: admin.email, password: PASSWORD }))
  const make = async (scopes: string[]) => {
    const { body } = await web.post('/api/account/tokens', { name: 'x', scopes, password: PASSWORD })
    return bearer(body.token)
  }
  const reading = await make(['account:read', 'admin:write'])
  const stranger = server.visitor()
  assert.equal(assertOk(await me(stranger, reading)).email, admin.email)
  assertProblem(await stranger.patch(`${BASE}/users/language`, { language: 'de' }, reading), 403, 'FORBIDDEN')
  assertProblem(await stranger.get(users(), reading), 403, 'FORBIDDEN')
  const writing = await make(['account:write'])
  assertOk(await stranger.patch(`${BASE}/users/language`, { language: 'de' }, writing))
  const change = { current_password: PASSWORD, new_password: OTHER_PASSWORD }
  assertProblem(await stranger.post(`${BASE}/users/change-password`, change, writing), 403, 'FORBIDDEN')
})
