import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MINUTE_MS, SECOND_MS } from '../../../engine/clock.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  askForCode,
  assertInvalid,
  assertProblem,
  assertUser,
  newPerson,
  otherThan,
  signUp,
} from './support.ts'

const PATH = '/starter/api/auth/verify-code'
const WRONG = 'Invalid or expired code'
const NAME_MISSING = 'Username is required for new accounts'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

const verify = (body: object) => server.visitor().post(PATH, body)

test('a code signs in to the account of its address: 200, the user, a session', async () => {
  const person = await signUp(server)
  const visitor = server.visitor()
  const code = await askForCode(server, person.email)
  const answer = await visitor.post(PATH, { email: person.email, code })
  assertUser(answer, 200, person)
  assert.deepEqual(answer.body, person.answer.body)
  assert.deepEqual((await visitor.get('/starter/api/auth/me')).body, answer.body)
})

test('a code makes the account of a new address: 200 and not 201', async () => {
  const { email, username } = newPerson({ email: 'New.Comer@Example.com', username: 'NewComer' })
  const code = await askForCode(server, email)
  const visitor = server.visitor()
  const answer = await visitor.post(PATH, { email, code, username })
  assertUser(answer, 200, { email, username })
  assert.deepEqual((await visitor.get('/starter/api/auth/me')).body, answer.body)
})

test('an account made by a code has no password, and no mail asks to confirm its address', async () => {
  const { email, username, password } = newPerson()
  const code = await askForCode(server, email)
  assert.equal((await verify({ email, code, username })).status, 200)
  const login = await server.visitor().post('/starter/api/auth/login', { username, password })
  assertProblem(login, 401, 'Invalid credentials')
  await askForCode(server, email)
  const subjects = server.smtp.mails.filter(({ to }) => to.includes(email)).map(({ subject }) => subject)
  assert.deepEqual(subjects, ['Your login code', 'Your login code'])
})

test('without a user name a new address gets 400, and the same code with a name then makes the account', async () => {
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  const visitor = server.visitor()
  assertProblem(await visitor.post(PATH, { email, code }), 400, NAME_MISSING)
  assertProblem(await visitor.post(PATH, { email, code }), 400, NAME_MISSING)
  assert.equal(visitor.jar.size, 0)
  assertUser(await visitor.post(PATH, { email, code, username }), 200, { email, username })
})

test('a taken user name is 409, in any case, and the same code with another name makes the account', async () => {
  const taken = await signUp(server, { username: 'TakenName' })
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  for (const name of [taken.username, 'takenname', 'TAKENNAME']) {
    assertProblem(await verify({ email, code, username: name }), 409, 'Username already taken')
  }
  assertUser(await verify({ email, code, username }), 200, { email, username })
})

test('of an address with an account a user name is ignored, also a taken one', async () => {
  const person = await signUp(server)
  const other = await signUp(server)
  for (const username of [other.username, newPerson().username]) {
    const code = await askForCode(server, person.email)
    assertUser(await verify({ email: person.email, code, username }), 200, person)
  }
})

test('a code works once', async () => {
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  assert.equal((await verify({ email, code, username })).status, 200)
  assertProblem(await verify({ email, code, username }), 401, WRONG)
  assertProblem(await verify({ email, code }), 401, WRONG)
})

test('of two with one code at once, for a new account and for an old one, one gets in', async () => {
  const { email, username } = newPerson()
  for (const body of [{ email, username }, { email }]) {
    const code = await askForCode(server, email)
    const answers = await Promise.all([verify({ ...body, code }), verify({ ...body, code })])
    const [won, lost] = answers.sort((a, b) => a.status - b.status)
    assert.ok(won && lost)
    assertUser(won, 200, { email, username })
    assertProblem(lost, 401, WRONG)
  }
})

test('of twenty with one code and a name each at once, one gets in', async () => {
  const { email } = newPerson()
  const code = await askForCode(server, email)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => verify({ email, code, username: newPerson().username })),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const answer of answers.filter(({ status }) => status !== 200)) assertProblem(answer, 401, WRONG)
})

test('of two new addresses that want one name at once, one gets it, and the other may take another', async () => {
  const { username } = newPerson()
  const people = await Promise.all(
    [newPerson(), newPerson()].map(async ({ email }) => ({ email, code: await askForCode(server, email) })),
  )
  const answers = await Promise.all(people.map((person) => verify({ ...person, username })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
  const loser = people[answers.findIndex(({ status }) => status === 409)]
  assert.equal((await verify({ ...loser, username: newPerson().username })).status, 200)
})

test('a registration and a code for one address at once make one account, and nobody gets a 500', async () => {
  for (let i = 0; i < 5; i++) {
    const person = newPerson()
    const { email } = person
    const code = await askForCode(server, email)
    const [registered, verified] = await Promise.all([
      server.visitor().post('/starter/api/auth/register', person),
      verify({ email, code, username: newPerson().username }),
    ])
    assert.equal(verified.status, 200, verified.text)
    assert.ok([201, 409].includes(registered.status), registered.text)
    if (registered.status === 201) assert.equal(verified.body.user.id, registered.body.user.id)
  }
})

test('a code lives ten minutes', async () => {
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  server.clock.advance(9 * MINUTE_MS + 45 * SECOND_MS)
  assertProblem(await verify({ email, code }), 400, NAME_MISSING)
  server.clock.advance(16 * SECOND_MS)
  assertProblem(await verify({ email, code, username }), 401, WRONG)
})

test('a wrong code is 401, also one of letters, and comes before the name is asked for', async () => {
  const { email } = newPerson()
  const code = await askForCode(server, email)
  for (const wrong of [otherThan(code), 'abcdef', '      ', '......', '٣٣٣٣٣٣']) {
    assertProblem(await verify({ email, code: wrong }), 401, WRONG)
  }
})

test('a code without a mail, and an address that was never written to, are 401', async () => {
  const { email, username } = newPerson()
  assertProblem(await verify({ email, code: '123456', username }), 401, WRONG)
})

test('four wrong tries leave the code good', async () => {
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  for (let i = 1; i <= 4; i++) assertProblem(await verify({ email, code: otherThan(code, i) }), 401, WRONG)
  assert.equal((await verify({ email, code, username })).status, 200)
})

test('after five wrong tries the code is dead, also the right one, until a new one is asked for', async () => {
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  for (let i = 1; i <= 5; i++) assertProblem(await verify({ email, code: otherThan(code, i) }), 401, WRONG)
  assertProblem(await verify({ email, code, username }), 401, WRONG)
  const next = await askForCode(server, email)
  assertUser(await verify({ email, code: next, username }), 200, { email, username })
})

test('a right code without a name, or with a taken one, is no wrong try', async () => {
  const taken = await signUp(server)
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  for (let i = 0; i < 4; i++) {
    assert.equal((await verify({ email, code })).status, 400)
    assert.equal((await verify({ email, code, username: taken.username })).status, 409)
  }
  assert.equal((await verify({ email, code, username })).status, 200)
})

test('wrong tries at once cannot outrun the five', async () => {
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  const wrong = Array.from({ length: 5 }, (_, i) => verify({ email, code: otherThan(code, i + 1) }))
  for (const answer of await Promise.all(wrong)) assertProblem(answer, 401, WRONG)
  assertProblem(await verify({ email, code, username }), 401, WRONG)
})

test('the address may be written in another case or in full-width letters', async () => {
  const person = await signUp(server, { email: 'spelling@example.com' })
  for (const email of ['SPELLING@EXAMPLE.COM', 'ｓｐｅｌｌｉｎｇ@example.com']) {
    const code = await askForCode(server, person.email)
    assertUser(await verify({ email, code }), 200, person)
  }
})

test('a plus tag makes another address: its code opens no other account', async () => {
  const person = await signUp(server, { email: 'tagged@example.com' })
  const code = await askForCode(server, 'tagged+x@example.com')
  assertProblem(await verify({ email: person.email, code }), 401, WRONG)
  assertProblem(await verify({ email: 'tagged+x@example.com', code }), 400, NAME_MISSING)
})

for (const field of ['email', 'code'] as const) {
  test(`without ${field}, or with a ${field} that is no text, it is 400`, async () => {
    const { [field]: _left, ...rest } = { email: 'field@example.com', code: '123456' }
    assertInvalid(await verify(rest), field)
    for (const value of [null, 123_456, true, ['123456'], {}, '']) {
      assertInvalid(await verify({ ...rest, [field]: value }), field)
    }
  })
}

test('a code is exactly six characters, counted in code points', async () => {
  const email = 'length@example.com'
  for (const code of ['12345', '1234567', '123 456', '123456 ', '😀😀😀', '😀'.repeat(7)]) {
    assertInvalid(await verify({ email, code }), 'code')
  }
  assertProblem(await verify({ email, code: '😀'.repeat(6) }), 401, WRONG)
})

test('a user name that does not keep to the rules is 400, also where it would be ignored, and the code stays good', async () => {
  const person = await signUp(server)
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  const own = await askForCode(server, person.email)
  for (const name of ['ab', 'a'.repeat(31), 'a_b', 'josé', ' bob', 'bob ', '', null, 5]) {
    assertInvalid(await verify({ email, code, username: name }), 'username')
    assertInvalid(await verify({ email: person.email, code: own, username: name }), 'username')
  }
  for (const address of ['bob', 'length@example.com ', 'bob@exam ple.com']) {
    assertInvalid(await verify({ email: address, code }), 'email')
  }
  assert.equal((await verify({ email, code, username })).status, 200)
  assert.equal((await verify({ email: person.email, code: own })).status, 200)
})

test('an unknown key is 400, also display_name, and the code stays good', async () => {
  const { email, username } = newPerson()
  const code = await askForCode(server, email)
  for (const key of ['display_name', 'name', 'token']) {
    assertInvalid(await verify({ email, code, username, [key]: 'x' }), key)
  }
  assert.equal((await verify({ email, code, username })).status, 200)
})
