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
  namesIn,
  newContact,
  newcomer,
  type Person,
  race,
  startCrm,
} from './support.ts'

const NOTES = `${BASE}/notes`
const DATE = '2026-01-02T00:00:00Z'

let server: TestServer
let person: Person
before(async () => {
  server = await startCrm()
  person = await newcomer(server)
})
after(() => server.close())

const ofContact = (id: unknown) => `${BASE}/contacts/${id}/notes`
const newNote = async (values: object, { visitor } = person) =>
  assertOk(await visitor.post(NOTES, { content: 'Hello', date: DATE, ...values })).note

test('a note about a contact, and one about nobody, with an empty contact for clients that want the key', async () => {
  const { ID } = await newContact(person)
  const answer = assertOk(
    await person.visitor.post(ofContact(ID), { content: 'Met', date: DATE, contact_id: 999 }),
  )
  assert.ok(answer.message)
  const { CreatedAt, UpdatedAt, contact, ID: noteId, ...rest } = answer.note
  assert.deepEqual(rest, { content: 'Met', date: DATE, contact_id: ID, DeletedAt: null })
  assert.deepEqual([contact.ID, contact.firstname, contact.CreatedAt], [0, '', '0001-01-01T00:00:00Z'])
  const loose = await newNote({})
  assert.equal(loose.contact_id, null)
  const assigned = await newNote({ contact_id: ID })
  const { notes } = assertOk(await person.visitor.get(ofContact(ID)))
  assert.deepEqual(
    notes.map((note: any) => note.ID),
    [noteId, assigned.ID],
  )
  assert.deepEqual(assertOk(await person.visitor.get(`${NOTES}/${noteId}`)), answer.note)
  const whole = assertOk(await person.visitor.get(`${BASE}/contacts/${ID}`))
  assert.equal(whole.notes.length, 2)
  const [listed] = assertOk(
    await person.visitor.get(`${BASE}/contacts?includes=notes,nonsense&limit=1`),
  ).contacts
  assert.deepEqual([listed.notes.length, listed.relationships], [2, null])
})

test('a date keeps its zone, in the one spelling that it has', async () => {
  for (const [sent, kept] of [
    ['2026-01-02T03:04:05.120Z', '2026-01-02T03:04:05.12Z'],
    ['2026-01-02T03:04:05.000+00:00', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05+05:30', '2026-01-02T03:04:05+05:30'],
    ['2026-01-02T03:04:05.1234567891-08:00', '2026-01-02T03:04:05.123456789-08:00'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
    ['0001-01-01T00:00:01Z', '0001-01-01T00:00:01Z'],
  ]) {
    assert.equal((await newNote({ date: sent })).date, kept)
  }
  for (const date of [
    ...[
      '2026-01-02',
      '2026-01-02t03:04:05z',
      '2026-01-02T03:04:05',
      '2026-01-02T03:04Z',
      '2026-02-30T00:00:00Z',
    ],
    ...['2026-01-02T24:00:00Z', '2026-01-02T00:00:00+24:00', 'yesterday', ''],
  ]) {
    assertUnreadable(await person.visitor.post(NOTES, { content: 'x', date }))
  }
  assert.deepEqual(
    assertInvalid(await person.visitor.post(NOTES, { content: 'x', date: '0001-01-01T00:00:00Z' })),
    ['Date'],
  )
})

test('what is wrong is named', async () => {
  const { ID } = await newContact(person)
  for (const at of [NOTES, ofContact(ID)]) {
    const post = (json: unknown) => person.visitor.post(at, json)
    assert.deepEqual(assertInvalid(await post({})), ['Content', 'Date'])
    const wrong = { content: 'x'.repeat(5_001), date: null, contact_id: 0 }
    assert.deepEqual(assertInvalid(await post(wrong)), ['ContactID', 'Content', 'Date'])
    assert.deepEqual(assertInvalid(await post({ content: '  ', date: DATE })), ['Content'])
    assertUnreadable(await post({ content: 1, date: DATE }))
    assertUnreadable(await post({ content: 'x', date: DATE, contact_id: '1' }))
    assertOk(await post({ content: '😀'.repeat(5_000), date: DATE }))
  }
  assertNotFound(await person.visitor.post(NOTES, { content: 'x', date: DATE, contact_id: 999_999 }))
  assert.deepEqual(
    assertNotFound(await person.visitor.post(ofContact(999_999), { content: 'x', date: DATE })),
    {
      id: '999999',
    },
  )
  assertNotFound(await person.visitor.get(ofContact('x')))
  for (const id of ['x', 0, 999_999]) {
    assert.deepEqual(assertNotFound(await person.visitor.get(`${NOTES}/${id}`)), { id: String(id) })
    assertNotFound(await person.visitor.delete(`${NOTES}/${id}`))
    assertNotFound(await person.visitor.put(`${NOTES}/${id}`, { content: 'x', date: DATE }))
    assert.deepEqual(assertInvalid(await person.visitor.put(`${NOTES}/${id}`, {})), ['Content', 'Date'])
  }
})

test('notes of nobody: the newest date first, by day as it is written, by a part of the text, by page', async () => {
  const one = await newcomer(server)
  const contact = await newContact(one)
  const texts = [
    ['Boat 100% trip', '2026-01-05T23:30:00-05:00'],
    ['Bread recipe', '2026-01-06T00:00:00Z'],
    ['Über alles boat', '2026-01-04T12:00:00Z'],
    ['Same instant', '2026-01-06T00:00:00Z'],
  ] as const
  for (const [content, date] of texts) await newNote({ content, date }, one)
  await newNote({ content: 'Boat of somebody', contact_id: contact.ID }, one)
  const list = async (query: string) => {
    const page = assertOk(await one.visitor.get(`${NOTES}?${query}`))
    return {
      ...page,
      texts: page.notes.map(({ content }: { content: string }) => content.split(' ')[0]).join(),
    }
  }
  const all = await list('')
  // 23:30 in New York is already the 6th in London.
  assert.equal(all.texts, 'Boat,Same,Bread,Über')
  assert.deepEqual([all.total, all.page, all.limit], [4, 1, 25])
  for (const [query, expected] of [
    ['search=boat', 'Boat,Über'],
    ['search=%20BOAT%20', 'Boat,Über'],
    ['search=uber', 'Über'],
    ['search=%25', 'Boat'],
    ['search=_', ''],
    ['search=re', 'Bread'],
    ['fromDate=2026-01-05&toDate=2026-01-05', 'Boat'],
    ['toDate=2026-01-05', 'Boat,Über'],
    ['fromDate=2026-01-06', 'Same,Bread'],
    ['fromDate=x&toDate=2026-1-1', 'Boat,Same,Bread,Über'],
    ['fromDate=2026-01-05&search=boat', 'Boat'],
  ] as const) {
    assert.equal((await list(query)).texts, expected, query)
  }
  const second = await list('limit=3&page=2')
  assert.deepEqual([second.texts, second.total], ['Über', 4])
  assert.deepEqual((await list('page=9')).notes, [])
})

test('a PUT replaces, moves, and lets go', async () => {
  const [one, two] = [await newContact(person), await newContact(person)]
  const { ID } = await newNote({ contact_id: one.ID })
  const put = async (json: object) => assertOk(await person.visitor.put(`${NOTES}/${ID}`, json))
  const moved = await put({ content: 'Moved', date: DATE, contact_id: two.ID, ID: 1 })
  assert.ok(moved.message)
  assert.deepEqual([moved.note.ID, moved.note.content, moved.note.contact_id], [ID, 'Moved', two.ID])
  assert.deepEqual(assertOk(await person.visitor.get(ofContact(one.ID))), { notes: [] })
  const loose = await put({ content: 'Loose', date: DATE })
  assert.equal(loose.note.contact_id, null)
  assert.equal(assertOk(await person.visitor.get(`${NOTES}/${ID}`)).contact_id, null)
  assertNotFound(
    await person.visitor.put(`${NOTES}/${ID}`, { content: 'x', date: DATE, contact_id: 999_999 }),
  )
  assert.equal(assertOk(await person.visitor.get(`${NOTES}/${ID}`)).content, 'Loose')
})

test('contacts are found by what is in their notes, for as long as it is there', async () => {
  const one = await newcomer(server)
  const { ID } = await newContact(one, { firstname: 'Ida' })
  const note = await newNote({ content: 'Likes Kürbissuppe', contact_id: ID }, one)
  const find = (text: string) => namesIn(one, `search=${text}`)
  assert.deepEqual(await find('kurbis'), ['Ida'])
  assert.deepEqual(await namesIn(person, 'search=kurbis'), [])
  assertOk(
    await one.visitor.put(`${NOTES}/${note.ID}`, { content: 'Likes bread', date: DATE, contact_id: ID }),
  )
  assert.deepEqual([await find('kurbis'), await find('bread')], [[], ['Ida']])
  assert.deepEqual(await race(3, () => one.visitor.delete(`${NOTES}/${note.ID}`)), { 200: 1, 404: 2 })
  assert.deepEqual(await find('bread'), [])
  const last = await newNote({ content: 'gone too', contact_id: ID }, one)
  assertOk(await one.visitor.delete(`${BASE}/contacts/${ID}`))
  assertNotFound(await one.visitor.get(`${NOTES}/${last.ID}`))
  assertNotFound(await one.visitor.get(ofContact(ID)))
})

test('E1: notes of somebody else do not exist, and go to nobody of theirs', async () => {
  const other = await newcomer(server)
  const contact = await newContact(person)
  const { ID } = await newNote({ contact_id: contact.ID })
  const own = await newNote({}, other)
  const json = { content: 'mine', date: DATE }
  const routes: [string, string, unknown?][] = [
    ['GET', ofContact(contact.ID)],
    ['POST', ofContact(contact.ID), json],
    ['POST', NOTES, { ...json, contact_id: contact.ID }],
    ['GET', `${NOTES}/${ID}`],
    ['PUT', `${NOTES}/${ID}`, json],
    ['PUT', `${NOTES}/${own.ID}`, { ...json, contact_id: contact.ID }],
    ['DELETE', `${NOTES}/${ID}`],
  ]
  for (const [method, at, body] of routes) {
    assertNotFound(await other.visitor.send(method, at, { json: body }))
    assertProblem(await server.visitor().send(method, at, { json: body }), 401, 'UNAUTHORIZED')
  }
  assert.equal(assertOk(await other.visitor.get(NOTES)).total, 1)
  assert.equal(assertOk(await person.visitor.get(`${NOTES}/${ID}`)).content, 'Hello')
})
