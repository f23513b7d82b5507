import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openStorage } from '../../../storage/database.ts'
import { startLatchkey, type TestServer } from '../../support/latchkey.ts'
import {
  AUTH,
  assertProblem,
  assertUnauthorized,
  assertWrong,
  bearer,
  boss,
  bossEnv,
  newcomer,
  newEmail,
  startReferral,
  tokenOf,
} from './support.ts'

const admin = { email: 'admin', password: 'admin' }
const REFUSAL =
  'The default password works on the machine of the server alone: sign in there, and change it (PUT /api/auth/me/password)'
const DUE = 'Change the password first: PUT /api/auth/me/password'

let server: TestServer
before(async () => {
  server = await startLatchkey()
})
after(() => server.close())

const login = (on: TestServer, body: object, headers: Record<string, string> = {}) =>
  on.visitor().post(`${AUTH}/login`, body, { headers })

test('without any setting there is admin with the password admin, as the original shows it', async () => {
  const { status, body } = await login(server, { email: ' Admin ', password: 'admin' })
  assert.equal(status, 200)
  const { id, created_at, updated_at, ...user } = body.user
  assert.ok(id)
  assert.ok(created_at > 1_000_000_000_000 && updated_at >= created_at)
  assert.deepEqual(user, {
    email: 'admin',
    name: 'Server Admin',
    role: 'admin',
    tier: 2,
    is_active: true,
    is_verified: false,
    referrer_id: null,
    extra: {},
  })
})

test('from anywhere but this machine the documented password is refused, with words that say what to do', async () => {
  const elsewhere: Record<string, string>[] = [
    { 'x-forwarded-for': '203.0.113.7' },
    { 'x-forwarded-for': '127.0.0.1' },
    { forwarded: 'for=203.0.113.7' },
    { 'x-real-ip': '203.0.113.7' },
    { via: '1.1 proxy' },
  ]
  for (const headers of elsewhere) {
    assertProblem(await login(server, admin, headers), 403, REFUSAL)
  }
  const wrong = { ...admin, password: 'wrong-password' }
  assertUnauthorized(await login(server, wrong, { 'x-forwarded-for': '203.0.113.7' }))
  assertUnauthorized(await login(server, { email: 'nobody', password: 'admin' }))
})

test('behind a proxy that is trusted, a caller’s own address counts', async () => {
  const proxied = await startLatchkey({ env: { TRUST_PROXY: '127.0.0.1' } })
  try {
    assertProblem(await login(proxied, admin, { 'x-forwarded-for': '203.0.113.7' }), 403, REFUSAL)
    assert.equal((await login(proxied, admin)).status, 200)
  } finally {
    await proxied.close()
  }
})

test('our own API of the realm does not let it in from elsewhere either', async () => {
  const body = { identifier: 'admin', password: 'admin' }
  const path = '/api/realms/referral/sign-in/password'
  const answer = await server.visitor().post(path, body, { headers: { 'x-forwarded-for': '203.0.113.7' } })
  assert.equal(answer.status, 403, answer.text)
  assert.equal(answer.cookies.has('latchkey'), false)
})

test('until it is changed it opens the account and the change of the password, and nothing else', async () => {
  const token = await tokenOf(server, admin)
  const visitor = server.visitor()
  assert.equal((await visitor.get(`${AUTH}/me`, bearer(token))).status, 200)
  assertProblem(await visitor.put(`${AUTH}/me/name`, { name: 'x' }, bearer(token)), 403, DUE)
  for (const path of ['me/create-token', 'me/tokens', 'me/send-otp']) {
    assertProblem(await visitor.post(`${AUTH}/${path}`, undefined, bearer(token)), 403, DUE)
  }
  const same = { old_password: 'admin', new_password: 'admin' }
  assertWrong(await visitor.put(`${AUTH}/me/password`, same, bearer(token)), 'string_too_short new_password')
  assertUnauthorized(
    await visitor.put(`${AUTH}/me/password`, { old_password: 'x', new_password: 'our-own' }, bearer(token)),
  )
})

test('it has no address: a reset link cannot be asked for', async () => {
  assertWrong(
    await server.visitor().post(`${AUTH}/send-password-reset-link`, { email: 'admin' }),
    'value_error email',
  )
})

test('nobody else can be called so, and set-up of the realm is over', async () => {
  const body = { name: 'Mallory', email: newEmail(), password: 'granite-otter-lantern-42' }
  const answer = await server.visitor().post('/api/realms/referral/setup', body)
  assert.equal(answer.body.code, 'setup_done', answer.text)
})

test('each start names the realm as long as the documented password is in place, and changes nothing', async () => {
  const first = await startLatchkey()
  try {
    assert.deepEqual(first.server.defaultPasswordRealms, ['referral'])
    const restart = async (env: Record<string, string> = {}): Promise<TestServer> =>
      startLatchkey({ sharing: first, clock: first.clock, env: { PORT: '0', ...env } })
    const second = await restart()
    try {
      assert.deepEqual(second.server.defaultPasswordRealms, ['referral'])
      const token = await tokenOf(second, admin)
      const change = { old_password: 'admin', new_password: 'our-own-now' }
      const answer = await second.visitor().put(`${AUTH}/me/password`, change, bearer(token))
      assert.equal(answer.text, 'true')
      assert.equal((await second.visitor().post(`${AUTH}/me/tokens`, undefined, bearer(token))).status, 200)
    } finally {
      await second.close()
    }
    const third = await restart(bossEnv)
    try {
      assert.deepEqual(third.server.defaultPasswordRealms, [])
      assertUnauthorized(await login(third, admin))
      assertUnauthorized(await login(third, boss))
      const mine = { email: 'admin', password: 'our-own-now' }
      const away = await login(third, mine, { 'x-forwarded-for': '203.0.113.7' })
      assert.equal(away.status, 200, 'one’s own password works from anywhere')
    } finally {
      await third.close()
    }
  } finally {
    await first.close()
  }
})

test('with credentials of the operator’s it is theirs from the beginning, from anywhere', async () => {
  const preset = await startReferral()
  try {
    assert.deepEqual(preset.server.defaultPasswordRealms, [])
    assertUnauthorized(await login(preset, admin))
    const away = await login(preset, boss, { 'x-forwarded-for': '203.0.113.7' })
    assert.equal(away.status, 200)
    assert.equal(away.body.user.email, boss.email)
    assert.equal(away.body.user.role, 'admin')
    assert.ok((await newcomer(preset)).id, 'nothing is due')
    const user = await newcomer(preset)
    assert.equal((await login(preset, user)).body.user.role, 'user')
  } finally {
    await preset.close()
  }
})

test('of several servers that start at once on one database, one makes the admin', async () => {
  const first = await startLatchkey({ yaml: 'apps: []' })
  const others: TestServer[] = []
  try {
    others.push(
      ...(await Promise.all(
        Array.from({ length: 3 }, () => startLatchkey({ sharing: first, env: { PORT: '0' } })),
      )),
    )
    const { DATABASE_URL: url, DATA_DIR } = first.env
    const storage = openStorage(
      url ? { kind: 'postgres', url } : { kind: 'sqlite', path: `${DATA_DIR}/latchkey.sqlite` },
    )
    const rows = await storage.db.selectFrom('account').select('username').execute()
    await storage.close()
    assert.deepEqual(
      rows.map(({ username }) => username),
      ['admin'],
    )
  } finally {
    for (const one of others) await one.close()
    await first.close()
  }
})

test('credentials that cannot be are refused at the start, by their name and without their value', async () => {
  const refusalOf = async (env: Record<string, string>, yaml?: string): Promise<string> => {
    try {
      await (await startLatchkey({ env, yaml })).close()
    } catch (error) {
      return (error as Error).message
    }
    return 'it started'
  }
  const short = await refusalOf({ REFERRAL_ADMIN_PASSWORD: 'hm' })
  assert.match(short, /^REFERRAL_ADMIN_PASSWORD is not usable; .*6 to 100 characters/)
  assert.match(
    await refusalOf({ REFERRAL_ADMIN_EMAIL: 'no address' }),
    /^REFERRAL_ADMIN_EMAIL is "no address"/,
  )
  assert.match(await refusalOf({ REFERRAL_ADMIN_EMAIL: boss.email }), /REFERRAL_ADMIN_PASSWORD beside it/)
  const common = await refusalOf(
    { REFERRAL_ADMIN_PASSWORD: 'passwordpassword' },
    'realms: { referral: { refuseCommonPasswords: true } }',
  )
  assert.match(common, /^REFERRAL_ADMIN_PASSWORD is not usable; realm referral refuses it/)
  for (const said of [short, common]) assert.ok(!/hm|passwordpassword/.test(said), said)
})
