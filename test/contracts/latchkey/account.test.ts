import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  accountOf,
  assertOk,
  assertProblem,
  isSignedIn,
  newAddress,
  setUp,
  signIn,
  signUp,
  signUpWithCode,
} from './support.ts'

let server: TestServer
before(async () => {
  server = await startLatchkey()
  await setUp(server)
})
after(() => server.close())

let made = 0
const newUsername = () => `ada${Date.now()}${made++}`

test('an account shows itself to its owner, and to nobody else', async () => {
  const email = newAddress()
  const owner = await signUp(server, email, { name: 'Ada' })
  const answer = await owner.get('/api/account')
  assertOk(answer)
  assert.deepEqual(Object.keys(answer.body), ['account'])
  assert.deepEqual(Object.keys(answer.body.account).toSorted(), [
    'banner',
    'bio',
    'createdAt',
    'email',
    'emailProvedAt',
    'hasPassword',
    'language',
    'name',
    'passwordChangeDue',
    'picture',
    'role',
    'uid',
    'username',
  ])
  assert.equal(answer.body.account.email, email)
  assert.equal((await accountOf(await signUpWithCode(server))).hasPassword, false)
  assertProblem(await server.visitor().get('/api/account'), 401, 'signed_out')
})

test('name, username and language change one by one and together, and what is left out stays', async () => {
  const owner = await signUp(server, newAddress(), { name: 'Ada', language: 'en' })
  const before = await accountOf(owner)
  const username = newUsername()
  const steps: [object, object][] = [
    [{ name: 'Augusta Ada' }, { name: 'Augusta Ada' }],
    [{ username }, { username }],
    [{ language: 'de-AT' }, { language: 'de-AT' }],
    [{}, {}],
    [
      { name: '王小明 👩‍💻', language: 'zh-Hant-TW' },
      { name: '王小明 👩‍💻', language: 'zh-Hant-TW' },
    ],
  ]
  let expected = before
  for (const [change, changed] of steps) {
    const answer = await owner.patch('/api/account', change)
    assertOk(answer)
    expected = { ...expected, ...changed }
    assert.deepEqual(answer.body, { account: expected })
    assert.deepEqual(await accountOf(owner), expected)
  }
})

test('null clears name and language, and a username cannot be cleared', async () => {
  const owner = await signUp(server, newAddress(), { name: 'Ada', language: 'en' })
  const username = newUsername()
  assertOk(await owner.patch('/api/account', { username }))
  const answer = await owner.patch('/api/account', { name: null, language: null })
  assertOk(answer)
  const { name, language } = answer.body.account
  assert.deepEqual({ name, language }, { name: null, language: null })
  const refused = await owner.patch('/api/account', { username: null })
  assertProblem(refused, 400, 'invalid_input', { fields: { username: 'type' } })
  assert.equal((await accountOf(owner)).username, username)
})

test('a change is seen by every session of the account at once', async () => {
  const email = newAddress()
  const sessions = [await signUp(server, email), await signIn(server, email)]
  for (const each of sessions) await accountOf(each)
  assertOk((await sessions[0]?.patch('/api/account', { name: 'Seen' })) ?? assert.fail())
  for (const each of sessions) assert.equal((await accountOf(each)).name, 'Seen')
})

test('a username has 3 to 30 letters and digits of ASCII, and nothing else', async () => {
  const owner = await signUp(server)
  const refused = [
    '',
    'ab',
    'a'.repeat(31),
    'ada lovelace',
    'ada_l',
    'ada-l',
    'ada.l',
    'аda',
    'adaé',
    'ada@x',
    ' ada1',
  ]
  for (const username of [...refused, 'ａｄａ１', 'ada\n', 'ﬁona', '١٢٣']) {
    assertProblem(await owner.patch('/api/account', { username }), 422, 'username_not_valid')
  }
  assert.equal((await accountOf(owner)).username, null)
  const shortest = Math.random().toString(36).slice(2, 5).padEnd(3, '0')
  for (const username of [shortest, `${newUsername()}${'x'.repeat(30)}`.slice(0, 30)]) {
    const answer = await owner.patch('/api/account', { username })
    assertOk(answer)
    assert.equal(answer.body.account.username, username)
  }
})

test('a username is taken in any case, and stays with who has it', async () => {
  const [first, second] = [await signUp(server), await signUp(server)]
  const username = newUsername()
  assertOk(await first.patch('/api/account', { username }))
  for (const spelling of [username, username.toUpperCase()]) {
    const answer = await second.patch('/api/account', { username: spelling, name: 'Not me' })
    assertProblem(answer, 409, 'username_taken')
  }
  const { username: none, name } = await accountOf(second)
  assert.deepEqual([none, name], [null, null], 'nothing of a refused change is kept')
  const respelt = await first.patch('/api/account', { username: username.toUpperCase() })
  assertOk(respelt)
  assert.equal(respelt.body.account.username, username.toUpperCase())
})

test('of twenty who take one username at once one gets it', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, () => signUpWithCode(server)))
  const username = newUsername()
  const answers = await Promise.all(
    people.map((one, i) =>
      one.patch('/api/account', { username: i % 2 ? username : username.toUpperCase() }),
    ),
  )
  const winners = answers.filter(({ status }) => status === 200)
  assert.equal(winners.length, 1)
  for (const answer of answers) if (answer !== winners[0]) assertProblem(answer, 409, 'username_taken')
})

test('a name of wrong form changes nothing', async () => {
  const owner = await signUp(server, newAddress(), { name: 'Ada' })
  const refused: [object, object][] = [
    [{ name: '' }, { name: 'minLength' }],
    [{ name: 'x'.repeat(101) }, { name: 'maxLength' }],
    [{ name: 7 }, { name: 'type' }],
    [{ name: ['Ada'] }, { name: 'type' }],
    [{ language: 'german' }, { language: 'pattern' }],
    [{ language: '../../en' }, { language: 'pattern' }],
    [{ role: 'admin' }, { role: 'additionalProperties' }],
    [{ uid: 'x', name: 'Eve' }, { uid: 'additionalProperties' }],
    [{ email: 'eve@example.org' }, { email: 'additionalProperties' }],
  ]
  for (const [body, fields] of refused) {
    assertProblem(await owner.patch('/api/account', body), 400, 'invalid_input', { fields })
  }
  const { name, role } = await accountOf(owner)
  assert.deepEqual({ name, role }, { name: 'Ada', role: 'user' })
  assert.equal(await isSignedIn(owner), true)
})
