/** What a question costs is counted: as many statements for a large book as for a small one. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Kysely } from 'kysely'
import { insertAccount } from '../../storage/accounts.ts'
import { ensureRealm } from '../../storage/realms.ts'
import type { Schema } from '../../storage/schema.ts'
import { openTestStorage, type TestStorage } from '../../test/support/engine.ts'
import { systemClock } from '../clock.ts'
import { listUpcomingBirthdays } from './birthdays.ts'
import { nothingKnown } from './contact-values.ts'
import { createContact } from './create-contact.ts'
import { type ContactQuery, drawContacts, listCircles, listContacts } from './list-contacts.ts'

let opened: TestStorage
let db: Kysely<Schema>
let statements = 0
let realmId = 0
before(async () => {
  opened = await openTestStorage()
  db = opened.storage.db.withPlugin({
    transformQuery({ node }) {
      statements++
      return node
    },
    transformResult: async ({ result }) => result,
  })
  realmId = await ensureRealm(db, { name: 'one', now: 1 })
})
after(() => opened.close())

async function newOwner(contacts: number): Promise<number> {
  const uid = `owner ${contacts}`
  const ownerId = await insertAccount(db, {
    uid,
    realmId,
    username: null,
    usernameKey: null,
    name: null,
    role: 'user',
    tier: 0,
    language: null,
    extra: {},
    referrerId: null,
    now: 1,
  })
  assert.ok(ownerId)
  for (let made = 0; made < contacts; made++) {
    const values = { ...nothingKnown, firstname: `Ada ${made}`, birthday: '--12-01', circles: ['All'] }
    await createContact({ db, clock: systemClock }, { ownerId, values, source: 'test' })
  }
  return ownerId
}

const page: Omit<ContactQuery, 'ownerId'> = {
  which: 'listed',
  sort: 'firstname',
  isDescending: false,
  offset: 0,
  limit: 100,
}
const clock = { now: () => Date.UTC(2026, 10, 21) }

const questions: Record<string, [most: number, ask: (ownerId: number) => Promise<unknown>]> = {
  'a page of the list': [3, (ownerId) => listContacts({ db }, { ...page, ownerId })],
  'a page of a search': [2, (ownerId) => listContacts({ db }, { ...page, ownerId, search: 'ada' })],
  'a page of a circle': [2, (ownerId) => listContacts({ db }, { ...page, ownerId, circle: 'All' })],
  'a page past the end of a search': [
    2,
    (ownerId) => listContacts({ db }, { ...page, ownerId, search: 'ada', offset: 1_000 }),
  ],
  'all circles': [1, (ownerId) => listCircles({ db }, ownerId)],
  'five by chance': [3, (ownerId) => drawContacts({ db }, { ownerId, wanted: 5 })],
  'upcoming birthdays': [1, (ownerId) => listUpcomingBirthdays({ db, clock }, { ownerId, timeZone: 'UTC' })],
}

test('each question takes as many statements for sixty contacts as for six, and few', async () => {
  const [small, large] = [await newOwner(6), await newOwner(60)]
  for (const [name, [most, ask]] of Object.entries(questions)) {
    statements = 0
    await ask(small)
    const forSmall = statements
    statements = 0
    await ask(large)
    assert.equal(statements, forSmall, name)
    assert.ok(statements > 0 && statements <= most, `${name}: ${statements}`)
  }
})

test('in a large book five are drawn by their ids, each as likely as any other, whatever gaps there are', async () => {
  const ownerId = await newOwner(2)
  const other = await newOwner(1)
  const columns = await db
    .selectFrom('contact')
    .selectAll()
    .where('owner_id', '=', other)
    .executeTakeFirstOrThrow()
  const { id: _id, ...row } = columns
  const lists = { emails: null, phones: null, addresses: null, urls: null, impps: null, circles: null }
  const empty = { ...row, ...lists, custom_fields: null, hidden_properties: null, owner_id: ownerId }
  for (let step = 0; step < 4; step++) {
    const rows = Array.from({ length: 300 }, (_, n) => ({
      ...empty,
      uid: `${step}-${n}`,
      state: n % 100 === 0 ? 1 : 0,
    }))
    await db.insertInto('contact').values(rows).execute()
  }
  await db
    .updateTable('address_book')
    .set({ listed: 1_188, archived: 12 })
    .where('owner_id', '=', ownerId)
    .execute()
  const seen = new Set<number>()
  for (let times = 0; times < 40; times++) {
    statements = 0
    const drawn = await drawContacts({ db }, { ownerId, wanted: 5 })
    assert.ok(statements <= 5)
    assert.equal(new Set(drawn.map(({ id }) => id)).size, 5)
    for (const { id, isArchived } of drawn) {
      assert.equal(isArchived, false)
      seen.add(id)
    }
  }
  // Of 200 draws out of 1,188 few are the same.
  assert.ok(seen.size > 150, `${seen.size} of 200`)
})
