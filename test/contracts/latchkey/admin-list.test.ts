import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import { accountOf, assertOk, assertProblem, newAddress, PASSWORD, setUp, signIn, signUp } from './support.ts'

let server: TestServer
let operator: Visitor
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server)
})
after(() => server.close())

const list = async (query = '', visitor = operator): Promise<{ accounts: any[]; total: number }> => {
  const answer = await visitor.get(`/api/admin/accounts${query}`)
  assertOk(answer)
  return answer.body
}
const namesIn = async (query: string) => (await list(query)).accounts.map(({ name }) => name)

const create = (json: object, visitor = operator) => visitor.post('/api/admin/accounts', json)
const changeRole = (uid: string, role: string, visitor = operator) =>
  visitor.send('PATCH', `/api/admin/accounts/${uid}`, { json: { role } })
const signOut = (uid: string, visitor = operator) => visitor.post(`/api/admin/accounts/${uid}/sign-out`)

const temporaryIn = (text: string): string =>
  text.match(/^\s*([A-Za-z2-9]{12})\s*$/m)?.[1] ?? assert.fail(text)

test('an account is found by the first letters of words of its name, username and address, all of them', async () => {
  for (const [name, local] of [
    ['Åsa Öberg', 'asa.o'],
    ['Asa Lindgren', 'lindgren'],
    ['ann-sofie', 'sofie'],
    ['Ελένη', 'eleni'],
  ] as const) {
    assertOk(await create({ email: `${local}@nordic.example`, name, role: 'user' }), 201)
  }
  for (const [search, names] of [
    ['asa', ['Åsa Öberg', 'Asa Lindgren']],
    ['ÅSA', ['Åsa Öberg', 'Asa Lindgren']],
    ['asa ob', ['Åsa Öberg']],
    ['ob asa', ['Åsa Öberg']],
    ['lind', ['Asa Lindgren']],
    ['indgren', []],
    ['sofie@nord', ['ann-sofie']],
    ['ελενη', ['Ελένη']],
    ['nordic', ['Åsa Öberg', 'Asa Lindgren', 'ann-sofie', 'Ελένη']],
    ["'; drop table account", []],
    ['%', []],
    ['_', []],
    ['*', []],
  ] as const) {
    assert.deepEqual(await namesIn(`?search=${encodeURIComponent(search)}`), names, search)
  }
  const all = await list()
  assert.equal((await list('?search=')).total, all.total)
  assert.equal((await list('?search=%20%20')).total, all.total)
})

test('a new name, username or address is found, the old one no more', async () => {
  const visitor = await signUp(server, newAddress(), { name: 'Quirin Before' })
  assert.deepEqual(await namesIn('?search=quirin'), ['Quirin Before'])
  assertOk(await visitor.send('PATCH', '/api/account', { json: { name: 'Zoltan', username: 'zolly77' } }))
  assert.deepEqual(await namesIn('?search=quirin'), [])
  assert.deepEqual(await namesIn('?search=zolly'), ['Zoltan'])
  assertOk(await visitor.send('PATCH', '/api/account', { json: { name: null } }))
  assert.deepEqual(await namesIn('?search=zoltan'), [])
})

test('by role and state, sorted by name or age, page by page', async () => {
  for (const name of ['bb page', 'Aa page', 'cc page']) {
    assertOk(await create({ email: newAddress(), name, role: 'staff' }), 201)
  }
  assert.deepEqual(await namesIn('?search=page&sort=name'), ['Aa page', 'bb page', 'cc page'])
  assert.deepEqual(await namesIn('?search=page&sort=-name'), ['cc page', 'bb page', 'Aa page'])
  assert.deepEqual(await namesIn('?search=page'), ['bb page', 'Aa page', 'cc page'])
  assert.deepEqual(await namesIn('?search=page&sort=-created'), ['cc page', 'Aa page', 'bb page'])
  const page = await list('?search=page&sort=name&offset=1&limit=1')
  assert.deepEqual([page.accounts.map(({ name }) => name), page.total], [['bb page'], 3])
  assert.deepEqual(await list('?search=page&offset=3'), { accounts: [], total: 3 })
  assert.equal((await list('?role=staff&search=page')).total, 3)
  assert.equal((await list('?role=admin&search=page')).total, 0)
  const [{ uid }] = page.accounts
  assertOk(await operator.post(`/api/admin/accounts/${uid}/disable`))
  assert.deepEqual(await namesIn('?search=page&status=disabled'), ['bb page'])
  assert.deepEqual(await namesIn('?search=page&status=active&sort=name'), ['Aa page', 'cc page'])
  const { disabledAt } = (await operator.get(`/api/admin/accounts/${uid}`)).body.account
  assert.ok(disabledAt <= server.clock.now())
})

test('what the query may not be is refused by its name', async () => {
  for (const [query, field] of [
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=x', 'limit'],
    ['offset=-1', 'offset'],
    ['sort=email', 'sort'],
    ['role=god', 'role'],
    ['status=gone', 'status'],
    [`search=${'a'.repeat(201)}`, 'search'],
  ] as const) {
    const answer = await operator.get(`/api/admin/accounts?${query}`)
    assert.equal(answer.status, 400, query)
    assert.deepEqual(Object.keys(answer.body.fields), [field])
  }
})

test('an account that an admin makes gets a temporary password, and does nothing else until it is changed', async () => {
  const email = newAddress()
  const answer = await create({ email, name: 'Stef', role: 'staff' })
  assertOk(answer, 201)
  const { account } = answer.body
  assert.deepEqual([account.role, account.realm, account.passwordChangeDue], ['staff', 'main', true])
  const temporary = temporaryIn((await server.smtp.waitForMail(email)).text)
  const stef = await signIn(server, email, temporary)
  assertOk(await stef.get('/api/account'))
  for (const path of ['/api/account/sessions', '/api/account/tokens', '/api/account/invitations']) {
    assertProblem(await stef.get(path), 403, 'password_change_due')
  }
  const same = { currentPassword: temporary, newPassword: temporary }
  assertProblem(await stef.put('/api/account/password', same), 422, 'password_same')
  assertOk(await stef.put('/api/account/password', { currentPassword: temporary, newPassword: PASSWORD }))
  assertOk(await stef.get('/api/account/sessions'))
  assertProblem(await create({ email, name: 'Twice', role: 'user' }), 409, 'email_taken')
  assertProblem(await create({ email: 'no address', name: 'No', role: 'user' }), 422, 'email_not_valid')
})

test('a role is changed at once, and the last admin keeps theirs', async () => {
  const visitor = await signUp(server)
  const { uid } = await accountOf(visitor)
  const { uid: own } = await accountOf(operator)
  assertProblem(await visitor.get('/api/admin/accounts'), 403, 'forbidden')
  const answer = await changeRole(uid, 'admin')
  assertOk(answer)
  assert.equal(answer.body.account.role, 'admin')
  assertOk(await visitor.get('/api/admin/accounts'))
  assertOk(await changeRole(uid, 'user', visitor))
  assertProblem(await visitor.get('/api/admin/accounts'), 403, 'forbidden')
  for (const role of ['user', 'staff']) assertProblem(await changeRole(own, role), 409, 'last_admin')
  assertOk(await changeRole(own, 'admin'))
  for (const role of ['god', '', 'Admin']) assert.equal((await changeRole(uid, role)).status, 400)
})

test('of two admins who demote each other at once one stays', async () => {
  const other = await signUp(server)
  const { uid } = await accountOf(other)
  const { uid: own } = await accountOf(operator)
  for (let round = 0; round < 5; round++) {
    const isOperatorAdmin = (await accountOf(operator)).role === 'admin'
    const [admin, missing] = isOperatorAdmin ? [operator, uid] : [other, own]
    assertOk(await changeRole(missing, 'admin', admin))
    const answers = await Promise.all([changeRole(uid, 'user', operator), changeRole(own, 'user', other)])
    const statuses = answers.map(({ status }) => status).toSorted()
    assert.ok(['200,403', '200,409'].includes(String(statuses)), String(statuses))
  }
  if ((await accountOf(operator)).role !== 'admin') assertOk(await changeRole(own, 'admin', other))
  assertOk(await changeRole(uid, 'user'))
})

test('signing somebody out ends all their sessions, and they may sign in again', async () => {
  const email = newAddress()
  const visitor = await signUp(server, email)
  const second = await signIn(server, email)
  const { uid } = await accountOf(visitor)
  const answer = await signOut(uid)
  assertOk(answer)
  assert.deepEqual(answer.body, { sessionsEnded: 2 })
  for (const one of [visitor, second]) assertProblem(await one.get('/api/account'), 401, 'signed_out')
  await signIn(server, email)
})

test('nobody and no user learns or changes anything, whatever the id', async () => {
  const visitor = await signUp(server)
  const { uid } = await accountOf(operator)
  const role = { json: { role: 'admin' } }
  for (const id of [uid, crypto.randomUUID()]) {
    for (const ask of [
      (who: Visitor) => who.get(`/api/admin/accounts/${id}`),
      (who: Visitor) => who.send('PATCH', `/api/admin/accounts/${id}`, role),
      (who: Visitor) => signOut(id, who),
      (who: Visitor) => who.get('/api/admin/accounts'),
      (who: Visitor) => create({ email: newAddress(), name: 'x', role: 'admin' }, who),
      (who: Visitor) => who.get('/api/admin/realms'),
    ]) {
      assertProblem(await ask(server.visitor()), 401, 'signed_out')
      assertProblem(await ask(visitor), 403, 'forbidden')
    }
  }
  for (const id of [crypto.randomUUID(), 'x', '%00']) {
    assertProblem(await operator.get(`/api/admin/accounts/${id}`), 404, 'not_found')
    assertProblem(await changeRole(id, 'user'), 404, 'not_found')
    assertProblem(await signOut(id), 404, 'not_found')
  }
})
