import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startEngine, type TestEngine, testClient } from '../../test/support/engine.ts'
import { signUpWithPassword } from '../accounts/sign-up-with-password.ts'
import { writeDaysMail } from '../mail/days-mail.ts'
import { nothingKnown } from './contact-values.ts'
import { createContact } from './create-contact.ts'
import { type DaysMail, mailReminders, type WriteDaysMail } from './mail-reminders.ts'
import { midnightOf } from './moment.ts'
import { completeReminder, createReminder, replaceReminder } from './reminders.ts'

let parts: TestEngine
before(async () => {
  parts = await startEngine()
})
after(() => parts.close())

const BERLIN = { timeZone: 'Europe/Berlin', time: '12:00' }
let people = 0

async function newOwner(): Promise<number> {
  const { engine, realm } = parts
  const name = `owner${++people}`
  const account = { realm, client: testClient(), username: name, email: `${name}@example.com` }
  const made = await signUpWithPassword(engine, { ...account, password: 'sunflower-Kettle-94' })
  assert.ok(made.ok)
  return made.value.account.id
}

async function newReminder(ownerId: number, day: string, more: object = {}): Promise<number> {
  const { engine } = parts
  const values = { ...nothingKnown, firstname: 'Ann', lastname: 'Hill' }
  const { id: contactId } = await createContact(engine, { ownerId, values, source: 'test' })
  const reminder = {
    message: 'Call',
    isByMail: true,
    recurrence: 'once',
    reoccursFromCompletion: true,
  } as const
  const remindAt = midnightOf(`${day}T00:00:00Z`)
  const made = await createReminder(engine, {
    ownerId,
    values: { ...reminder, contactId, remindAt, ...more },
  })
  assert.ok(made.ok)
  return made.value.id
}

/** Runs at that time, and tells what one owner would have been mailed. */
async function mailsAt(
  time: string,
  ownerId: number,
  { isForced = false, engine = parts.engine as typeof parts.engine } = {},
): Promise<DaysMail[]> {
  const mails: DaysMail[] = []
  const write: WriteDaysMail = async (_tx, owner, mail) => {
    if (owner === ownerId) mails.push(mail)
    return true
  }
  const clock = { now: () => Temporal.Instant.from(time).epochMilliseconds }
  await mailReminders({ ...engine, clock }, { ...BERLIN, write, isForced })
  return mails
}

test('the hour is that of the place, before and after its clocks change, and each day has one mail', async () => {
  const owner = await newOwner()
  await newReminder(owner, '2027-03-27')
  assert.equal((await mailsAt('2027-03-27T10:59:59Z', owner)).length, 0)
  const [mail] = await mailsAt('2027-03-27T11:00:00Z', owner)
  const [{ message, remindDay, firstname, lastname } = assert.fail('one reminder')] = mail?.reminders ?? []
  assert.deepEqual([message, remindDay, firstname, lastname], ['Call', '2027-03-27', 'Ann', 'Hill'])
  assert.equal((await mailsAt('2027-03-27T11:01:00Z', owner)).length, 0)
  await newReminder(owner, '2027-03-28')
  assert.equal((await mailsAt('2027-03-28T09:59:59Z', owner)).length, 0)
  assert.equal((await mailsAt('2027-03-28T10:00:00Z', owner)).length, 1)
})

test('of several processes at once one writes the mail; what waited while nothing ran comes with the next', async () => {
  const owner = await newOwner()
  const [first, second] = [parts.another(), parts.another()]
  await newReminder(owner, '2027-05-01')
  await newReminder(owner, '2027-05-02')
  await newReminder(owner, '2027-05-04')
  const runs = await Promise.all(
    [parts.engine, first, second].map((engine) => mailsAt('2027-05-03T15:00:00Z', owner, { engine })),
  )
  const mails = runs.flat()
  assert.equal(mails.length, 1)
  assert.deepEqual(
    mails[0]?.reminders.map(({ remindDay }) => remindDay),
    ['2027-05-01', '2027-05-02'],
  )
  const next = await mailsAt('2027-05-04T15:00:00Z', owner)
  assert.deepEqual(
    next[0]?.reminders.map(({ remindDay }) => remindDay),
    ['2027-05-04'],
  )
})

test('not by mail, done, or mailed already: nothing; at another time, or again: another mail', async () => {
  const owner = await newOwner()
  const { engine } = parts
  await newReminder(owner, '2027-06-01', { isByMail: false })
  const done = await newReminder(owner, '2027-06-01')
  assert.ok((await completeReminder(engine, { ownerId: owner, id: done, isNoted: false })).ok)
  assert.equal((await mailsAt('2027-06-01T15:00:00Z', owner)).length, 0)
  const id = await newReminder(owner, '2027-06-02')
  assert.equal((await mailsAt('2027-06-02T15:00:00Z', owner)).length, 1)
  assert.equal((await mailsAt('2027-06-03T15:00:00Z', owner)).length, 0)
  const reminder = await engine.db
    .selectFrom('reminder')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const changes = {
    message: 'Call',
    contactId: reminder.contact_id,
    recurrence: 'once',
    isByMail: undefined,
    reoccursFromCompletion: undefined,
    remindAt: midnightOf('2027-06-04T00:00:00Z'),
  } as const
  assert.ok((await replaceReminder(engine, { ownerId: owner, id, changes })).ok)
  assert.equal((await mailsAt('2027-06-04T15:00:00Z', owner)).length, 1)
})

test('by hand at any hour, and again for what came since; birthdays once', async () => {
  const owner = await newOwner()
  const values = { ...nothingKnown, firstname: 'Leap', birthday: '2000-02-29' }
  await createContact(parts.engine, { ownerId: owner, values, source: 'test' })
  const [mail] = await mailsAt('2027-03-01T05:00:00Z', owner, { isForced: true })
  assert.deepEqual(
    mail?.birthdays.map(({ firstname, daysUntil }) => [firstname, daysUntil]),
    [['Leap', 0]],
  )
  assert.equal((await mailsAt('2027-03-01T15:00:00Z', owner)).length, 0)
  assert.equal((await mailsAt('2027-03-01T16:00:00Z', owner, { isForced: true })).length, 0)
  await newReminder(owner, '2027-03-01')
  assert.equal((await mailsAt('2027-03-01T17:00:00Z', owner, { isForced: true })).length, 1)
  assert.equal((await mailsAt('2027-03-02T15:00:00Z', owner)).length, 0)
})

test('the mail goes to the account’s address through the outbox; who is shut out gets none, and loses nothing', async () => {
  const owner = await newOwner()
  const { engine, realm } = parts
  await newReminder(owner, '2027-07-01')
  const run = async (time: string) => {
    const clock = { now: () => Temporal.Instant.from(time).epochMilliseconds }
    await mailReminders({ ...engine, clock }, { ...BERLIN, write: writeDaysMail(engine, [realm]) })
    return engine.db
      .selectFrom('outbox')
      .select('recipient')
      .where('kind', '=', 'reminders')
      .where('account_id', '=', owner)
      .execute()
  }
  await engine.db.updateTable('account').set({ disabled_at: 1 }).where('id', '=', owner).execute()
  assert.deepEqual(await run('2027-07-01T15:00:00Z'), [])
  await engine.db.updateTable('account').set({ disabled_at: null }).where('id', '=', owner).execute()
  const mails = await run('2027-07-01T15:01:00Z')
  assert.deepEqual(
    mails.map(({ recipient }) => recipient),
    [`owner${people}@example.com`],
  )
})
