import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import {
  assertInvalid,
  assertNotFound,
  assertOk,
  assertProblem,
  assertUnreadable,
  BASE,
  newContact,
  newcomer,
  type Person,
  race,
  startCrm,
} from './support.ts'

const ACTIVITIES = `${BASE}/activities`
const dinner = { title: 'Dinner', date: '2026-01-02T00:00:00Z' }

let server: TestServer
let person: Person
let ann: any
let bob: any
before(async () => {
  server = await startCrm()
  person = await newcomer(server)
  ann = await newContact(person, { firstname: 'Ann', lastname: 'Hill', circles: ['Work'], phone: '12345' })
  bob = await newContact(person, { firstname: 'Bob', nickname: 'Bö' })
})
after(() => server.close())

const path = (id: unknown) => `${ACTIVITIES}/${id}`
const ofContact = (id: unknown) => `${BASE}/contacts/${id}/activities`
const make = async (values: object = {}, { visitor } = person) =>
  assertOk(await visitor.post(ACTIVITIES, { ...dinner, ...values })).activity
const names = (activity: any) => (activity.contacts ?? []).map(({ firstname }: any) => firstname)

test('an activity with everybody who took part: whole when written, brief when read', async () => {
  const made = await make({ description: 'Long', location: 'Home', contact_ids: [bob.ID, ann.ID], ID: 3 })
  const { ID, CreatedAt, UpdatedAt, contacts, ...rest } = made
  assert.deepEqual(rest, { ...dinner, description: 'Long', location: 'Home', DeletedAt: null })
  assert.deepEqual(names(made), ['Ann', 'Bob'])
  assert.equal(contacts[0].phone, '12345')
  const read = assertOk(await person.visitor.get(path(ID)))
  const [first] = read.contacts
  assert.deepEqual(
    [first.ID, first.firstname, first.lastname, first.circles],
    [ann.ID, 'Ann', 'Hill', ['Work']],
  )
  assert.equal(first.phone, '')
  const alone = await make()
  assert.deepEqual([alone.description, alone.location, alone.contacts], ['', '', undefined])
  const [ofBob] = assertOk(await person.visitor.get(ofContact(bob.ID))).activities
  assert.deepEqual([ofBob.ID, names(ofBob)], [ID, ['Ann', 'Bob']])
  const whole = assertOk(await person.visitor.get(`${BASE}/contacts/${bob.ID}`))
  assert.deepEqual([whole.activities[0].ID, whole.activities[0].contacts], [ID, undefined])
})

test('the list: newest first, with people if they are asked for, each activity once', async () => {
  const own = await newcomer(server)
  const [eva, eve] = [
    await newContact(own, { firstname: 'Eva' }),
    await newContact(own, { firstname: 'Evelyn' }),
  ]
  await make({ title: 'Old', date: '2020-01-01T00:00:00Z', contact_ids: [eva.ID, eve.ID] }, own)
  await make({ title: 'New', date: '2026-05-05T23:00:00-05:00', location: 'Café Müller' }, own)
  await make({ title: 'Mid', date: '2026-05-06T00:00:00Z', description: '50% off' }, own)
  const list = async (query: string) => {
    const page = assertOk(await own.visitor.get(`${ACTIVITIES}?${query}`))
    return { ...page, titles: page.activities.map(({ title }: any) => title).join() }
  }
  assert.equal((await list('')).titles, 'New,Mid,Old')
  assert.deepEqual((await list('')).activities.map(names), [[], [], []])
  assert.deepEqual((await list('include=contacts')).activities.map(names), [[], [], ['Eva', 'Evelyn']])
  assert.deepEqual((await list('include=people')).activities.map(names), [[], [], []])
  const searched = await list('search=ev')
  assert.deepEqual([searched.titles, searched.total], ['Old', 1])
  for (const [query, titles] of [
    ['search=EVELYN', 'Old'],
    ['search=muller', 'New'],
    ['search=%25', 'Mid'],
    ['search=new', 'New'],
    ['search=nobody', ''],
    ['fromDate=2026-05-05&toDate=2026-05-05', 'New'],
    ['fromDate=2026-05-06', 'Mid'],
    ['limit=1&page=2', 'Mid'],
  ] as const) {
    assert.equal((await list(query)).titles, titles, query)
  }
  assert.equal((await list('limit=1&page=2')).total, 3)
})

test('a PUT replaces; people stay, go, or are exactly those', async () => {
  const { ID } = await make({ description: 'x', contact_ids: [ann.ID] })
  const put = async (json: object) => assertOk(await person.visitor.put(path(ID), { ...dinner, ...json }))
  const kept = await put({ title: 'Lunch', contact_ids: null })
  assert.deepEqual([kept.title, kept.description, names(kept)], ['Lunch', '', ['Ann']])
  assert.equal(kept.contacts[0].phone, '12345')
  assert.deepEqual(names(await put({ contact_ids: [bob.ID] })), ['Bob'])
  assert.deepEqual(names(await put({ contact_ids: [] })), [])
  for (const contact_ids of [[ann.ID, 999_999], [ann.ID, ann.ID], [-1]]) {
    assertNotFound(await person.visitor.put(path(ID), { ...dinner, title: 'Not kept', contact_ids }))
    assertNotFound(await person.visitor.post(ACTIVITIES, { ...dinner, title: 'Not made', contact_ids }))
  }
  assert.equal(assertOk(await person.visitor.get(path(ID))).title, 'Dinner')
  assert.equal(assertOk(await person.visitor.get(`${ACTIVITIES}?search=not made`)).total, 0)
})

test('what is wrong is named; deleting is done once', async () => {
  const post = (json: unknown) => person.visitor.post(ACTIVITIES, json)
  assert.deepEqual(assertInvalid(await post({})), ['Date', 'Title'])
  const wrong = {
    title: 'x'.repeat(201),
    description: 'x'.repeat(2_001),
    location: 'x'.repeat(301),
    date: '0001-01-01T00:00:00Z',
  }
  assert.deepEqual(assertInvalid(await post(wrong)), ['Date', 'Description', 'Location', 'Title'])
  for (const changes of [{ title: 1 }, { date: '2026-01-02' }, { contact_ids: ['1'] }, { contact_ids: 1 }]) {
    assertUnreadable(await post({ ...dinner, ...changes }))
  }
  const { ID } = await make({ contact_ids: [ann.ID] })
  assert.deepEqual(await race(3, () => person.visitor.delete(path(ID))), { 200: 1, 404: 2 })
  for (const id of [ID, 'x', 0, 999_999]) {
    assert.deepEqual(assertNotFound(await person.visitor.get(path(id))), { id: String(id) })
    assertNotFound(await person.visitor.put(path(id), dinner))
    assert.deepEqual(assertInvalid(await person.visitor.put(path(id), {})), ['Date', 'Title'])
  }
  assertNotFound(await person.visitor.get(ofContact('x')))
  const list = assertOk(await person.visitor.get(ofContact(ann.ID))).activities
  assert.ok(!list.some((one: any) => one.ID === ID))
})

test('a contact that is deleted leaves its activities; they stay without it', async () => {
  const gone = await newContact(person, { firstname: 'Gone' })
  const { ID } = await make({ contact_ids: [gone.ID, ann.ID] })
  assertOk(await person.visitor.delete(`${BASE}/contacts/${gone.ID}`))
  assert.deepEqual(names(assertOk(await person.visitor.get(path(ID)))), ['Ann'])
  assertNotFound(await person.visitor.put(path(ID), { ...dinner, contact_ids: [gone.ID] }))
})

test('E1: activities of somebody else do not exist, and nobody of theirs took part', async () => {
  const other = await newcomer(server)
  const { ID } = await make({ contact_ids: [ann.ID] })
  const own = await make({}, other)
  const routes: [string, string, unknown?][] = [
    ['GET', path(ID)],
    ['PUT', path(ID), dinner],
    ['DELETE', path(ID)],
    ['GET', ofContact(ann.ID)],
    ['POST', ACTIVITIES, { ...dinner, contact_ids: [ann.ID] }],
    ['PUT', path(own.ID), { ...dinner, contact_ids: [ann.ID] }],
  ]
  for (const [method, at, json] of routes) {
    assertNotFound(await other.visitor.send(method, at, { json }))
    assertProblem(await server.visitor().send(method, at, { json }), 401, 'UNAUTHORIZED')
  }
  assert.equal(assertOk(await other.visitor.get(`${ACTIVITIES}?search=Ann`)).total, 0)
  assert.equal(assertOk(await other.visitor.get(ACTIVITIES)).total, 1)
  assert.deepEqual(names(assertOk(await person.visitor.get(path(ID)))), ['Ann'])
})
