/** Our API stands once for each realm: the same routes, other people. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import { accountOf, assertOk, assertProblem, newAddress, PASSWORD, setUp } from './support.ts'

const SALON = '/api/realms/salon'
const HOURS = [
  { dayOfWeek: 1, openTime: '09:00', closeTime: '18:00', isClosed: false },
  { dayOfWeek: 0, openTime: null, closeTime: null, isClosed: true },
]
const PLACE = {
  name: 'Curls',
  email: 'hi@curls.example',
  phone: '020',
  address: 'Dam 1',
  openingHours: HOURS,
}

let server: TestServer
let operator: Visitor
let owner: Visitor
const ownerEmail = newAddress('owner')
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server)
})
after(() => server.close())

test('set-up of a realm with a place asks for the place, and one of fifty at once wins', async () => {
  const start = await server.visitor().get(`${SALON}/start`)
  assertOk(start)
  const { realm, setupDue, placeDue, signUp } = start.body
  assert.deepEqual([realm, setupDue, placeDue, signUp], ['salon', true, true, 'closed'])
  assert.equal((await server.visitor().get('/api/start')).body.placeDue, false)
  const wrong = { ...PLACE, openingHours: [{ ...HOURS[0], openTime: '19:00' }] }
  const person = { name: 'Olivia', email: ownerEmail, password: PASSWORD }
  const facts = { index: 0, field: 'openTime', reason: 'order' }
  const refused = await server.visitor().post(`${SALON}/setup`, { ...person, place: wrong })
  assertProblem(refused, 422, 'opening_hours_not_valid', facts)
  const people = Array.from({ length: 50 }, () => server.visitor())
  const answers = await Promise.all(
    people.map((visitor, i) => {
      const email = i === 0 ? ownerEmail : newAddress()
      return visitor.post(`${SALON}/setup`, { ...person, email, place: { ...PLACE, name: ` Curls ${i} ` } })
    }),
  )
  const winner = answers.findIndex(({ status }) => status === 201)
  assert.equal(answers.filter(({ status }) => status === 201).length, 1)
  for (const answer of answers) if (answer.status !== 201) assertProblem(answer, 409, 'setup_done')
  owner = people[winner] ?? assert.fail()
  const { place } = (await owner.get(`${SALON}/admin/place`)).body
  assert.deepEqual(place, { ...PLACE, name: `Curls ${winner}` })
})

test('a realm’s session is a cookie of its own, and opens neither another realm nor the realm’s other apps', async () => {
  const { email } = (await owner.get(`${SALON}/account`)).body.account
  const visitor = server.visitor()
  const answer = await visitor.post(`${SALON}/sign-in/password`, { identifier: email, password: PASSWORD })
  assertOk(answer)
  assert.match(answer.headers.get('set-cookie') ?? '', /latchkey-salon=/)
  assertOk(await visitor.get(`${SALON}/account`))
  assertProblem(await visitor.get('/api/account'), 401, 'signed_out')
  assertProblem(await visitor.get('/api/realms/starter/account'), 401, 'signed_out')
  const [, token = ''] = /latchkey-salon=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '') ?? []
  for (const path of ['/api/account', '/api/realms/starter/account', '/salon/api/auth/users']) {
    const headers = { authorization: `Bearer ${token}`, cookie: `latchkey=${token}; token=${token}` }
    assert.equal((await server.visitor().send('GET', path, { headers })).status, 401, path)
  }
  const credentials = { identifier: email, password: PASSWORD }
  assertProblem(await server.visitor().post('/api/sign-in/password', credentials), 401, 'credentials_wrong')
})

test('one browser is signed in to two realms at once', async () => {
  const { email } = (await owner.get(`${SALON}/account`)).body.account
  assertOk(await operator.post(`${SALON}/sign-in/password`, { identifier: email, password: PASSWORD }))
  assert.equal((await operator.get(`${SALON}/account`)).body.account.email, email)
  assert.notEqual((await accountOf(operator)).email, email)
  assertOk(await operator.post(`${SALON}/sign-out`))
  assertProblem(await operator.get(`${SALON}/account`), 401, 'signed_out')
  assertOk(await operator.get('/api/account'))
})

test('operators run every realm, and a realm’s own admins theirs alone', async () => {
  const names = async (visitor: Visitor, base: string) =>
    (await visitor.get(`${base}/admin/realms`)).body.realms.map(({ name }: { name: string }) => name)
  const all = await names(operator, '/api')
  for (const name of ['main', 'starter', 'salon']) assert.ok(all.includes(name), name)
  assert.deepEqual(await names(owner, SALON), ['salon'])
  // The first admin of `referral` is made with the password that its document names.
  const { realms } = (await operator.get('/api/admin/realms')).body
  const open = realms.filter(({ defaultPassword }: any) => defaultPassword).map(({ name }: any) => name)
  assert.deepEqual(open, ['referral'])

  const uid = (await owner.get(`${SALON}/account`)).body.account.uid
  const { uid: operatorUid } = await accountOf(operator)
  const seen = await operator.get('/api/admin/accounts?realm=salon')
  assertOk(seen)
  assert.deepEqual(
    seen.body.accounts.map((account: any) => [account.uid, account.realm]),
    [[uid, 'salon']],
  )
  for (const query of ['?realm=main', '?realm=nowhere']) {
    for (const path of ['accounts', 'referrals', 'mails']) {
      assertProblem(await owner.get(`${SALON}/admin/${path}${query}`), 404, 'not_found')
    }
  }
  assertProblem(await owner.get(`${SALON}/admin/accounts/${operatorUid}`), 404, 'not_found')
  assertProblem(await owner.post(`${SALON}/admin/accounts/${operatorUid}/disable`), 404, 'not_found')
  const person = { email: newAddress(), name: 'Eve', role: 'admin', realm: 'main' }
  assertProblem(await owner.post(`${SALON}/admin/accounts`, person), 404, 'not_found')
  const made = await operator.post('/api/admin/accounts', { ...person, realm: 'salon', role: 'staff' })
  assertOk(made, 201)
  assert.equal(made.body.account.realm, 'salon')
  const mail = await server.smtp.waitForMail(person.email)
  assert.match(mail.text, new RegExp(`${server.url}/realms/salon/sign-in`))
})

test('a place is read and changed by its admins, whole or not at all', async () => {
  const changed = { ...PLACE, name: ' Waves ', email: null, phone: '  ', openingHours: [] }
  const answer = await owner.put(`${SALON}/admin/place`, changed)
  assertOk(answer)
  assert.deepEqual(answer.body.place, { ...PLACE, name: 'Waves', email: null, phone: null, openingHours: [] })
  assert.deepEqual((await operator.get('/api/admin/place?realm=salon')).body, answer.body)
  for (const [openingHours, facts] of [
    [[HOURS[0], HOURS[0]], { index: 1, field: 'dayOfWeek', reason: 'twice' }],
    [[{ ...HOURS[0], dayOfWeek: 7 }], { index: 0, field: 'dayOfWeek', reason: 'range' }],
    [[{ ...HOURS[0], closeTime: '25:00' }], { index: 0, field: 'closeTime', reason: 'time' }],
    [[{ ...HOURS[0], openTime: null }], { index: 0, field: 'openTime', reason: 'time' }],
    [[{ ...HOURS[0], closeTime: '09:00' }], { index: 0, field: 'openTime', reason: 'order' }],
  ] as const) {
    const refused = await owner.put(`${SALON}/admin/place`, { ...PLACE, openingHours })
    assertProblem(refused, 422, 'opening_hours_not_valid', facts)
  }
  assert.deepEqual((await owner.get(`${SALON}/admin/place`)).body, answer.body)
  assertProblem(await operator.get('/api/admin/place'), 404, 'not_found')
  assertProblem(await operator.put('/api/admin/place?realm=starter', PLACE), 404, 'not_found')
  assertProblem(await server.visitor().get(`${SALON}/admin/place`), 401, 'signed_out')
  const staff = server.visitor()
  assertProblem(await staff.put(`${SALON}/admin/place`, PLACE), 401, 'signed_out')
})

test('a realm that is not there has no API', async () => {
  assert.equal((await server.visitor().get('/api/realms/nowhere/start')).status, 404)
  assert.equal((await server.visitor().post('/api/realms/main/sign-in/password', {})).status, 404)
})
