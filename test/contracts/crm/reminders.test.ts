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
  DAY_MS,
  mailTo,
  newContact,
  newcomer,
  type Person,
  race,
  startCrm,
} from './support.ts'

const REMINDERS = `${BASE}/reminders`

let server: TestServer
let person: Person
let ann: any
before(async () => {
  server = await startCrm()
  person = await newcomer(server)
  ann = await newContact(person, { firstname: 'Ann' })
})
after(() => server.close())

const path = (id: unknown, rest = '') => `${REMINDERS}/${id}${rest}`
const ofContact = (id: unknown) => `${BASE}/contacts/${id}/reminders`
const completionsOf = (id: unknown) => `${BASE}/contacts/${id}/reminder-completions`
const call = { message: 'Call', remind_at: '2026-01-31T00:00:00Z', recurrence: 'once', contact_id: 1 }
const make = async (values: object = {}, contact = ann, { visitor } = person) =>
  assertOk(await visitor.post(ofContact(contact.ID), { ...call, ...values })).reminder
const inDays = (days: number): string =>
  `${new Date(server.clock.now() + days * DAY_MS).toISOString().slice(0, 10)}T00:00:00Z`

test('a reminder: the path says of whom, the time is midnight of its day, and nothing else can be set', async () => {
  const extra = {
    ID: 9,
    completed: true,
    email_sent: true,
    contact: { firstname: 'x' },
    last_sent: '2020-01-01T00:00:00Z',
  }
  const made = await make({ ...extra, remind_at: '2026-01-31T23:30:00-05:00' })
  const { ID, CreatedAt, UpdatedAt, contact, ...rest } = made
  assert.deepEqual(rest, {
    DeletedAt: null,
    message: 'Call',
    by_mail: false,
    remind_at: '2026-01-31T00:00:00-05:00',
    recurrence: 'once',
    reoccur_from_completion: true,
    completed: false,
    email_sent: false,
    last_sent: null,
    contact_id: ann.ID,
  })
  assert.equal(contact.ID, 0)
  assert.deepEqual(assertOk(await person.visitor.get(path(ID))), made)
  const whole = assertOk(await person.visitor.get(`${BASE}/contacts/${ann.ID}`))
  assert.equal(whole.reminders[0].ID, ID)
  const set = await make({ by_mail: true, reoccur_from_completion: false, recurrence: 'yearly' })
  assert.deepEqual([set.by_mail, set.reoccur_from_completion], [true, false])
  const { reminders } = assertOk(await person.visitor.get(ofContact(ann.ID)))
  assert.deepEqual(
    reminders.map((one: any) => one.ID),
    [ID, set.ID],
  )
  assert.equal((await make({ remind_at: '9999-12-31T10:00:00Z' })).remind_at, '9999-12-31T00:00:00Z')
})

test('what is wrong is named', async () => {
  const post = (json: unknown, id: unknown = ann.ID) => person.visitor.post(ofContact(id), json)
  assert.deepEqual(assertInvalid(await post({})), ['ContactID', 'Message', 'Recurrence', 'RemindAt'])
  const wrong = {
    message: 'x'.repeat(501),
    recurrence: 'daily',
    contact_id: 0,
    remind_at: '0001-01-01T00:00:00Z',
  }
  assert.deepEqual(assertInvalid(await post(wrong)), ['ContactID', 'Message', 'Recurrence', 'RemindAt'])
  for (const changes of [
    { message: 1 },
    { remind_at: '2026-02-31T00:00:00Z' },
    { remind_at: '2026-01-31' },
    { by_mail: 'true' },
    { reoccur_from_completion: 1 },
    { contact_id: '1' },
    { recurrence: 7 },
  ]) {
    assertUnreadable(await post({ ...call, ...changes }))
  }
  assert.deepEqual(assertNotFound(await post(call, 999_999)), { id: '999999' })
  for (const id of ['x', 0, 999_999]) {
    for (const answer of [
      await person.visitor.get(path(id)),
      await person.visitor.put(path(id), call),
      await person.visitor.delete(path(id)),
      await person.visitor.post(path(id, '/complete')),
      await person.visitor.delete(`${BASE}/reminder-completions/${id}`),
    ]) {
      assert.deepEqual(assertNotFound(answer), { id: String(id) })
    }
    assertNotFound(await person.visitor.get(ofContact(id)))
    assertNotFound(await person.visitor.get(completionsOf(id)))
  }
})

test('a PUT replaces, keeps the flags that it leaves out, and moves to another contact', async () => {
  const bob = await newContact(person, { firstname: 'Bob' })
  const { ID } = await make({ by_mail: true, reoccur_from_completion: false })
  const put = (json: object) => person.visitor.put(path(ID), { ...call, ...json })
  const { message, reminder } = assertOk(
    await put({ message: 'Write', contact_id: bob.ID, recurrence: 'weekly' }),
  )
  assert.ok(message)
  assert.deepEqual(
    [
      reminder.message,
      reminder.contact_id,
      reminder.recurrence,
      reminder.by_mail,
      reminder.reoccur_from_completion,
    ],
    ['Write', bob.ID, 'weekly', true, false],
  )
  const flags = assertOk(
    await put({ contact_id: bob.ID, by_mail: false, reoccur_from_completion: true }),
  ).reminder
  assert.deepEqual([flags.by_mail, flags.reoccur_from_completion], [false, true])
  assertNotFound(await put({ contact_id: 999_999 }))
  assert.deepEqual(assertInvalid(await person.visitor.put(path(ID), {})), [
    'ContactID',
    'Message',
    'Recurrence',
    'RemindAt',
  ])
})

test('all of them by time; for the dashboard what is due within a week, or the next five', async () => {
  const own = await newcomer(server)
  const contact = await newContact(own)
  const messages = async (at: string) =>
    assertOk(await own.visitor.get(at)).reminders.map(({ message }: { message: string }) => message)
  assert.deepEqual(await messages(REMINDERS), [])
  assert.deepEqual(await messages(`${REMINDERS}/upcoming`), [])
  for (const days of [30, -3, 6, 90, 60, 1, 120]) {
    await make({ message: String(days), remind_at: inDays(days) }, contact, own)
  }
  assert.deepEqual(await messages(REMINDERS), ['-3', '1', '6', '30', '60', '90', '120'])
  assert.deepEqual(await messages(`${REMINDERS}/upcoming`), ['-3', '1', '6', '30', '60'])
  for (const days of [2, 3, 4]) await make({ message: String(days), remind_at: inDays(days) }, contact, own)
  assert.deepEqual(await messages(`${REMINDERS}/upcoming`), ['-3', '1', '2', '3', '4', '6'])
  assertOk(await own.visitor.post(`${BASE}/contacts/${contact.ID}/archive`))
  assert.deepEqual(await messages(REMINDERS), [])
  assertOk(await own.visitor.post(`${BASE}/contacts/${contact.ID}/unarchive`))
  assert.deepEqual(await messages(ofContact(contact.ID)), [])
})

test('done once: it goes, leaves a line, and of many at once one does it', async () => {
  const contact = await newContact(person)
  const { ID } = await make({ message: 'Send card' }, contact)
  assert.deepEqual(await race(4, () => person.visitor.post(path(ID, '/complete'))), { 200: 1, 404: 3 })
  assertNotFound(await person.visitor.get(path(ID)))
  const { completions } = assertOk(await person.visitor.get(completionsOf(contact.ID)))
  const [{ ID: lineId, CreatedAt, UpdatedAt, completed_at, ...line }] = completions
  assert.deepEqual(line, { DeletedAt: null, reminder_id: ID, contact_id: contact.ID, message: 'Send card' })
  assert.match(completed_at, /^\d{4}-\d\d-\d\dT/)
  assert.equal(completions.length, 1)
  const skipped = await make({}, contact)
  const answer = assertOk(await person.visitor.post(path(skipped.ID, '/complete?skip=true')))
  assert.deepEqual(Object.keys(answer), ['message'])
  assert.equal(assertOk(await person.visitor.get(completionsOf(contact.ID))).completions.length, 1)
  const deletion = () => person.visitor.delete(`${BASE}/reminder-completions/${lineId}`)
  assert.deepEqual(await race(3, deletion), { 200: 1, 404: 2 })
  assert.deepEqual(assertOk(await person.visitor.get(completionsOf(contact.ID))), { completions: [] })
})

test('done again and again: on to its next time, with a line for each, the newest first', async () => {
  const contact = await newContact(person)
  const { ID } = await make({ recurrence: 'weekly', remind_at: inDays(3), message: 'One' }, contact)
  const { reminder } = assertOk(
    await person.visitor.post(path(ID, '/complete'), undefined, { body: 'not read' }),
  )
  assert.deepEqual([reminder.remind_at, reminder.completed, reminder.email_sent], [inDays(10), false, false])
  assert.ok(reminder.last_sent)
  assertOk(await person.visitor.put(path(ID), { ...call, ...reminder, message: 'Two' }))
  const late = assertOk(
    await person.visitor.put(path(ID), { ...call, ...reminder, message: 'Two', remind_at: inDays(-20) }),
  )
  assert.equal(late.reminder.remind_at, inDays(-20))
  assert.equal(assertOk(await person.visitor.post(path(ID, '/complete'))).reminder.remind_at, inDays(7))
  const own = { ...call, ...reminder, remind_at: inDays(-20), reoccur_from_completion: false }
  assertOk(await person.visitor.put(path(ID), own))
  const next = assertOk(await person.visitor.post(path(ID, '/complete?skip=true'))).reminder
  assert.deepEqual([next.remind_at, next.completed], [inDays(1), false])
  const { completions } = assertOk(await person.visitor.get(completionsOf(contact.ID)))
  assert.deepEqual(
    completions.map(({ message }: { message: string }) => message),
    ['Two', 'One'],
  )
  assertOk(await person.visitor.delete(path(ID)))
  assert.equal(assertOk(await person.visitor.get(completionsOf(contact.ID))).completions.length, 2)
})

test('an admin has the mails of the day written now; each is told once', async () => {
  const own = await newcomer(server)
  const trigger = `${BASE}/admin/trigger-reminders`
  assertProblem(await own.visitor.post(trigger), 403, 'FORBIDDEN')
  assertProblem(await server.visitor().post(trigger), 401, 'UNAUTHORIZED')
  assertOk(await own.visitor.patch(`${BASE}/users/language`, { language: 'de' }))
  assertOk(await own.visitor.patch(`${BASE}/users/date-format`, { date_format: 'us' }))
  const contact = await newContact(own, {
    firstname: 'Zoë',
    lastname: 'Berg',
    birthday: `--${inDays(0).slice(5, 10)}`,
  })
  const [year, month, day] = inDays(0).slice(0, 10).split('-')
  const { ID } = await make({ by_mail: true, remind_at: inDays(0), message: 'Blumen <b>' }, contact, own)
  const later = await make({ by_mail: true, remind_at: inDays(1) }, contact, own)
  assert.deepEqual(Object.keys(assertOk(await person.visitor.post(trigger))), ['message'])
  const mail = await mailTo(server, own.email, 'Erinnerungen für heute')
  assert.ok(mail.text.includes(`${month}/${day}/${year}, Zoë Berg: Blumen <b>`), mail.text)
  assert.ok(mail.text.includes('Zoë Berg: heute'), mail.text)
  const sent = assertOk(await own.visitor.get(path(ID)))
  assert.equal(sent.email_sent, true)
  assert.ok(sent.last_sent)
  assert.equal(assertOk(await own.visitor.get(path(later.ID))).email_sent, false)
  assertOk(await person.visitor.post(trigger))
  assert.equal(assertOk(await own.visitor.get(path(ID))).last_sent, sent.last_sent)
})

test('E1: reminders and time lines of somebody else do not exist', async () => {
  const other = await newcomer(server)
  const own = await newContact(other)
  const mine = await make({}, own, other)
  const { ID } = await make()
  const done = await make({ message: 'Done' })
  assertOk(await person.visitor.post(path(done.ID, '/complete')))
  const [line] = assertOk(await person.visitor.get(completionsOf(ann.ID))).completions
  const routes: [string, string, unknown?][] = [
    ['GET', ofContact(ann.ID)],
    ['POST', ofContact(ann.ID), { ...call, contact_id: own.ID }],
    ['GET', completionsOf(ann.ID)],
    ['GET', path(ID)],
    ['PUT', path(ID), { ...call, contact_id: own.ID }],
    ['PUT', path(mine.ID), { ...call, contact_id: ann.ID }],
    ['DELETE', path(ID)],
    ['POST', path(ID, '/complete')],
    ['DELETE', `${BASE}/reminder-completions/${line.ID}`],
  ]
  for (const [method, at, json] of routes) {
    assertNotFound(await other.visitor.send(method, at, { json }))
    assertProblem(await server.visitor().send(method, at, { json }), 401, 'UNAUTHORIZED')
  }
  assert.equal(assertOk(await other.visitor.get(REMINDERS)).reminders.length, 1)
  assert.equal(assertOk(await person.visitor.get(path(ID))).contact_id, ann.ID)
})
