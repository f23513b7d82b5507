import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import { assertInvalid, assertProblem, assertUser, newPerson, signUp } from './support.ts'

const PATH = '/starter/api/auth/register'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

const register = (body: unknown) => server.visitor().post(PATH, body)

test('registering answers 201 with the user, and signs in', async () => {
  const visitor = server.visitor()
  const person = newPerson()
  const answer = await visitor.post(PATH, person)
  assertUser(answer, 201, person)
  assert.ok(Math.abs(Date.parse(answer.body.user.created_at) - server.clock.now()) < 60_000)
  const me = await visitor.get('/starter/api/auth/me')
  assert.equal(me.status, 200)
  assert.deepEqual(me.body, answer.body)
})

test('each account has an id of its own', async () => {
  const first = await signUp(server)
  const second = await signUp(server)
  assert.notEqual(first.answer.body.user.id, second.answer.body.user.id)
})

test('display_name, which clients of version 1.1 send, is accepted and not shown', async () => {
  const person = newPerson()
  assertUser(await register({ ...person, display_name: 'Ada Lovelace' }), 201, person)
})

for (const field of ['username', 'email', 'password'] as const) {
  test(`registering without ${field}, or with a ${field} that is no text, is 400`, async () => {
    const { [field]: _left, ...rest } = newPerson()
    assertInvalid(await register(rest), field)
    for (const value of [null, 12_345_678, true, ['abcdefgh'], { a: 1 }, '']) {
      assertInvalid(await register({ ...rest, [field]: value }), field)
    }
  })
}

test('display_name is 1 to 255 characters, and not null', async () => {
  for (const display_name of ['', null, 7, 'a'.repeat(256), '😀'.repeat(256)]) {
    assertInvalid(await register({ ...newPerson(), display_name }), 'display_name')
  }
  for (const display_name of ['a', '😀'.repeat(255)]) {
    assert.equal((await register({ ...newPerson(), display_name })).status, 201)
  }
})

test('a key that the document does not know is 400, and named', async () => {
  for (const key of ['name', 'role', 'id', 'Username', 'displayName']) {
    assertInvalid(await register({ ...newPerson(), [key]: 'admin' }), key)
  }
})

test('several wrong fields are all named', async () => {
  assertInvalid(
    await register({ username: 'no', email: 'ada@example.com', password: 'short' }),
    'username',
    'password',
  )
})

test('a user name has 3 to 30 characters', async () => {
  assertInvalid(await register(newPerson({ username: 'ab' })), 'username')
  assertInvalid(await register(newPerson({ username: 'a'.repeat(31) })), 'username')
  assert.equal((await register(newPerson({ username: 'abc' }))).status, 201)
  assert.equal((await register(newPerson({ username: 'b'.repeat(30) }))).status, 201)
})

test('a user name has ASCII letters and digits only, and is not trimmed', async () => {
  const names = [
    'josé',
    'аlice',
    'ａｌｉｃｅ',
    'alice٣',
    'a_b',
    'a-b',
    'a.b',
    'a b',
    'a@b',
    'alice ',
    ' alice',
    'alice\n',
    'Straße',
    '😀😀😀',
  ]
  for (const username of names) assertInvalid(await register(newPerson({ username })), 'username')
  assert.equal((await register(newPerson({ username: 'Az09' }))).status, 201)
})

test('a password has 8 to 128 characters, counted in code points', async () => {
  for (const password of ['a'.repeat(7), '😀'.repeat(7), 'a'.repeat(129), '😀'.repeat(129)]) {
    assertInvalid(await register(newPerson({ password })), 'password')
  }
  for (const password of ['aaaaaaaa', '😀'.repeat(8), 'a'.repeat(128), '😀'.repeat(128)]) {
    const person = newPerson({ password })
    assert.equal((await register(person)).status, 201, password)
    const { username } = person
    assert.equal((await server.visitor().post('/starter/api/auth/login', { username, password })).status, 200)
  }
})

test('all 128 characters of a password count, also beyond the 72nd byte', async () => {
  const password = `${'p'.repeat(127)}x`
  const { username } = await signUp(server, { password })
  const login = (tried: string) =>
    server.visitor().post('/starter/api/auth/login', { username, password: tried })
  assertProblem(await login(`${'p'.repeat(127)}y`), 401, 'Invalid credentials')
  assertProblem(await login('p'.repeat(127)), 401, 'Invalid credentials')
  assert.equal((await login(password)).status, 200)
})

test('a common password is accepted: the document asks for length alone', async () => {
  assert.equal((await register(newPerson({ password: 'password' }))).status, 201)
})

test('what is no e-mail address is 400', async () => {
  const wrong = [
    'plain',
    '@example.com',
    'bob@',
    'bob@@example.com',
    'a@b@example.com',
    'bob@exa mple.com',
    'bo b@example.com',
    '.bob@example.com',
    'bob.@example.com',
    'bo..b@example.com',
    'bob@example..com',
    'bob@.example.com',
    'bob@example.com.',
    'bob@-example.com',
    'bob@exa_mple.com',
    'bob@exam\nple.com',
    'bob@exam\tple.com',
    'bob@ex%61mple.com',
    'bob@example.com:25',
    'bob@example.com/x',
    'bob@exam\u00adple.com',
    'bob＠exa＠mple.com',
    'bob@example.com\r\nbcc: eve@example.com',
    'bob@example.com,eve@example.com',
    '<bob@example.com>',
    'Bob <bob@example.com>',
    `${'a'.repeat(65)}@example.com`,
    `bob@${'a'.repeat(64)}.com`,
  ]
  for (const email of wrong) assertInvalid(await register(newPerson({ email })), 'email')
})

test('an address with blanks around it is 400: nothing is trimmed', async () => {
  for (const email of [
    ' blank@example.com',
    'blank@example.com ',
    '\tblank@example.com',
    'blank@example.com\n',
  ]) {
    assertInvalid(await register(newPerson({ email })), 'email')
  }
  assert.equal((await register(newPerson({ email: 'blank@example.com' }))).status, 201)
})

test('an address of an intranet is accepted', async () => {
  for (const email of ['bob@corp.local', 'bob@localhost']) {
    const person = newPerson({ email })
    assertUser(await register(person), 201, person)
  }
})

test('an address has at most 254 characters', async () => {
  const local = 'l'.repeat(60)
  const label = 'd'.repeat(63)
  const domain = (length: number) => `${label}.${label}.${label}.${'d'.repeat(length - 192)}`
  const longest = `${local}@${domain(193)}`
  assert.equal(longest.length, 254)
  assertInvalid(await register(newPerson({ email: `${local}@${domain(194)}` })), 'email')
  assert.equal((await register(newPerson({ email: longest }))).status, 201)
})

test('name and address are shown as they were first written', async () => {
  const person = newPerson({ username: 'MixedCase', email: 'Mixed.Case@Example.Com' })
  assertUser(await register(person), 201, person)
})

test('a name that is taken is 409, in any case, and nobody is signed in', async () => {
  await signUp(server, { username: 'Alice' })
  for (const username of ['Alice', 'alice', 'ALICE']) {
    const answer = await register(newPerson({ username }))
    assertProblem(answer, 409, 'Username or email already taken')
    assert.equal(answer.cookies.has('token'), false)
  }
})

test('an address that is taken is 409 with the same message, in any case and in full-width letters', async () => {
  await signUp(server, { email: 'Taken@Example.com' })
  const spellings = [
    'Taken@Example.com',
    'taken@example.com',
    'TAKEN@EXAMPLE.COM',
    'ｔａｋｅｎ@example.com',
    'taken@ｅｘａｍｐｌｅ.com',
    'taken＠example.com',
  ]
  for (const email of spellings) {
    assertProblem(await register(newPerson({ email })), 409, 'Username or email already taken')
  }
})

test('an address with a plus tag is another address', async () => {
  await signUp(server, { email: 'plus@example.com' })
  const person = newPerson({ email: 'plus+shop@example.com' })
  assertUser(await register(person), 201, person)
})

test('a refused registration leaves nothing: name and address are still free', async () => {
  const { username } = await signUp(server)
  const person = newPerson()
  assertProblem(await register({ ...person, username }), 409, 'Username or email already taken')
  assertUser(await register(person), 201, person)
})

test('a failed registration mails nothing; a good one mails a link that proves the address', async () => {
  const taken = await signUp(server)
  await server.smtp.waitForMail(taken.email)
  const person = newPerson()
  await register({ ...person, username: taken.username })
  const { username } = await signUp(server, { email: person.email })
  const mail = await server.smtp.waitForMail(person.email)
  assert.equal(mail.subject, 'Confirm your e-mail address')
  assert.ok(mail.text.includes(`${server.url}/confirm-email?realm=starter#`))
  assert.ok(mail.text.includes(username))
  assert.equal(server.smtp.mails.filter(({ to }) => to.includes(person.email)).length, 1)
})

for (const count of [2, 20]) {
  test(`of ${count} registrations of one name at once, one is 201 and the others are 409`, async () => {
    const username = `race${count}`
    const answers = await Promise.all(Array.from({ length: count }, () => register(newPerson({ username }))))
    assertOneWon(answers, count)
  })

  test(`of ${count} registrations of one address at once, one is 201 and the others are 409`, async () => {
    const email = `race${count}@example.com`
    const answers = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        register(newPerson({ email: i % 2 ? email : email.toUpperCase() })),
      ),
    )
    assertOneWon(answers, count)
  })
}

function assertOneWon(answers: Awaited<ReturnType<typeof register>>[], count: number): void {
  const lost = answers.filter(({ status }) => status !== 201)
  assert.equal(lost.length, count - 1)
  for (const answer of lost) assertProblem(answer, 409, 'Username or email already taken')
}
