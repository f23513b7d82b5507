import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  accountOf,
  askForRecovery,
  assertOk,
  assertProblem,
  countMails,
  isSignedIn,
  linkIn,
  MINUTE_MS,
  newAddress,
  OTHER_PASSWORD,
  PASSWORD,
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

const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }

test('a new password ends every other session, keeps this one, and a mail tells', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const others = [await signIn(server, email), await signIn(server, email)]
  for (const each of others) await accountOf(each)
  const answer = await owner.put('/api/account/password', change)
  assertOk(answer)
  assert.deepEqual(answer.body, { sessionsEnded: 2 })
  assert.equal(await isSignedIn(owner), true)
  for (const each of others) assertProblem(await each.get('/api/account'), 401, 'signed_out')
  assert.equal((await server.smtp.waitForMail(email)).subject, 'Your password was changed')
  const withOld = await server
    .visitor()
    .post('/api/sign-in/password', { identifier: email, password: PASSWORD })
  assertProblem(withOld, 401, 'credentials_wrong')
  await signIn(server, email, OTHER_PASSWORD)
})

test('a new password ends the links that were mailed before', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const recovery = await askForRecovery(server, email)
  const newEmail = newAddress()
  assertOk(await owner.post('/api/account/email', { newEmail, password: PASSWORD }))
  const emailChange = linkIn(await server.smtp.waitForMail(newEmail))
  assertOk(await owner.put('/api/account/password', change))
  const recovered = await server
    .visitor()
    .post('/api/recovery/complete', { ...recovery, newPassword: PASSWORD })
  assertProblem(recovered, 410, 'link_dead')
  const confirmed = await owner.post('/api/email-confirmation', { ...emailChange, answer: 'mine' })
  assertProblem(confirmed, 410, 'link_dead')
})

test('a wrong or missing current password changes nothing', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const other = await signIn(server, email)
  const before = await countMails(server, email)
  for (const currentPassword of ['not the password', PASSWORD.toUpperCase(), undefined]) {
    const answer = await owner.put('/api/account/password', { currentPassword, newPassword: OTHER_PASSWORD })
    assertProblem(answer, 403, 'password_wrong')
  }
  assert.equal(await isSignedIn(other), true)
  assert.equal(await countMails(server, email), before)
  await signIn(server, email)
})

test('the password one has already is no new one', async () => {
  const owner = await signUp(server)
  const answer = await owner.put('/api/account/password', { ...change, newPassword: PASSWORD })
  assertProblem(answer, 422, 'password_same')
})

test('a new password that breaks a rule says which, and what is known of its owner counts as guessable', async () => {
  const email = newAddress('wilhelmina')
  const owner = await signUp(server, email, { name: 'Bartholomew' })
  const refused = [
    ['kurz', 'password_too_short', { lengthMin: 8 }],
    ['ab '.repeat(43), 'password_too_long', { lengthMax: 128 }],
    ['iloveyou1', 'password_common', {}],
    ['bartholomew1', 'password_common', {}],
    [email, 'password_common', {}],
  ] as const
  for (const [newPassword, code, facts] of refused) {
    const answer = await owner.put('/api/account/password', { ...change, newPassword })
    assertProblem(answer, 422, code, facts)
  }
  await signIn(server, email)
})

test('of two password changes at once one is made, and the other finds its password changed', async () => {
  const email = newAddress()
  await signUp(server, email)
  const sessions = [await signIn(server, email), await signIn(server, email)]
  const passwords = [`${OTHER_PASSWORD} 1`, `${OTHER_PASSWORD} 2`]
  const answers = await Promise.all(
    sessions.map((session, i) =>
      session.put('/api/account/password', { ...change, newPassword: passwords[i] }),
    ),
  )
  const winner = answers.findIndex(({ status }) => status === 200)
  const loser = answers[1 - winner] ?? assert.fail('neither was refused')
  // Its session ended with the change, or its password was no longer right: which, is a matter of moments.
  const code = loser.status === 401 ? 'signed_out' : 'password_wrong'
  assertProblem(loser, loser.status === 401 ? 401 : 403, code)
  await signIn(server, email, passwords[winner])
})

test('one session that changes its password twice at once does so once', async () => {
  const email = newAddress()
  const owner = await signUp(server, email)
  const passwords = [`${OTHER_PASSWORD} 1`, `${OTHER_PASSWORD} 2`, `${OTHER_PASSWORD} 3`]
  const answers = await Promise.all(
    passwords.map((newPassword) => owner.put('/api/account/password', { ...change, newPassword })),
  )
  const winners = answers.filter(({ status }) => status === 200)
  assert.equal(winners.length, 1)
  for (const answer of answers) if (answer !== winners[0]) assertProblem(answer, 403, 'password_wrong')
  await signIn(server, email, passwords[answers.findIndex(({ status }) => status === 200)])
})

test('an account made by a code sets its first password while its sign-in is young', async () => {
  const email = newAddress()
  const owner = await signUpWithCode(server, email)
  server.clock.advance(9 * MINUTE_MS)
  const answer = await owner.put('/api/account/password', { newPassword: PASSWORD })
  assertOk(answer)
  assert.deepEqual(answer.body, { sessionsEnded: 0 })
  assert.equal((await accountOf(owner)).hasPassword, true)
  await signIn(server, email)
  // Now that there is one it is asked for.
  const again = await owner.put('/api/account/password', { newPassword: OTHER_PASSWORD })
  assertProblem(again, 403, 'password_wrong')
})

test('after ten minutes an account without a password has to sign in again first', async () => {
  const email = newAddress()
  const owner = await signUpWithCode(server, email)
  server.clock.advance(10 * MINUTE_MS + 1_000)
  for (const currentPassword of [undefined, PASSWORD]) {
    const answer = await owner.put('/api/account/password', { currentPassword, newPassword: PASSWORD })
    assertProblem(answer, 403, 'sign_in_again')
  }
  assert.equal((await accountOf(owner)).hasPassword, false)
  const again = await signUpWithCode(server, email)
  assertOk(await again.put('/api/account/password', { newPassword: PASSWORD }))
  assert.equal(await isSignedIn(owner), false, 'the old session ends with the change')
})

test('of two first passwords at once one is set', async () => {
  const owner = await signUpWithCode(server)
  const answers = await Promise.all(
    [PASSWORD, OTHER_PASSWORD].map((newPassword) => owner.put('/api/account/password', { newPassword })),
  )
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 403])
})

test('wrong current passwords are slowed down like wrong sign-ins', async () => {
  const limited = await startLatchkey({ env: { RATE_LIMIT: 'on' } })
  try {
    const owner = await signUp(limited)
    const guess = (currentPassword: string) =>
      owner.put('/api/account/password', { currentPassword, newPassword: OTHER_PASSWORD })
    for (let i = 0; i < 15; i++) assertProblem(await guess(`guess ${i}`), 403, 'password_wrong')
    const late = await guess(PASSWORD)
    const { retryAfterSeconds } = late.body
    assertProblem(late, 429, 'too_many_requests', { retryAfterSeconds })
    assert.equal(late.headers.get('retry-after'), String(retryAfterSeconds))
    limited.clock.advance(retryAfterSeconds * 1_000)
    assertOk(await guess(PASSWORD))
  } finally {
    await limited.close()
  }
})

test('password strength is told to anybody, and agrees with what the other routes refuse', async () => {
  const ask = async (body: object) => {
    const answer = await server.visitor().post('/api/password-strength', body)
    assertOk(answer)
    return answer.body
  }
  const strong = await ask({ password: 'vex jolt quartz nymph buck' })
  assert.equal(strong.score, 4)
  assert.equal(strong.acceptable, true)
  assert.equal(strong.problem, null)
  assert.ok(strong.crackSeconds > 1e8)

  const common = await ask({ password: 'password123' })
  assert.deepEqual([common.acceptable, common.problem], [false, 'password_common'])
  assert.ok(common.crackSeconds < 3600)
  assert.equal((await ask({ password: '' })).problem, 'password_too_short')
  assert.equal((await ask({ password: 'k9#v' })).problem, 'password_too_short')
  assert.equal((await ask({ password: 'k9#v '.repeat(30) })).problem, 'password_too_long')

  const alone = await ask({ password: 'Bartholomewstone' })
  const known = await ask({ password: 'Bartholomewstone', hints: ['Bartholomewstone', 'b@example.org'] })
  assert.ok(known.score < alone.score, `${known.score} < ${alone.score}`)
  assert.equal(known.problem, 'password_common')
})
