/** Accounts that are not as their owner left them: shut out, without a password, or with a temporary one. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadConfig } from '../../../server/config/load.ts'
import { openStorage } from '../../../storage/database.ts'
import type { TestServer } from '../../support/latchkey.ts'
import type { Visitor } from '../../support/visitor.ts'
import {
  assertEmpty,
  assertProblem,
  assertUnauthorized,
  BASE,
  login,
  mailTo,
  newcomer,
  newUser,
  OTHER_PASSWORD,
  PASSWORD,
  startCommunity,
} from './support.ts'

const ME = `${BASE}/v0/user/me`

let server: TestServer
let operator: Visitor
before(async () => {
  server = await startCommunity()
  operator = server.visitor()
  const body = { name: 'Op', email: 'op@example.com', password: 'sunflower-kettle-94' }
  assert.equal((await operator.post('/api/setup', body)).status, 201)
})
after(() => server.close())

test('whoever is shut out has no session and no way in, and is shown by name alone', async () => {
  const { visitor, handle, display_name, email } = await newcomer(server)
  const { body } = await visitor.patch(ME, { bio: 'A zebra' })
  const profile = `${BASE}/v0/users/profile?handle=${handle}`
  const search = `${BASE}/v0/search/users?query=zebra`
  assert.equal((await visitor.get(search)).body.total_hits, 1)
  assert.equal((await operator.post(`/api/admin/accounts/${body.id}/disable`)).status, 200)
  assertUnauthorized(await visitor.get(ME))
  assertProblem(await login(visitor, { email, password: PASSWORD }), 401, 'auth:invalid_credentials')
  const shown = (await visitor.get(profile)).body
  assert.deepEqual(shown, {
    id: body.id,
    handle,
    display_name,
    is_verified: false,
    deactivated: true,
    is_banned: false,
    created_at: body.created_at,
  })
  assert.equal((await visitor.get(search)).body.total_hits, 0)
  assert.equal((await operator.post(`/api/admin/accounts/${body.id}/enable`)).status, 200)
  assert.equal((await visitor.get(search)).body.total_hits, 1)
  assertEmpty(await login(visitor, { email, password: PASSWORD }))
})

test('an account without a password is told so, and gets no mail to set one', async () => {
  const { visitor, email } = await newcomer(server)
  const storage = openStorage(loadConfig(server.env, server.env.DATA_DIR).storage)
  try {
    const claim = await storage.db
      .selectFrom('email_claim')
      .select('account_id')
      .where('address', '=', email)
      .executeTakeFirstOrThrow()
    await storage.db.deleteFrom('password').where('account_id', '=', claim.account_id).execute()
  } finally {
    await storage.close()
  }
  // A session is looked up again after a few seconds.
  server.clock.advance(6_000)
  assert.equal((await visitor.get(ME)).body.has_password, false)
  for (const [path, body] of [
    ['resend-verification-email', undefined],
    ['change-password', { current_password: '', new_password: OTHER_PASSWORD }],
    ['change-email', { password: '', new_email: newUser().email }],
  ] as const) {
    assertProblem(await visitor.post(`${BASE}/v0/auth/${path}`, body), 401, 'user:password_not_set')
  }
  assertProblem(await login(server.visitor(), { email, password: '' }), 401, 'auth:invalid_credentials')
  assertEmpty(await visitor.post(`${BASE}/v0/auth/forgot-password`, { email }))
  const other = await newcomer(server)
  assertEmpty(await visitor.post(`${BASE}/v0/auth/forgot-password`, { email: other.email }))
  await mailTo(server, other.email, 'Reset your password')
  const subjects = server.smtp.mails.filter(({ to }) => to.includes(email)).map(({ subject }) => subject)
  assert.deepEqual(subjects, ['Verify your email'])
})

test('a temporary password is changed before anything else', async () => {
  const { email } = newUser()
  const made = await operator.post('/api/admin/accounts?realm=community', {
    email,
    name: 'Given',
    role: 'user',
    realm: 'community',
  })
  assert.ok([200, 201].includes(made.status), made.text)
  const mail = await server.smtp.waitForMail(({ to }) => to.includes(email))
  const password = mail.text.match(/^\w{12}$/m)?.[0] ?? ''
  const visitor = server.visitor()
  assertEmpty(await login(visitor, { email, password }))
  assertProblem(await visitor.get(ME), 403, 'user:permission_insufficient')
  const body = { current_password: password, new_password: OTHER_PASSWORD }
  assertEmpty(await visitor.post(`${BASE}/v0/auth/change-password`, body))
  assert.equal((await visitor.get(ME)).body.display_name, 'Given')
})
