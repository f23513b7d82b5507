import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestServer } from '../../support/latchkey.ts'
import {
  assertInput,
  assertInvalid,
  assertNotFound,
  assertOk,
  assertProblem,
  assertUnreadable,
  BASE,
  DAY_MS,
  newContact,
  newcomer,
  type Person,
  race,
  startCrm,
} from './support.ts'

let server: TestServer
let person: Person
let ann: any
let eva: any
before(async () => {
  server = await startCrm()
  person = await newcomer(server)
  ann = await newContact(person, {
    firstname: 'Ann',
    lastname: 'Hill',
    gender: 'female',
    birthday: '--02-03',
  })
  eva = await newContact(person, { firstname: 'Eva', lastname: 'Hill', birthday: '2001-01-01' })
})
after(() => server.close())

const path = (contactId: unknown, rid?: unknown) =>
  `${BASE}/contacts/${contactId}/relationships${rid === undefined ? '' : `/${rid}`}`
const incoming = (contactId: unknown) => `${BASE}/contacts/${contactId}/incoming-relationships`
const sister = { name: 'Eva', type: 'sister' }
const make = async (values: object, contactId = ann.ID) =>
  assertOk(await person.visitor.post(path(contactId), values), 201).relationship

test('a relationship to somebody who is a contact is seen from both ends, as one row', async () => {
  const made = await make({
    ...sister,
    gender: 'female',
    birthday: '--01-01',
    related_contact_id: eva.ID,
    ID: 9,
  })
  const { ID, CreatedAt, UpdatedAt, ...rest } = made
  const values = { ...sister, gender: 'female', birthday: '--01-01' }
  const ends = { contact_id: ann.ID, related_contact_id: eva.ID, DeletedAt: null }
  assert.deepEqual(rest, { ...values, ...ends })
  const [outgoing] = assertOk(await person.visitor.get(path(ann.ID))).relationships
  assert.equal(outgoing.ID, ID)
  const { firstname, lastname, gender, birthday, email, circles } = outgoing.related_contact
  assert.deepEqual(
    [firstname, lastname, gender, birthday, email, circles],
    ['Eva', 'Hill', '', '2001-01-01', '', null],
  )
  assert.equal(outgoing.related_contact.ID, eva.ID)
  assert.equal(outgoing.source_contact, undefined)
  const [seen] = assertOk(await person.visitor.get(incoming(eva.ID))).incoming_relationships
  assert.deepEqual([seen.ID, seen.contact_id, seen.related_contact_id], [ID, ann.ID, eva.ID])
  const source = seen.source_contact
  assert.deepEqual([source.ID, source.firstname, source.gender, source.birthday], [ann.ID, 'Ann', '', ''])
  assert.equal(seen.related_contact, undefined)
  assert.deepEqual(assertOk(await person.visitor.get(incoming(ann.ID))), { incoming_relationships: [] })
  assert.deepEqual(assertOk(await person.visitor.get(path(eva.ID))), { relationships: [] })
  const whole = assertOk(await person.visitor.get(`${BASE}/contacts/${ann.ID}`))
  assert.equal(whole.relationships[0].ID, ID)
})

test('somebody who is no contact, oneself, and the same twice', async () => {
  const { ID } = await newContact(person, { firstname: 'Zoe' })
  const first = await make(sister, ID)
  assert.deepEqual([first.gender, first.birthday, first.related_contact_id], ['', '', null])
  const self = await make({ name: 'Me', type: 'self', related_contact_id: ID }, ID)
  const again = await make(sister, ID)
  const { relationships } = assertOk(await person.visitor.get(path(ID)))
  assert.deepEqual(
    relationships.map((one: any) => one.ID),
    [first.ID, self.ID, again.ID],
  )
  assert.equal(relationships[0].related_contact, undefined)
})

test('a PUT replaces, and without a related contact leads to none', async () => {
  const { ID } = await make({ ...sister, related_contact_id: eva.ID, birthday: '--05-05' })
  const body = { name: 'Bo', type: 'friend', contact_id: eva.ID }
  const replaced = assertOk(await person.visitor.put(path(ann.ID, ID), body))
  assert.deepEqual([replaced.name, replaced.type, replaced.birthday], ['Bo', 'friend', ''])
  assert.deepEqual([replaced.contact_id, replaced.related_contact_id], [ann.ID, null])
  const linked = assertOk(
    await person.visitor.put(path(ann.ID, ID), { ...sister, related_contact_id: eva.ID }),
  )
  assert.equal(linked.related_contact_id, eva.ID)
  // It stands with the contact of the path, or it is not there.
  assert.deepEqual(assertNotFound(await person.visitor.put(path(eva.ID, ID), sister)), { id: String(ID) })
})

test('what is wrong is named; what is missing is not there', async () => {
  const post = (json: unknown, id: unknown = ann.ID) => person.visitor.post(path(id), json)
  assert.deepEqual(assertInvalid(await post({})), ['Name', 'Type'])
  const wrong = { name: 'x'.repeat(101), type: ' ', gender: 'x', birthday: 'x', related_contact_id: 0 }
  assert.deepEqual(assertInvalid(await post(wrong)), [
    'Birthday',
    'Gender',
    'Name',
    'RelatedContactID',
    'Type',
  ])
  for (const changes of [{ name: 1 }, { related_contact_id: '1' }, { related_contact_id: 1.5 }]) {
    assertUnreadable(await post({ ...sister, ...changes }))
  }
  assert.deepEqual(assertInvalid(await post({}, 999_999)), ['Name', 'Type'])
  assert.deepEqual(assertNotFound(await post(sister, 999_999)), { id: '999999' })
  assertInput(await post(sister, 'abc'), 'contact_id')
  assert.deepEqual(assertNotFound(await post({ ...sister, related_contact_id: 999_999 })), { id: '999999' })
  for (const at of [path('x'), incoming('x'), path(999_999), incoming(999_999)]) {
    assertNotFound(await person.visitor.get(at))
  }
  assertNotFound(await person.visitor.put(path(ann.ID, 999_999), sister))
  assertNotFound(await person.visitor.delete(path(ann.ID, 'x')))
})

test('deleting is done once, and a contact in the trash is at no end', async () => {
  const { ID } = await make(sister)
  assert.deepEqual(await race(3, () => person.visitor.delete(path(ann.ID, ID))), { 200: 1, 404: 2 })
  const gone = await newContact(person, { firstname: 'Gone' })
  const to = await make({ ...sister, related_contact_id: gone.ID })
  const from = await make({ ...sister, related_contact_id: eva.ID }, gone.ID)
  assertOk(await person.visitor.delete(`${BASE}/contacts/${gone.ID}`))
  const { relationships } = assertOk(await person.visitor.get(path(ann.ID)))
  const left = relationships.find((one: any) => one.ID === to.ID)
  assert.deepEqual([left.related_contact_id, left.related_contact], [null, undefined])
  const seen = assertOk(await person.visitor.get(incoming(eva.ID))).incoming_relationships
  assert.ok(!seen.some((one: any) => one.ID === from.ID))
  assertNotFound(await person.visitor.get(path(gone.ID)))
})

test('birthdays of relations who are no contacts are told with whom they belong to', async () => {
  const own = await newcomer(server)
  const { ID } = await newContact(own, { firstname: 'Ida', nickname: 'Didi', lastname: 'Berg' })
  const tomorrow = new Date(server.clock.now() + DAY_MS).toISOString().slice(5, 10)
  const post = (values: object) => own.visitor.post(path(ID), { name: 'Max', type: 'son', ...values })
  assertOk(await post({ birthday: `--${tomorrow}` }), 201)
  assertOk(await post({ birthday: `--${tomorrow}`, related_contact_id: ID }), 201)
  assertOk(await post({}), 201)
  const { birthdays } = assertOk(await own.visitor.get(`${BASE}/contacts/birthdays`))
  assert.deepEqual(birthdays, [
    {
      type: 'relationship',
      name: 'Max',
      birthday: `--${tomorrow}`,
      contact_id: ID,
      relationship_type: 'son',
      associated_contact_name: 'Didi Berg',
    },
  ])
  assertOk(await own.visitor.post(`${BASE}/contacts/${ID}/archive`))
  assert.deepEqual(assertOk(await own.visitor.get(`${BASE}/contacts/birthdays`)), { birthdays: [] })
})

test('E1: relationships of somebody else do not exist, and lead to nobody of theirs', async () => {
  const other = await newcomer(server)
  const own = await newContact(other)
  const { ID } = await make(sister)
  const routes: [string, string, unknown?][] = [
    ['GET', path(ann.ID)],
    ['GET', incoming(ann.ID)],
    ['POST', path(ann.ID), sister],
    ['PUT', path(ann.ID, ID), sister],
    ['PUT', path(own.ID, ID), sister],
    ['DELETE', path(ann.ID, ID)],
    ['DELETE', path(own.ID, ID)],
    ['POST', path(own.ID), { ...sister, related_contact_id: ann.ID }],
  ]
  for (const [method, at, json] of routes) {
    assertNotFound(await other.visitor.send(method, at, { json }))
    assertProblem(await server.visitor().send(method, at, { json }), 401, 'UNAUTHORIZED')
  }
  assert.deepEqual(assertOk(await other.visitor.get(path(own.ID))), { relationships: [] })
  const { relationships } = assertOk(await person.visitor.get(path(ann.ID)))
  assert.ok(relationships.some((one: any) => one.ID === ID))
})
