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

const CONTACTS = `${BASE}/contacts`
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?Z$/

/** Everything that a form can hold. */
const full = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  nickname: 'Countess',
  gender: 'female',
  email: 'ada@example.org',
  phone: '+44 20 7946 0000',
  birthday: '1815-12-10',
  anniversary: '--07-08',
  address: 'St James’s Square',
  how_we_met: 'At a party of Babbage’s',
  food_preference: 'No sugar',
  work_information: 'Numbers',
  contact_information: 'By letter',
  prefix: 'Lady',
  middle_name: 'King',
  suffix: 'FRS',
  organization: 'Analytical Engines',
  department: 'Notes',
  job_title: 'Programmer',
  role: 'First',
}
const lists = {
  circles: ['Science', 'London'],
  custom_fields: { 'Shoe size': '37', '': 'nameless' },
  emails: [
    { type: 'home', value: 'ada@example.org' },
    { type: '', value: '"a b"@example.org' },
  ],
  phones: [{ type: 'cell', value: '+44 20 7946 0000' }],
  addresses: [{ type: 'home', street: 'St James’s Square', city: '', region: '', postal: '', country: '' }],
  urls: [{ type: 'work', value: 'https://example.org/ada' }],
  impps: [{ type: 'matrix', value: '@ada:example.org' }],
}
const empty = Object.fromEntries(Object.keys(full).map((key) => [key, '']))
const unset = Object.fromEntries(Object.keys(lists).map((key) => [key, null]))

let server: TestServer
let person: Person
before(async () => {
  server = await startCrm()
  person = await newcomer(server)
})
after(() => server.close())

const path = (id: unknown, rest = '') => `${CONTACTS}/${id}${rest}`

test('a contact with everything is kept as it was sent, and one with a first name has nothing else', async () => {
  const answer = await person.visitor.post(CONTACTS, { ...full, ...lists, ID: 1, archived: true, photo: 'x' })
  const { message, contact } = assertOk(answer, 201)
  assert.ok(message)
  const { ID, CreatedAt, UpdatedAt, ...rest } = contact
  assert.deepEqual(rest, {
    ...full,
    ...lists,
    DeletedAt: null,
    photo: '',
    relationships: null,
    archived: false,
  })
  for (const at of [CreatedAt, UpdatedAt]) assert.match(at, TIME)
  const read = assertOk(await person.visitor.get(path(ID)))
  for (const [key, value] of Object.entries({ ...full, ...lists })) assert.deepEqual(read[key], value, key)
  const bare = await newContact(person, { firstname: 'Bo', lastname: null, circles: null })
  assert.ok(bare.ID > ID)
  for (const [key, value] of Object.entries({ ...empty, ...unset, firstname: 'Bo' })) {
    assert.deepEqual(bare[key], value, key)
  }
  const lived = await newContact(person, { emails: [], circles: [], custom_fields: {} })
  assert.deepEqual([lived.emails, lived.circles, lived.custom_fields], [[], [], {}])
})

test('the first of each list stands where one is asked for; without a list, what was sent', async () => {
  const one = await newContact(person, {
    email: 'old@example.org',
    phone: '11111',
    address: 'old',
    emails: [{ value: 'new@example.org' }],
    phones: [{ type: 'work', value: '22222' }],
    addresses: [{ street: 'High Street 1', city: ' ', postal: '12345', country: 'Utopia' }],
  })
  assert.deepEqual(
    [one.email, one.phone, one.address],
    ['new@example.org', '22222', 'High Street 1, 12345, Utopia'],
  )
  assert.deepEqual(one.emails, [{ type: '', value: 'new@example.org' }])
  const other = await newContact(person, { email: 'old@example.org', emails: [], phone: '11111' })
  assert.deepEqual([other.email, other.phone], ['old@example.org', '11111'])
})

test('every field that breaks a rule is named, all at once', async () => {
  const x = (length: number) => 'x'.repeat(length)
  const post = (body: object) => person.visitor.post(CONTACTS, body)
  assert.deepEqual(assertInvalid(await post({})), ['Firstname'])
  for (const [key, longest, name] of [
    ['firstname', 100, 'Firstname'],
    ['lastname', 100, 'Lastname'],
    ['nickname', 50, 'Nickname'],
    ['address', 500, 'Address'],
    ['how_we_met', 1000, 'HowWeMet'],
    ['food_preference', 500, 'FoodPreference'],
    ['work_information', 1000, 'WorkInformation'],
    ['contact_information', 1000, 'ContactInformation'],
    ['prefix', 50, 'Prefix'],
    ['suffix', 50, 'Suffix'],
    ['middle_name', 100, 'MiddleName'],
    ['organization', 200, 'Organization'],
    ['department', 200, 'Department'],
    ['job_title', 200, 'JobTitle'],
    ['role', 200, 'Role'],
  ] as const) {
    assertOk(await post({ firstname: 'A', [key]: '😀'.repeat(longest) }), 201)
    assert.deepEqual(assertInvalid(await post({ firstname: 'A', [key]: x(longest + 1) })), [name])
  }
  for (const [changes, names] of [
    [{ firstname: '' }, ['Firstname']],
    [{ firstname: ' \t' }, ['Firstname']],
    [{ gender: 'f', email: 'a@b', phone: '1234' }, ['Email', 'Gender', 'Phone']],
    [{ birthday: '1990-1-1', anniversary: '0000-13-01' }, ['Anniversary', 'Birthday']],
    [{ birthday: '--13-45' }, ['Birthday']],
    [{ birthday: '--02-30' }, ['Birthday']],
    [{ birthday: '2023-02-29' }, ['Birthday']],
    [{ birthday: '10.12.1815' }, ['Birthday']],
    [{ phone: `${'1'.repeat(21)}` }, ['Phone']],
    [{ circles: ['a', ' A '] }, ['Circles']],
    [{ circles: [x(301)] }, ['Circles[0]']],
    [{ emails: [{ type: 'x' }] }, ['Value']],
    [{ emails: [{ value: 'nobody' }] }, ['Value']],
    [{ emails: [{ value: '' }] }, ['Value']],
    [{ emails: [{ type: x(31), value: 'a@b.de' }] }, ['Type']],
    [{ phones: [{ value: 'one' }] }, ['Value']],
    [{ urls: [{ value: 'javascript:alert(1)' }] }, ['Value']],
    [{ urls: [{ value: ' JAVA\tSCRIPT:alert(1)' }] }, ['Value']],
    [{ urls: [{ value: 'data:text/html,x' }] }, ['Value']],
    [{ impps: [{ value: 'vbscript:x' }] }, ['Value']],
    [{ impps: [{ value: 'file:///etc/passwd' }] }, ['Value']],
    [{ urls: [{ value: x(501) }] }, ['Value']],
    [{ impps: [{ value: x(201) }] }, ['Value']],
    [
      { addresses: [{ street: x(501), city: x(201), region: x(201), postal: x(31), country: x(101) }] },
      ['City', 'Country', 'Postal', 'Region', 'Street'],
    ],
    [{ emails: Array.from({ length: 26 }, () => ({ value: 'a@b.de' })) }, ['Emails']],
    [{ addresses: Array.from({ length: 26 }, () => ({})) }, ['Addresses']],
  ] as const) {
    assert.deepEqual(
      assertInvalid(await post({ firstname: 'A', ...changes })),
      names,
      JSON.stringify(changes),
    )
  }
  for (const changes of [
    { firstname: 1 },
    { circles: 'a' },
    { circles: [1] },
    { custom_fields: { a: 1 } },
    { custom_fields: [] },
    { emails: {} },
    { emails: ['a@b.de'] },
    { birthday: 18151210 },
  ]) {
    assertUnreadable(await post({ firstname: 'A', ...changes }))
  }
  for (const kept of [
    { phone: 'call ٠١٢٣٤ after six' },
    { birthday: '--02-29' },
    { email: 'ünï@exämple.org' },
    { circles: ['', ' ', ''] },
    { urls: [{ value: 'example.org:8080/x' }] },
  ]) {
    const contact = await newContact(person, kept)
    for (const [key, value] of Object.entries(kept)) {
      const shown = key === 'urls' ? [{ type: '', value: 'example.org:8080/x' }] : value
      assert.deepEqual(contact[key], shown)
    }
  }
})

test('a PUT replaces everything but what it may not touch, and answers the contact bare', async () => {
  const { ID, CreatedAt } = await newContact(person, { ...full, ...lists })
  const body = {
    firstname: 'Augusta',
    ID: 999,
    archived: true,
    photo: 'x',
    CreatedAt: '2000-01-01T00:00:00Z',
  }
  const replaced = assertOk(await person.visitor.put(path(ID), body))
  assert.deepEqual(
    [replaced.ID, replaced.CreatedAt, replaced.archived, replaced.photo],
    [ID, CreatedAt, false, ''],
  )
  for (const [key, value] of Object.entries({ ...empty, ...unset, firstname: 'Augusta' })) {
    assert.deepEqual(replaced[key], value, key)
  }
  const whole = assertOk(await person.visitor.get(path(ID)))
  const again = assertOk(await person.visitor.put(path(ID), { ...whole, lastname: 'King' }))
  assert.equal(again.lastname, 'King')
  assert.deepEqual(assertInvalid(await person.visitor.put(path(ID), {})), ['Firstname'])
  assertUnreadable(await person.visitor.put(path(ID), { firstname: 1 }))
  assert.deepEqual(assertInvalid(await person.visitor.put(path(999_999), {})), ['Firstname'])
  assert.deepEqual(assertNotFound(await person.visitor.put(path('x'), { firstname: 'A' })), { id: 'x' })
  const names = await race(4, () => person.visitor.put(path(ID), { firstname: 'Same' }))
  assert.deepEqual(names, { 200: 4 })
})

test('deleting is done once; what is gone is gone from everywhere', async () => {
  const one = await newcomer(server)
  const { ID } = await newContact(one, { firstname: 'Gone', circles: ['Leaving'] })
  assert.deepEqual(await race(4, () => one.visitor.delete(path(ID))), { 200: 1, 404: 3 })
  assert.deepEqual(assertNotFound(await one.visitor.get(path(ID))), { id: String(ID) })
  assert.deepEqual(await namesIn(one), [])
  assert.deepEqual(await namesIn(one, 'search=gone&include_archived=true'), [])
  assert.deepEqual(assertOk(await one.visitor.get(`${CONTACTS}/circles`)), [])
  assertNotFound(await one.visitor.put(path(ID), { firstname: 'Back' }))
  assertNotFound(await one.visitor.post(path(ID, '/archive')))
  assertNotFound(await one.visitor.post(path(ID, '/unarchive')))
})

test('archiving takes a contact out of the lists, and may be done again', async () => {
  const one = await newcomer(server)
  const { ID } = await newContact(one, { firstname: 'Old', circles: ['School'] })
  await newContact(one, { firstname: 'New' })
  for (let times = 0; times < 2; times++) {
    const archived = assertOk(await one.visitor.post(path(ID, '/archive')))
    assert.deepEqual([archived.ID, archived.archived, archived.relationships], [ID, true, null])
  }
  assert.deepEqual(await namesIn(one), ['New'])
  assert.deepEqual(await namesIn(one, 'archived=true'), ['Old'])
  assert.deepEqual(await namesIn(one, 'include_archived=true&archived=true'), ['New', 'Old'])
  assert.deepEqual(await namesIn(one, 'search=old'), [])
  assert.deepEqual(await namesIn(one, 'circle=School'), [])
  assert.deepEqual(await namesIn(one, 'circle=School&archived=true'), ['Old'])
  assert.deepEqual(assertOk(await one.visitor.get(`${CONTACTS}/circles`)), ['School'])
  assert.equal(assertOk(await one.visitor.get(path(ID))).archived, true)
  const edited = assertOk(await one.visitor.put(path(ID), { firstname: 'Older', archived: false }))
  assert.deepEqual([edited.archived, edited.firstname], [true, 'Older'])
  const totals = async (query: string) => assertOk(await one.visitor.get(`${CONTACTS}?${query}`)).total
  assert.deepEqual(
    [await totals(''), await totals('archived=true'), await totals('include_archived=true')],
    [1, 1, 2],
  )
  await Promise.all([1, 2, 3].map(() => one.visitor.post(path(ID, '/unarchive'))))
  assert.equal(assertOk(await one.visitor.post(path(ID, '/unarchive'))).archived, false)
  assert.deepEqual([await totals(''), await totals('archived=true')], [2, 0])
})

test('only the fields that are asked for are filled', async () => {
  const { ID } = await newContact(person, { ...full, ...lists })
  const some = assertOk(
    await person.visitor.get(path(ID, '?fields=firstname,emails,nonsense,photo_thumbnail')),
  )
  assert.deepEqual([some.firstname, some.emails], ['Ada', lists.emails])
  assert.deepEqual([some.ID, some.lastname, some.circles, some.archived], [0, '', null, false])
  const all = assertOk(await person.visitor.get(path(ID, '?fields=Firstname, lastname')))
  assert.equal(all.ID, ID)
  const listed = assertOk(await person.visitor.get(`${CONTACTS}?fields=ID,circles&limit=1`)).contacts[0]
  assert.deepEqual([listed.ID, listed.circles, listed.firstname], [ID, lists.circles, ''])
  assert.equal(listed.photo_thumbnail, '')
})

test('the list: pages from both ends, orders, and what is no number', async () => {
  const one = await newcomer(server)
  const names = ['älva', 'Bert', 'Åke', 'zoe', 'anna', 'Bert', 'Émile']
  const ids: number[] = []
  for (const [index, firstname] of names.entries()) {
    ids.push((await newContact(one, { firstname, lastname: String(index) })).ID)
  }
  const list = async (query: string) => {
    const { contacts, ...rest } = assertOk(await one.visitor.get(`${CONTACTS}?${query}`))
    return { ids: contacts.map(({ ID }: { ID: number }) => ID), contacts, ...rest }
  }
  assert.deepEqual((await list('')).ids, ids.toReversed())
  assert.deepEqual((await list('order=asc')).ids, ids)
  assert.deepEqual((await list('order=ASC')).ids, ids.toReversed())
  assert.deepEqual(await namesIn(one), ['Åke', 'älva', 'anna', 'Bert', 'Bert', 'Émile', 'zoe'])
  assert.deepEqual((await list('sort=lastname&order=asc')).ids, ids)
  const byName = (await list('sort=firstname&order=desc')).ids
  assert.deepEqual(byName, (await list('sort=firstname&order=asc')).ids.toReversed())
  for (const sort of ['id', 'firstname', 'lastname']) {
    for (const order of ['asc', 'desc']) {
      const whole = (await list(`sort=${sort}&order=${order}`)).ids
      const paged: number[] = []
      for (let page = 1; page <= 4; page++) {
        paged.push(...(await list(`sort=${sort}&order=${order}&limit=2&page=${page}`)).ids)
      }
      assert.deepEqual(paged, whole, `${sort} ${order}`)
    }
  }
  const past = await list('page=5&limit=2')
  assert.deepEqual([past.ids, past.total, past.page, past.limit], [[], 7, 5, 2])
  const far = await list('page=99&search=bert')
  assert.deepEqual([far.ids, far.total], [[], 2])
  const odd = await list('page=x&limit=1000&sort=nonsense')
  assert.deepEqual([odd.page, odd.limit, odd.ids], [1, 100, ids.toReversed()])
  assert.deepEqual((await list('sort=random')).ids.toSorted(), ids.toSorted())
  const [first] = (await list('')).contacts
  assert.match(first.CreatedAt, TIME)
  assert.notEqual(first.CreatedAt, '0001-01-01T00:00:00Z')
})

test('search finds a part of any field, whatever its case and accents, and of no one else’s', async () => {
  const one = await newcomer(server)
  const stranger = await newcomer(server)
  await newContact(stranger, { ...full, ...lists })
  const { ID } = await newContact(one, { ...full, ...lists })
  await newContact(one, { firstname: 'Grace', lastname: 'Höpper-Straße', nickname: '100%_\\x"' })
  const list = async (text: string) => (await namesIn(one, `search=${encodeURIComponent(text)}`)).join()
  for (const text of [
    ...[
      'Love',
      'LOVELACE',
      'ada love',
      'countess love',
      'velac',
      'ADA@EXAMPLE',
      'a b"@ex',
      '7946',
      'babbage',
    ],
    ...['sugar', 'numbers', 'letter', 'analytical', 'london', 'nameless', 'square', 'matr'],
    ...['1815-12', 'lady', 'frs', 'programm', '@ada:'],
  ]) {
    const expected = text === 'matr' ? '' : 'Ada'
    assert.equal(await list(text), expected, text)
  }
  for (const text of ['hopper', 'HÖPPER', 'strasse', 'STRASSE', '100%', '%_\\', 'x"']) {
    assert.equal(await list(text), text === 'x"' ? '' : 'Grace', text)
  }
  for (const text of ['%%%', '___', '" OR "', 'text : ada', 'nobody here', 'ada*', "'; drop"]) {
    assert.equal(await list(text), '', text)
  }
  // One or two letters: how names begin.
  assert.equal(await list('gr'), 'Grace')
  assert.equal(await list('A'), 'Ada')
  assert.equal(await list('hö'), 'Grace')
  assert.equal(await list('co'), 'Ada')
  assert.equal(await list('zz'), '')
  assert.equal(await list(''), 'Ada,Grace')
  assertOk(await one.visitor.put(path(ID), { firstname: 'Augusta' }))
  assert.equal(await list('lovelace'), '')
  assert.equal(await list('augus'), 'Augusta')
  assert.equal(await list('x'.repeat(5_000)), '')
})

test('circles are exact, combine with a search, and are listed once', async () => {
  const one = await newcomer(server)
  for (const [firstname, circles] of [
    ['Ann', ['Work', 'Chess']],
    ['Bob', ['Work']],
    ['Cid', ['work', ' ', '']],
    ['Dee', []],
  ] as const) {
    await newContact(one, { firstname, circles })
  }
  assert.deepEqual(await namesIn(one, 'circle=Work'), ['Ann', 'Bob'])
  assert.deepEqual(await namesIn(one, 'circle=work'), ['Cid'])
  assert.deepEqual(await namesIn(one, 'circle=Wor'), [])
  assert.deepEqual(await namesIn(one, 'circle=Work&search=bob'), ['Bob'])
  assert.deepEqual(await namesIn(one, 'circle=Work&circle=Chess'), ['Ann', 'Bob'])
  const paged = assertOk(await one.visitor.get(`${CONTACTS}?circle=Work&limit=1&page=2&sort=lastname`))
  assert.deepEqual([paged.total, paged.contacts.length], [2, 1])
  const circles: string[] = assertOk(await one.visitor.get(`${CONTACTS}/circles`))
  assert.deepEqual(circles.toSorted(), ['Chess', 'Work', 'work'])
  assert.deepEqual(assertOk(await (await newcomer(server)).visitor.get(`${CONTACTS}/circles`)), [])
})

test('five by chance, each once, and of a few all', async () => {
  const one = await newcomer(server)
  const draw = async (): Promise<any[]> => assertOk(await one.visitor.get(`${CONTACTS}/random`)).contacts
  assert.deepEqual(await draw(), [])
  const ids = new Set<number>()
  for (let made = 0; made < 8; made++)
    ids.add((await newContact(one, { firstname: `F${made}`, phone: '12345' })).ID)
  const [archived = 0] = ids
  assertOk(await one.visitor.post(path(archived, '/archive')))
  const seen = new Set<number>()
  for (let times = 0; times < 30; times++) {
    const drawn = await draw()
    assert.equal(new Set(drawn.map(({ ID }) => ID)).size, 5)
    for (const { ID, firstname, phone, photo_thumbnail } of drawn) {
      assert.ok(firstname.startsWith('F') && phone === '' && photo_thumbnail === '')
      seen.add(ID)
    }
  }
  assert.deepEqual(seen, new Set([...ids].slice(1)))
})

test('an account that is erased takes its contacts with it', async () => {
  const own = await startCrm()
  try {
    const admin = await newcomer(own)
    const one = await newcomer(own)
    await newContact(one, { ...full, ...lists })
    const { id } = assertOk(await one.visitor.get(`${BASE}/users/me`))
    assertOk(await admin.visitor.delete(`${BASE}/admin/users/${id}`))
    assert.deepEqual(await namesIn(admin, 'search=lovelace'), [])
  } finally {
    await own.close()
  }
})

test('E1: what is somebody else’s does not exist, by any route', async () => {
  const [owner, other] = [await newcomer(server), await newcomer(server)]
  const { ID } = await newContact(owner, full)
  const routes: [string, string, unknown?][] = [
    ['GET', path(ID)],
    ['PUT', path(ID), { firstname: 'Mine' }],
    ['DELETE', path(ID)],
    ['POST', path(ID, '/archive')],
    ['POST', path(ID, '/unarchive')],
  ]
  for (const [method, at, json] of routes) {
    assert.deepEqual(assertNotFound(await other.visitor.send(method, at, { json })), { id: String(ID) })
    assertProblem(await server.visitor().send(method, at, { json }), 401, 'UNAUTHORIZED')
    for (const id of ['0', '-1', '1.5', 'abc', '1 or 1=1', '9'.repeat(30), '%27']) {
      const answer = await other.visitor.send(method, at.replace(String(ID), encodeURIComponent(id)), {
        json,
      })
      assertProblem(answer, 404, 'NOT_FOUND')
    }
  }
  assert.equal(assertOk(await owner.visitor.get(path(ID))).firstname, 'Ada')
})
