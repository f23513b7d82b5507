import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { daysUntil, type LeapDay, rangesFrom } from '../../../engine/contacts/birthdays.ts'
import type { TestServer } from '../../support/latchkey.ts'
import { assertOk, BASE, DAY_MS, newContact, newcomer, startCrm } from './support.ts'

let server: TestServer
before(async () => {
  server = await startCrm({ env: { REMINDER_TIMEZONE: 'Pacific/Kiritimati' } })
})
after(() => server.close())

const day = (text: string) => Temporal.PlainDate.from(text)
const isInWindow = (key: number, today: string, leapDay: LeapDay = '03-01'): boolean =>
  rangesFrom(day(today), leapDay).some(([from, to]) => key >= from && key <= to)

test('the window goes from today to the end of the next month, over the turn of the year', () => {
  for (const [today, inside, outside] of [
    ['2026-11-21', [1121, 1130, 1201, 1231], [1120, 101, 1001]],
    ['2026-12-05', [1205, 1231, 101, 131], [1204, 201]],
    ['2026-01-31', [131, 201, 229], [130, 301]],
    ['2027-03-01', [301, 430, 229], [228, 501]],
    ['2028-03-01', [301, 430], [229, 228]],
  ] as const) {
    for (const key of inside) assert.ok(isInWindow(key, today), `${key} from ${today}`)
    for (const key of outside) assert.ok(!isInWindow(key, today), `${key} from ${today}`)
  }
})

test('days are those of the calendar; a 29 February that is none falls where the person wishes', () => {
  for (const [key, today, days, leapDay] of [
    [1121, '2026-11-21', 0, '03-01'],
    [101, '2026-12-31', 1, '03-01'],
    [1120, '2026-11-21', 364, '03-01'],
    // Clocks change in between, here and there.
    [401, '2026-03-25', 7, '03-01'],
    [1101, '2026-10-20', 12, '03-01'],
    [229, '2027-02-28', 1, '03-01'],
    [229, '2027-03-01', 0, '03-01'],
    [229, '2027-02-28', 0, '02-28'],
    [229, '2027-03-01', 365, '02-28'],
    [229, '2028-02-28', 1, '02-28'],
    [229, '2028-02-29', 0, '03-01'],
  ] as const) {
    assert.equal(daysUntil(key, day(today), leapDay), days, `${key} from ${today}, ${leapDay}`)
  }
})

test('the nearest first: all of the next fortnight, and five at least; names as people are called', async () => {
  const one = await newcomer(server)
  const path = `${BASE}/contacts/birthdays`
  assert.deepEqual(assertOk(await one.visitor.get(path)), { birthdays: [] })
  // The server's day is that of the zone it is told.
  const today = Temporal.Instant.fromEpochMilliseconds(server.clock.now())
    .toZonedDateTimeISO('Pacific/Kiritimati')
    .toPlainDate()
  const inDays = (days: number, year = '1990') => `${year}-${today.add({ days }).toString().slice(5)}`
  await newContact(one, { firstname: 'Late', birthday: inDays(25) })
  await newContact(one, { firstname: 'Never' })
  await newContact(one, { firstname: 'Past', birthday: inDays(-1) })
  await newContact(one, {
    firstname: 'Ada',
    nickname: 'Countess',
    lastname: 'King',
    birthday: inDays(0, '-'),
  })
  await newContact(one, { firstname: 'Soon', birthday: inDays(1, '2020') })
  const { ID } = await newContact(one, { firstname: 'Archived', birthday: inDays(2) })
  assertOk(await one.visitor.post(`${BASE}/contacts/${ID}/archive`))
  const shown = async (): Promise<any[]> => assertOk(await one.visitor.get(path)).birthdays
  const names = async () => (await shown()).map(({ name }) => name)
  assert.deepEqual(await names(), ['Countess King', 'Soon', 'Late'])
  const [first] = await shown()
  assert.deepEqual(Object.keys(first).toSorted(), ['birthday', 'contact_id', 'name', 'type'])
  assert.equal(first.birthday, inDays(0, '-'))
  for (let days = 3; days < 9; days++)
    await newContact(one, { firstname: `D${days}`, birthday: inDays(days) })
  assert.deepEqual(await names(), ['Countess King', 'Soon', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8'])
  server.clock.advance(DAY_MS)
  assert.equal((await names())[0], 'Soon')
  const other = await newcomer(server)
  assert.deepEqual(assertOk(await other.visitor.get(path)), { birthdays: [] })
})
