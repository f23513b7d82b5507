import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  admin,
  assertInvalid,
  assertProblem,
  assertTokenRefused,
  bearer,
  isLive,
  login,
  setUp,
  staff,
  tokenOf,
} from './support.ts'

let server: TestServer
let adminToken: string
before(async () => {
  server = await startLatchkey()
  adminToken = await setUp(server)
})
after(() => server.close())

const NEW = 'another password'
const change = (body: object, token?: string) =>
  server
    .visitor()
    .post(
      `${AUTH}/change-password`,
      { newPassword: NEW, confirmPassword: NEW, ...body },
      token ? bearer(token) : {},
    )
const wrong = (answer: Parameters<typeof assertProblem>[0]) =>
  assertProblem(answer, 401, 'Wrong current password', 'WRONG_PASSWORD')

test('works without a token; every session ends, and a mail tells', async () => {
  const person = await staff(server, adminToken)
  const session = await tokenOf(server, person)
  assert.deepEqual((await change({ email: person.email, currentPassword: person.password })).body, {
    ok: true,
  })
  assert.equal(await isLive(server, session), false)
  assert.equal((await login(server.visitor(), person)).status, 401)
  assert.equal((await login(server.visitor(), { email: person.email, password: NEW })).status, 200)
  assert.match((await server.smtp.waitForMail(person.email)).subject, /password was changed/i)
})

test('the session whose token came along goes on with its refresh token; others end', async () => {
  const person = await staff(server, adminToken)
  const mine = (await login(server.visitor(), person, { mobile: true })).body
  const other = await tokenOf(server, person)
  assert.equal(
    (await change({ email: person.email, currentPassword: person.password }, mine.token)).status,
    200,
  )
  assert.ok(await isLive(server, mine.token))
  assert.equal(await isLive(server, other), false)
  assert.equal(
    (await server.visitor().post(`${AUTH}/refresh`, { refresh_token: mine.refresh_token })).status,
    200,
  )
})

test('an unknown address and a wrong password get one answer', async () => {
  wrong(await change({ email: 'nobody@salon.example', currentPassword: 'whatever it is' }))
  wrong(await change({ email: admin.email, currentPassword: 'whatever it is' }))
  wrong(await change({ email: 'no address', currentPassword: 'whatever it is' }))
})

test('a bad token is refused, and a good one of another account too', async () => {
  const person = await staff(server, adminToken)
  const body = { email: person.email, currentPassword: person.password }
  assertTokenRefused(await change(body, 'x'))
  wrong(await change(body, adminToken))
  assert.equal((await login(server.visitor(), person)).status, 200)
})

test('the two new passwords are compared before the store is asked', async () => {
  const different = { email: 'nobody@salon.example', currentPassword: 'x', confirmPassword: 'something else' }
  assertProblem(await change(different), 400, 'Passwords do not match', 'PASSWORDS_DIFFER')
})

test('missing, short and equal passwords are named', async () => {
  assertInvalid(
    await server.visitor().post(`${AUTH}/change-password`, {}),
    'confirmPassword',
    'currentPassword',
    'email',
    'newPassword',
  )
  const short = {
    email: admin.email,
    currentPassword: admin.password,
    newPassword: 'short',
    confirmPassword: 'short',
  }
  assertInvalid(await change(short), 'confirmPassword', 'newPassword')
  const same = { newPassword: admin.password, confirmPassword: admin.password }
  assertInvalid(await change({ email: admin.email, currentPassword: admin.password, ...same }), 'newPassword')
  assertInvalid(await change({ email: 7, currentPassword: admin.password }), 'email')
})

test('of two changes at once one wins', async () => {
  const person = await staff(server, adminToken)
  const answers = await Promise.all(
    ['first choice', 'other choice'].map((text) =>
      change({
        email: person.email,
        currentPassword: person.password,
        newPassword: text,
        confirmPassword: text,
      }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401])
})
