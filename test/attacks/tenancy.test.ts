/** E: what belongs to whom, who may do what, and the first run. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { canAct } from '../../engine/accounts/can-act.ts'
import { defaultPolicy } from '../../engine/realm.ts'
import type { Account } from '../../storage/accounts.ts'
import type { Storage } from '../../storage/database.ts'
import { startLatchkey, type TestServer } from '../support/latchkey.ts'
import type { Visitor } from '../support/visitor.ts'
import {
  askMainCode,
  countRows,
  joinMain,
  joinMainWithPassword,
  login,
  me,
  newName,
  OTHER_PASSWORD,
  openBehind,
  ownAccount,
  PASSWORD,
  register,
  setUp,
} from './people.ts'

let server: TestServer
let behind: Storage
let operator: Visitor & { uid: string }
before(async () => {
  server = await startLatchkey()
  behind = openBehind(server)
  operator = await setUp(server)
})
after(async () => {
  await behind.close()
  await server.close()
})

test('E1: a session of somebody else is not there: it is neither ended nor told of', async () => {
  const [mine, theirs] = [await joinMain(server), await joinMain(server)]
  const starter = await register(server)
  const ids: string[] = []
  for (const { visitor } of [theirs]) {
    const { sessions } = (await visitor.get('/api/account/sessions')).body
    ids.push(...sessions.map(({ id }: { id: string }) => id))
  }
  const ofStarter = await behind.db
    .selectFrom('session')
    .select('id')
    .where('account_id', '=', starter.id)
    .executeTakeFirstOrThrow()
  ids.push(ofStarter.id)
  const nobody = await mine.visitor.delete('/api/account/sessions/019a0000-0000-7000-8000-000000000000')
  for (const id of ids) {
    for (const visitor of [mine.visitor, operator]) {
      const answer = await visitor.delete(`/api/account/sessions/${id}`)
      assert.equal(answer.status, 404)
      const { requestId: _a, ...told } = answer.body
      const { requestId: _b, ...nothing } = nobody.body
      assert.deepEqual(told, nothing, 'the same words as for one that never was')
    }
  }
  assert.equal((await ownAccount(theirs.visitor)).status, 200)
  assert.equal((await me(starter.visitor)).status, 200)
  const { sessions } = (await mine.visitor.get('/api/account/sessions')).body
  assert.equal(sessions.length, 1, 'and a list shows one’s own')
  assert.equal((await mine.visitor.delete('/api/account/sessions')).body.sessionsEnded, 0)
  assert.equal((await ownAccount(theirs.visitor)).status, 200)
})

test('E1: no body chooses whose account it changes', async () => {
  const [mine, theirs] = [await joinMainWithPassword(server), await joinMainWithPassword(server)]
  for (const key of ['uid', 'accountId', 'id', 'account', 'sessionId', 'realm', 'actor']) {
    for (const [method, path, body] of [
      ['PATCH', '/api/account', { name: 'Mallory' }],
      ['PUT', '/api/account/password', { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }],
      ['POST', '/api/account/email', { newEmail: `${newName()}@example.com`, password: PASSWORD }],
    ] as const) {
      const answer = await mine.visitor.send(method, path, { json: { ...body, [key]: theirs.uid } })
      assert.equal(answer.status, 400, `${method} ${path} with ${key}: ${answer.text}`)
    }
    const asked = await mine.visitor.get(`/api/account?${key}=${theirs.uid}`)
    assert.equal(asked.body.account.uid, mine.uid, 'nor does a query')
  }
  const signIn = { identifier: theirs.email, password: PASSWORD }
  assert.equal((await server.visitor().post('/api/sign-in/password', signIn)).status, 200)
})

test('E2: a user disables and enables nobody, learns of nobody, and makes nobody an administrator', async () => {
  const [mine, theirs] = [await joinMain(server), await joinMain(server)]
  const answers = new Set<string>()
  for (const uid of [operator.uid, theirs.uid, mine.uid, '019a0000-0000-7000-8000-000000000000', 'x']) {
    for (const verb of ['disable', 'enable']) {
      const answer = await mine.visitor.post(`/api/admin/accounts/${uid}/${verb}`)
      assert.equal(answer.status, 403)
      const { requestId: _requestId, ...told } = answer.body
      answers.add(JSON.stringify(told))
    }
  }
  assert.equal(answers.size, 1, 'the same for whoever is there and whoever is not')
  assert.equal((await ownAccount(operator)).status, 200)
  assert.equal((await ownAccount(theirs.visitor)).status, 200)
})

test('E2: an administrator is one as long as the database says so, and no longer', async () => {
  const [second, theirs] = [await joinMain(server), await joinMain(server)]
  const disable = () => second.visitor.post(`/api/admin/accounts/${theirs.uid}/disable`)
  const setRole = (role: string) =>
    behind.db.updateTable('account').set({ role }).where('uid', '=', second.uid).execute()
  assert.equal((await disable()).status, 403)
  await setRole('admin')
  server.clock.advance(5_000)
  assert.equal((await disable()).status, 200)
  await setRole('user')
  server.clock.advance(5_000)
  assert.equal((await disable()).status, 403)
})

test('E2: the last administrator stays, also when two would disable each other at once', async () => {
  const alone = await operator.post(`/api/admin/accounts/${operator.uid}/disable`)
  assert.deepEqual([alone.status, alone.body.code], [409, 'last_admin'])
  for (let round = 0; round < 3; round++) {
    const second = await joinMain(server)
    await behind.db.updateTable('account').set({ role: 'admin' }).where('uid', '=', second.uid).execute()
    server.clock.advance(5_000)
    await Promise.all([ownAccount(second.visitor), ownAccount(operator)])
    const answers = await Promise.all([
      operator.post(`/api/admin/accounts/${second.uid}/disable`),
      second.visitor.post(`/api/admin/accounts/${operator.uid}/disable`),
    ])
    const left = await behind.db
      .selectFrom('account')
      .innerJoin('realm', 'realm.id', 'account.realm_id')
      .select('uid')
      .where('realm.name', '=', 'main')
      .where('role', '=', 'admin')
      .where('disabled_at', 'is', null)
      .execute()
    assert.equal(left.length, 1, answers.map(({ text }) => text).join())
    const isOperatorLeft = left[0]?.uid === operator.uid
    const [who, whom] = isOperatorLeft ? [operator, second.uid] : [second.visitor, operator.uid]
    if (!isOperatorLeft) assert.equal((await who.post(`/api/admin/accounts/${whom}/enable`)).status, 200)
    await behind.db.updateTable('account').set({ role: 'user' }).where('uid', '=', second.uid).execute()
    if (!isOperatorLeft) {
      const body = { identifier: 'operator@example.com', password: PASSWORD }
      assert.equal((await operator.post('/api/sign-in/password', body)).status, 200)
    }
    server.clock.advance(5_000)
  }
})

test('E2: administrators act in their own realm; those of the operators’ realm act in every one', () => {
  const account = (role: string, realmId: number) => ({ role, realmId }) as Account
  const realm = (id: number, name: string) => ({ id, name, policy: defaultPolicy })
  for (const [role, actorRealm, objectRealm, expected] of [
    ['admin', realm(1, 'main'), 1, true],
    ['admin', realm(1, 'main'), 2, true],
    ['admin', realm(2, 'starter'), 2, true],
    ['admin', realm(2, 'starter'), 1, false],
    ['admin', realm(2, 'starter'), 3, false],
    ['user', realm(1, 'main'), 1, false],
    ['user', realm(2, 'starter'), 2, false],
    ['Admin', realm(1, 'main'), 1, false],
    ['', realm(1, 'main'), 1, false],
  ] as const) {
    for (const action of ['disable', 'enable'] as const) {
      const actor = { account: account(role, actorRealm.id), realm: actorRealm }
      assert.equal(
        canAct(actor, action, account('user', objectRealm)),
        expected,
        `${role} of ${actorRealm.name}`,
      )
    }
  }
})

test('E2: an operator shuts out an account of another realm, by its uid', async () => {
  const person = await register(server)
  const { uid } = await behind.db
    .selectFrom('account')
    .select('uid')
    .where('id', '=', person.id)
    .executeTakeFirstOrThrow()
  assert.equal((await operator.post(`/api/admin/accounts/${uid}/disable`)).status, 200)
  assert.equal((await me(person.visitor)).status, 401)
  assert.equal((await login(server.visitor(), person.username, PASSWORD)).status, 401)
})

test('E3: the policy of a realm holds at every API that serves it', async () => {
  const shared = await startLatchkey({
    yaml: [
      'realms:',
      '  main:',
      '    signUp: closed',
      '    emailCodeSignIn: false',
      '    passwordLengthMin: 14',
      'apps:',
      '  - contract: starter',
      '    prefix: /one',
      '    name: one',
      '    realm: main',
      '  - contract: starter',
      '    prefix: /two',
      '    name: two',
      '    realm: main',
    ].join('\n'),
  })
  const database = openBehind(shared)
  try {
    const before = await countRows(database.db)
    for (const app of ['one', 'two']) {
      const [username, email] = [newName(), `${newName()}@example.com`]
      const visitor = shared.visitor()
      const short = { username, email, password: 'short-word-9' }
      assert.equal((await visitor.post(`/${app}/api/auth/register`, short)).status, 400)
      const long = { username, email, password: PASSWORD }
      assert.equal((await visitor.post(`/${app}/api/auth/register`, long)).status, 403)
      assert.equal((await visitor.post(`/${app}/api/auth/send-code`, { email })).status, 403)
      assert.equal(
        (await visitor.post(`/${app}/api/auth/verify-code`, { email, code: '000000' })).status,
        403,
      )
    }
    const ours = shared.visitor()
    const email = `${newName()}@example.com`
    assert.equal((await ours.post('/api/accounts', { email, password: PASSWORD })).status, 403)
    assert.equal((await ours.post('/api/sign-in/code', { email })).status, 403)
    assert.deepEqual(await countRows(database.db), before, 'and nothing was written')

    const admin = await setUp(shared)
    const inOne = shared.visitor()
    const body = { username: 'operator@example.com', password: PASSWORD }
    assert.equal((await inOne.post('/one/api/auth/login', body)).status, 200)
    assert.equal((await inOne.get('/one/api/auth/me')).status, 200)
    assert.equal(
      (await inOne.get('/two/api/auth/me')).status,
      401,
      'a session is of the app it was opened in',
    )
    await admin.delete('/api/account/sessions')
    assert.equal((await inOne.get('/one/api/auth/me')).status, 401, 'and ends with the others of its account')
  } finally {
    await database.close()
    await shared.close()
  }
})

test('E6: what is public tells of nobody: no name, no address, no id, no number of accounts', async () => {
  const people = [await joinMain(server), await joinMainWithPassword(server)]
  const person = await register(server)
  const { sessions } = (await operator.get('/api/account/sessions')).body
  const tells = [
    ...people.flatMap(({ email, uid }) => [email, uid]),
    person.username,
    person.email,
    operator.uid,
    'operator@example.com',
    sessions[0].id,
  ]
  const look = async (): Promise<string> => {
    const paths = [
      '/api/start',
      '/api/openapi.json',
      '/api/docs',
      '/api/.well-known/jwks.json',
      '/starter/openapi.json',
      '/starter/api/auth/providers',
      '/starter/.well-known/jwks.json',
      '/livez',
      '/readyz',
      '/',
      '/metrics',
      '/debug',
      '/status',
      '/api',
      '/starter',
      '/api/admin',
      '/api/accounts',
      '/api/events',
    ]
    const answers = await Promise.all(paths.map((path) => server.visitor().get(path)))
    for (const { status, text } of answers) assert.ok(status < 500, text)
    return answers.map(({ text }) => text.replace(/"requestId":"[^"]+"/, '')).join('\n')
  }
  const before = await look()
  for (const tell of tells) assert.ok(!before.includes(tell), tell)
  assert.doesNotMatch(before, /"d"\s*:|PRIVATE KEY/, 'no private key among the public ones')
  await joinMain(server)
  await register(server)
  assert.equal(await look(), before, 'and it reads the same when there are more')
})

test('E6: the list of sessions shows no token, and an account shows no hash', async () => {
  const { visitor } = await joinMainWithPassword(server)
  const shown = [(await visitor.get('/api/account/sessions')).body, (await ownAccount(visitor)).body]
  assert.deepEqual(Object.keys(shown[0].sessions[0]).sort(), [
    'address',
    'createdAt',
    'current',
    'id',
    'lastUsedAt',
    'method',
    'userAgent',
  ])
  assert.doesNotMatch(JSON.stringify(shown), /\$argon2|eyJ|hash|secret|token/i)
  const withId = server.visitor()
  withId.jar.set('latchkey', shown[0].sessions[0].id)
  assert.equal((await ownAccount(withId)).status, 401, 'the id of a session is no credential')
})

test('E7: of fifty first runs at once one makes the operator, and none ever does after', async () => {
  // No API but our own: another may bring an account of its own.
  const fresh = await startLatchkey({ yaml: 'apps: []' })
  const database = openBehind(fresh)
  try {
    const attempts = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const visitor = fresh.visitor()
        const body = { name: `Operator ${i}`, email: `operator${i}@example.com`, password: PASSWORD }
        return { visitor, answer: await visitor.post('/api/setup', body) }
      }),
    )
    const won = attempts.filter(({ answer }) => answer.status === 201)
    assert.equal(won.length, 1)
    const lost = attempts.filter(({ answer }) => answer.status !== 201)
    assert.deepEqual(new Set(lost.map(({ answer }) => answer.body.code)), new Set(['setup_done']))
    for (const { visitor, answer } of lost) {
      assert.equal(answer.cookies.has('latchkey'), false)
      assert.equal((await ownAccount(visitor)).status, 401)
    }
    const { account, session } = await countRows(database.db)
    assert.deepEqual({ account, session }, { account: 1, session: 1 })

    const again = async (): Promise<void> => {
      assert.equal((await fresh.visitor().get('/api/start')).body.setupDue, false)
      const body = { name: 'Mallory', email: `${newName()}@example.com`, password: PASSWORD }
      const answer = await fresh.visitor().post('/api/setup', body)
      assert.deepEqual([answer.status, answer.body.code], [409, 'setup_done'])
    }
    await again()
    await database.db.updateTable('account').set({ disabled_at: 1 }).execute()
    await again()
    await database.db.updateTable('account').set({ deleted_at: 1, disabled_at: null }).execute()
    await again()
    for (const table of ['session', 'password', 'email_claim', 'account'] as const) {
      await database.db.deleteFrom(table).execute()
    }
    await again()
  } finally {
    await database.close()
    await fresh.close()
  }
})

test('E7: where others can reach the server, set-up asks for the code on its console, and counts wrong ones', async () => {
  const reachable = await startLatchkey({ setupCode: 'on-the-console', env: { RATE_LIMIT: 'on' } })
  try {
    const body = { name: 'Mallory', email: 'mallory@example.com', password: PASSWORD }
    const attempt = (setupCode?: string) => reachable.visitor().post('/api/setup', { ...body, setupCode })
    for (const code of [undefined, '', 'on-the-consol', 'on-the-console ', 'ON-THE-CONSOLE']) {
      const answer = await attempt(code)
      assert.deepEqual([answer.status, answer.body.code], [403, 'setup_code_wrong'])
    }
    const guesses = await Promise.all(Array.from({ length: 80 }, (_, i) => attempt(`guess ${i}`)))
    const looked = guesses.filter(({ status }) => status === 403).length
    assert.equal(looked, 55, 'sixty wrong ones in a quarter of an hour, and no more')
    assert.equal((await attempt('on-the-console')).status, 429)
    assert.doesNotMatch((await reachable.visitor().get('/api/start')).text, /on-the-console/)
    reachable.clock.advance(16 * 60_000)
    assert.equal((await attempt('on-the-console')).status, 201)
  } finally {
    await reachable.close()
  }
})

test('E7: set-up is the operators’ alone: signing up before it makes no administrator', async () => {
  const fresh = await startLatchkey()
  try {
    const visitor = fresh.visitor()
    const email = `${newName()}@example.com`
    const code = await askMainCode(fresh, email)
    const joined = await visitor.post('/api/sign-in/code/verify', { email, code })
    assert.equal(joined.body.account.role, 'user')
    const { status } = await visitor.post(`/api/admin/accounts/${joined.body.account.uid}/disable`)
    assert.equal(status, 403)
  } finally {
    await fresh.close()
  }
})
