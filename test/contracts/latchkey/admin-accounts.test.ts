import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import {
  accountOf,
  askForCode,
  assertOk,
  assertProblem,
  isSignedIn,
  makeAdmin,
  newAddress,
  PASSWORD,
  setUp,
  signIn,
  signUp,
  uidOf,
} from './support.ts'

let server: TestServer
let operator: Visitor
before(async () => {
  server = await startLatchkey()
  operator = await setUp(server)
})
after(() => server.close())

const disable = (admin: Visitor, uid: string) => admin.post(`/api/admin/accounts/${uid}/disable`)
const enable = (admin: Visitor, uid: string) => admin.post(`/api/admin/accounts/${uid}/enable`)

async function newPerson() {
  const email = newAddress()
  const visitor = await signUp(server, email)
  return { email, visitor, uid: (await accountOf(visitor)).uid as string }
}

test('disabling an account ends its sessions at once and closes every way in, until it is enabled', async () => {
  const { email, visitor, uid } = await newPerson()
  const other = await signIn(server, email)
  const code = await askForCode(server, email)
  const answer = await disable(operator, uid)
  assertOk(answer)
  assert.deepEqual(answer.body, {})
  for (const each of [visitor, other]) assertProblem(await each.get('/api/account'), 401, 'signed_out')
  const credentials = { identifier: email, password: PASSWORD }
  assertProblem(await other.post('/api/sign-in/password', credentials), 403, 'account_disabled')
  assertProblem(await other.post('/api/sign-in/code/verify', { email, code }), 401, 'code_wrong')
  assertOk(await disable(operator, uid))

  const enabled = await enable(operator, uid)
  assertOk(enabled)
  assert.deepEqual(enabled.body, {})
  for (const each of [visitor, other]) assertProblem(await each.get('/api/account'), 401, 'signed_out')
  await signIn(server, email)
  assertOk(await enable(operator, uid))
})

test('nobody is refused with 401 and who is no admin with 403, whatever the id', async () => {
  const { visitor, uid } = await newPerson()
  const { uid: operatorUid } = await accountOf(operator)
  for (const id of [uid, operatorUid, crypto.randomUUID(), 'x']) {
    for (const act of [disable, enable]) {
      assertProblem(await act(server.visitor(), id), 401, 'signed_out')
      assertProblem(await act(visitor, id), 403, 'forbidden')
    }
  }
  assert.equal(await isSignedIn(visitor), true)
  assert.equal(await isSignedIn(operator), true)
})

test('an account that is not there is not found, however its id is written', async () => {
  for (const id of [crypto.randomUUID(), 'x', '1', '%00', 'a%00b', '%F0%9F%94%91', "'", 'a'.repeat(101)]) {
    for (const act of [disable, enable]) assertProblem(await act(operator, id), 404, 'not_found')
  }
})

test('the last admin cannot be disabled, by themselves neither', async () => {
  const { uid } = await accountOf(operator)
  assertProblem(await disable(operator, uid), 409, 'last_admin')
  assert.equal(await isSignedIn(operator), true)
})

test('admins of realm main act on accounts of every realm', async () => {
  const visitor = server.visitor()
  const user = { username: `other${Date.now()}`, email: newAddress(), password: PASSWORD }
  assertOk(await visitor.post('/starter/api/auth/register', user), 201)
  const uid = await uidOf(server, user.email)
  assertOk(await visitor.get('/starter/api/auth/me'))
  assertOk(await disable(operator, uid))
  assert.equal((await visitor.get('/starter/api/auth/me')).status, 401)
  assertOk(await enable(operator, uid))
  const { username, password } = user
  assertOk(await visitor.post('/starter/api/auth/login', { username, password }))
})

test('of two admins who disable each other at once one is refused', async () => {
  const apart = await startLatchkey()
  try {
    for (let round = 0; round < 5; round++) {
      const emails = [newAddress('first'), newAddress('second')] as const
      if (round === 0) await setUp(apart, emails[0])
      else await signUp(apart, emails[0])
      await signUp(apart, emails[1])
      for (const email of emails) await makeAdmin(apart, email)
      const first = await signIn(apart, emails[0])
      const second = await signIn(apart, emails[1])
      const uids = [(await accountOf(first)).uid, (await accountOf(second)).uid]
      // Those of earlier rounds are no admins any more but one: it is shut out first.
      for (const uid of leftOver) await disable(first, uid)
      const answers = await Promise.all([disable(first, uids[1]), disable(second, uids[0])])
      const statuses = answers.map(({ status }) => status).toSorted()
      assert.ok(
        String(statuses) === '200,409' || String(statuses) === '200,401',
        `exactly one is let through: ${statuses}`,
      )
      const refused = answers.find(({ status }) => status !== 200) ?? assert.fail()
      assertProblem(refused, refused.status, refused.status === 409 ? 'last_admin' : 'signed_out')
      assert.equal(Number(await isSignedIn(first)) + Number(await isSignedIn(second)), 1)
      leftOver = uids
    }
  } finally {
    await apart.close()
  }
})
let leftOver: string[] = []

test('whatever a body says, it is neither read nor refused', async () => {
  const { uid, email } = await newPerson()
  assertOk(await operator.post(`/api/admin/accounts/${uid}/disable`, undefined, { body: 'no { json' }))
  assertOk(await operator.post(`/api/admin/accounts/${uid}/enable`, { role: 'admin' }))
  assert.equal((await accountOf(await signIn(server, email))).role, 'user')
})
