import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStorage } from '../../../storage/database.ts'
import { findRealmProfile } from '../../../storage/realms.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { AUTH, assertInvalid, assertProblem, bearer, setUpBody } from './support.ts'

async function withServer(work: (server: TestServer) => Promise<void>, options = {}): Promise<void> {
  const server = await startLatchkey(options)
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

const done = (answer: Parameters<typeof assertProblem>[0]) =>
  assertProblem(answer, 400, 'Setup already completed', 'SETUP_DONE')

test('set-up is needed until the first account is made, and then never again', () =>
  withServer(async (server) => {
    const visitor = server.visitor()
    const before = await visitor.get(`${AUTH}/setup-status`)
    assert.deepEqual(before.body, { needsSetup: true })
    assert.equal(before.headers.get('cache-control'), 'no-store')

    const answer = await visitor.post(`${AUTH}/setup`, setUpBody)
    assert.equal(answer.status, 201)
    assert.deepEqual(Object.keys(answer.body), ['token', 'user'])
    assert.deepEqual(answer.body.user, { id: answer.body.user.id, name: 'Anna Admin', role: 'admin' })
    assert.equal(Number.isInteger(answer.body.user.id), true)
    assert.equal(answer.cookies.size, 0)

    assert.deepEqual((await visitor.get(`${AUTH}/setup-status`)).body, { needsSetup: false })
    done(await visitor.post(`${AUTH}/setup`, setUpBody))
    // Before the body is looked at.
    done(await visitor.post(`${AUTH}/setup`, { nonsense: true }))
    done(await visitor.post(`${AUTH}/setup`, {}))
    assert.equal((await visitor.get(`${AUTH}/users`, bearer(answer.body.token))).body.length, 1)
  }))

test('E7: of 50 who set up at once exactly one wins', () =>
  withServer(async (server) => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        server.visitor().post(`${AUTH}/setup`, { ...setUpBody, admin_email: `admin${i}@salon.example` }),
      ),
    )
    assert.equal(answers.filter(({ status }) => status === 201).length, 1)
    for (const answer of answers) if (answer.status !== 201) done(answer)
    const winner = answers.find(({ status }) => status === 201)
    const users = await server.visitor().get(`${AUTH}/users`, bearer(winner?.body.token))
    assert.equal(users.body.length, 1)
  }))

test("the salon's own data is kept with its realm", () =>
  withServer(async (server) => {
    const opening_hours = [
      { day_of_week: 1, open_time: '09:00', close_time: '17:30', is_closed: false },
      { day_of_week: 0, is_closed: 1 },
    ]
    const salon = {
      salon_email: ' hi@salon.example ',
      salon_phone: '+31 20 123',
      salon_address: 'Kade 1',
      opening_hours,
    }
    const answer = await server.visitor().post(`${AUTH}/setup`, { ...setUpBody, ...salon })
    assert.equal(answer.status, 201, answer.text)
    const url = server.env.DATABASE_URL
    const storage = openStorage(
      url ? { kind: 'postgres', url } : { kind: 'sqlite', path: `${server.env.DATA_DIR}/latchkey.sqlite` },
    )
    try {
      const { id } = await storage.db
        .selectFrom('realm')
        .select('id')
        .where('name', '=', 'salon')
        .executeTakeFirstOrThrow()
      assert.deepEqual(await findRealmProfile(storage.db, id), {
        name: 'Salon Anna',
        email: 'hi@salon.example',
        phone: '+31 20 123',
        address: 'Kade 1',
        openingHours: [
          { dayOfWeek: 1, openTime: '09:00', closeTime: '17:30', isClosed: false },
          { dayOfWeek: 0, openTime: null, closeTime: null, isClosed: true },
        ],
      })
    } finally {
      await storage.close()
    }
  }))

test('a refused body changes nothing and names its fields', () =>
  withServer(async (server) => {
    const send = (changes: object) => server.visitor().post(`${AUTH}/setup`, { ...setUpBody, ...changes })
    for (const field of ['admin_name', 'admin_email', 'admin_password', 'salon_name']) {
      assertInvalid(await send({ [field]: undefined }), field)
      assertInvalid(await send({ [field]: 7 }), field)
      assertInvalid(await send({ [field]: null }), field)
    }
    assertInvalid(await send({ admin_name: '   ' }), 'admin_name')
    assertInvalid(await send({ admin_email: 'nobody' }), 'admin_email')
    assertInvalid(await send({ admin_password: 'short' }), 'admin_password')
    assertInvalid(await send({ admin_password: 'x'.repeat(129) }), 'admin_password')
    assertInvalid(await send({ salon_name: 'x'.repeat(201) }), 'salon_name')
    assertInvalid(await send({ salon_email: 'nobody' }), 'salon_email')
    assertInvalid(await send({ salon_phone: 'x'.repeat(51) }), 'salon_phone')
    assertInvalid(await send({ salon_address: 'x'.repeat(301) }), 'salon_address')
    assertInvalid(await send({ opening_hours: 'always' }), 'opening_hours')
    assert.deepEqual((await server.visitor().get(`${AUTH}/setup-status`)).body, { needsSetup: true })
    assert.equal((await send({ salon_email: '' })).status, 201)
  }))

test('opening hours that overlap, close before they open or are no times are refused by their field', () =>
  withServer(async (server) => {
    const send = (...opening_hours: object[]) =>
      server.visitor().post(`${AUTH}/setup`, { ...setUpBody, opening_hours })
    const monday = { day_of_week: 1, open_time: '09:00', close_time: '17:00', is_closed: false }
    assertInvalid(await send(monday, monday), 'opening_hours[1].day_of_week')
    assertInvalid(await send({ ...monday, day_of_week: 7 }), 'opening_hours[0].day_of_week')
    assertInvalid(await send({ ...monday, day_of_week: -1 }), 'opening_hours[0].day_of_week')
    assertInvalid(await send({ ...monday, open_time: '17:00' }), 'opening_hours[0].open_time')
    assertInvalid(await send({ ...monday, open_time: '18:00' }), 'opening_hours[0].open_time')
    assertInvalid(await send({ ...monday, open_time: '9:00' }), 'opening_hours[0].open_time')
    assertInvalid(await send({ ...monday, close_time: '24:00' }), 'opening_hours[0].close_time')
    assertInvalid(await send({ ...monday, close_time: null }), 'opening_hours[0].close_time')
    assertInvalid(await send(...Array.from({ length: 8 }, () => monday)), 'opening_hours')
    assertInvalid(await send({ ...monday, day_of_week: '1' }), 'opening_hours')
    assert.deepEqual((await server.visitor().get(`${AUTH}/setup-status`)).body, { needsSetup: true })
  }))

test('where others can reach the server, set-up asks for the code on its console', () =>
  withServer(
    async (server) => {
      const visitor = server.visitor()
      const refused = await visitor.post(`${AUTH}/setup`, setUpBody)
      assert.equal(refused.status, 403)
      assert.equal(refused.body.details.code, 'SETUP_CODE_WRONG')
      const wrong = await visitor.post(`${AUTH}/setup`, setUpBody, { headers: { 'x-setup-code': 'guess' } })
      assert.equal(wrong.status, 403)
      const right = await visitor.post(`${AUTH}/setup`, setUpBody, {
        headers: { 'x-setup-code': 'on-the-console' },
      })
      assert.equal(right.status, 201)
    },
    { setupCode: 'on-the-console' },
  ))
