import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inTransaction } from '../../storage/database.ts'
import { startEngine, type TestEngine, testClient } from '../../test/support/engine.ts'
import { createAccount } from '../accounts/create-account.ts'
import { deleteAccount } from '../accounts/delete-account.ts'
import { openRealm } from '../create-engine.ts'
import type { Realm } from '../realm.ts'
import { publicCodeOf } from './public-code.ts'
import { listPublicLog, listPublicSince, type PublicAction, type PublicLogFilter } from './public-log.ts'
import { type Action, recordAction } from './record.ts'

interface Person {
  id: number
  uid: string
}

let running: TestEngine
let ada: Person
let bob: Person
before(async () => {
  running = await startEngine()
  ada = await create('ada')
  bob = await create('bob')
})
after(() => running.close())

async function create(username: string, { realm }: { realm: Realm } = running): Promise<Person> {
  const { engine } = running
  const client = testClient({ address: '203.0.113.77', userAgent: 'SecretBrowser/1.0' })
  const made = await inTransaction(engine.db, (tx) =>
    createAccount(tx, engine, { realm, client, email: null, proof: null, username }),
  )
  assert.ok(made.ok)
  const { uid } = await engine.db
    .selectFrom('account')
    .select('uid')
    .where('id', '=', made.value)
    .executeTakeFirstOrThrow()
  return { id: made.value, uid }
}

function record(
  who: Person,
  action: Action,
  detail: Record<string, string> = {},
  actorId = who.id,
): Promise<void> {
  const { engine, realm } = running
  const client = testClient({ address: '203.0.113.77', userAgent: 'SecretBrowser/1.0' })
  return recordAction(engine.db, engine, { realm, client, action, accountId: who.id, actorId, detail })
}

const edit = (who: Person, fields = 'name'): Promise<void> => record(who, 'account.changed', { fields })

const page = (
  query: {
    realm?: Realm
    filter?: PublicLogFilter
    cursor?: { uid: string; direction: 'older' | 'newer' }
    limit?: number
  } = {},
) => listPublicLog(running.engine, { realm: running.realm, filter: {}, limit: 100, ...query })
const uids = (actions: PublicAction[]): string[] => actions.map(({ uid }) => uid)

test('what a person is told to have done is what anyone may see of them, and nothing else', () => {
  const of = (
    action: string,
    detail: object = {},
    actorId: number | null = 1,
    accountId: number | null = 1,
  ) => publicCodeOf({ action, actorId, accountId, detail: { ...detail } })
  assert.equal(of('account.created'), 'user:create')
  assert.equal(of('account.created', {}, 2), 'user:create')
  assert.equal(of('account.changed', { fields: 'username bio' }), 'user:edit')
  assert.equal(of('account.changed', { fields: 'name' }, 2), 'user:edit')
  assert.equal(of('sign_in.succeeded', { method: 'password' }), 'auth:login')
  assert.equal(of('sign_in.succeeded', { method: 'oauth_google' }), 'auth:oauth_login')
  assert.equal(of('session.ended'), 'auth:logout')
  const untold: [string, object?, (number | null)?, (number | null)?][] = [
    ['account.changed', { fields: 'language' }],
    ['account.changed', { fields: 'extra' }],
    ['account.changed'],
    ['account.deleted'],
    ['account.disabled', {}, 2],
    ['sign_in.failed', { method: 'password' }],
    ['sign_in.succeeded', { method: 'password' }, 2],
    ['session.ended', { reason: 'replay' }],
    ['session.ended', {}, null],
    ['email.changed'],
    ['password.changed'],
    ['mail.read', {}, 2],
    ['account.created', {}, null, null],
  ]
  for (const one of untold) assert.equal(of(...one), null, JSON.stringify(one))
})

test('an entry tells who, what and when, and neither address, browser nor request', async () => {
  await edit(ada, 'name language bio')
  await record(ada, 'sign_in.succeeded', { method: 'password' })
  await record(ada, 'sign_in.failed', { reason: 'wrong_password' })
  const { actions } = await page({ filter: { accountUid: ada.uid } })
  const [edited, created] = actions
  assert.equal(actions.length, 2)
  const { uid: _, createdAt, ...rest } = edited ?? assert.fail()
  assert.deepEqual(rest, {
    code: 'user:edit',
    actorUid: ada.uid,
    accountUid: ada.uid,
    fields: ['name', 'bio'],
  })
  assert.ok(Math.abs(createdAt - running.clock.now()) < 60_000)
  assert.deepEqual([created?.code, created?.fields], ['user:create', null])
  assert.doesNotMatch(JSON.stringify(actions), /203\.0\.113|SecretBrowser|wrong_password|"ada"/)
})

test('signing in is published where the realm says so, and nowhere else', async () => {
  const { policy } = running.realm
  const open: Realm = {
    ...running.realm,
    policy: { ...policy, publishedActions: ['user:create', 'auth:login'] },
  }
  await record(bob, 'sign_in.succeeded', { method: 'password' })
  const filter = { accountUid: bob.uid }
  assert.deepEqual(
    (await page({ realm: open, filter })).actions.map(({ code }) => code),
    ['auth:login', 'user:create'],
  )
  assert.deepEqual(
    (await page({ filter })).actions.map(({ code }) => code),
    ['user:create'],
  )
  assert.deepEqual(await page({ filter: { codes: ['auth:login'] } }), {
    actions: [],
    hasNewer: false,
    hasOlder: false,
  })
  const silent: Realm = { ...running.realm, policy: { ...policy, publishedActions: [] } }
  assert.deepEqual((await page({ realm: silent })).actions, [])
})

test('pages in both directions hold each entry once, with the truth about what lies beyond', async () => {
  const cleo = await create('cleo')
  for (let i = 0; i < 9; i++) await edit(cleo)
  const filter = { accountUid: cleo.uid }
  const all = (await page({ filter })).actions
  assert.equal(all.length, 10)
  assert.deepEqual(uids(all), uids(all).toSorted().reverse())

  let older = await page({ filter, limit: 4 })
  assert.deepEqual([older.hasNewer, older.hasOlder], [false, true])
  const down = [...older.actions]
  while (older.hasOlder) {
    const uid = older.actions.at(-1)?.uid ?? ''
    older = await page({ filter, limit: 4, cursor: { uid, direction: 'older' } })
    assert.equal(older.hasNewer, true)
    down.push(...older.actions)
  }
  assert.deepEqual(down, all)

  let newer = await page({
    filter,
    limit: 4,
    cursor: { uid: all.at(-1)?.uid ?? '', direction: 'newer' },
  })
  const up = [...newer.actions]
  for (;;) {
    assert.equal(newer.hasOlder, true)
    if (!newer.hasNewer) break
    const uid = newer.actions[0]?.uid ?? ''
    newer = await page({ filter, limit: 4, cursor: { uid, direction: 'newer' } })
    up.unshift(...newer.actions)
  }
  assert.deepEqual(up, all.slice(0, -1))
  // A page that ends exactly at the end says so.
  const last = { uid: all[4]?.uid ?? '', direction: 'older' } as const
  assert.deepEqual((await page({ filter, limit: 5, cursor: last })).hasOlder, false)
  assert.deepEqual((await page({ filter, limit: 4, cursor: last })).hasOlder, true)
})

test('an empty page still knows what is on the other side of its cursor', async () => {
  const dora = await create('dora')
  await edit(dora)
  const filter = { accountUid: dora.uid }
  const [newest, oldest] = uids((await page({ filter })).actions)
  const at = (uid = '', direction: 'older' | 'newer') => page({ filter, cursor: { uid, direction } })
  assert.deepEqual(await at(newest, 'newer'), { actions: [], hasNewer: false, hasOlder: true })
  assert.deepEqual(await at(oldest, 'older'), { actions: [], hasNewer: true, hasOlder: false })
  const emil = await create('emil')
  const only = { accountUid: emil.uid, codes: ['user:edit'] as const }
  assert.deepEqual(await page({ filter: only }), { actions: [], hasNewer: false, hasOlder: false })
  // The cursor need not be an entry that the filter lets through.
  assert.deepEqual(await page({ filter: only, cursor: { uid: newest ?? '', direction: 'older' } }), {
    actions: [],
    hasNewer: false,
    hasOlder: false,
  })
})

test('a cursor that is in no log stands where its time says', async () => {
  const finn = await create('finn')
  const filter = { accountUid: finn.uid }
  const uidAt = (ms: number): string => {
    const time = ms.toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
  }
  const long = 3_600_000
  const at = (ms: number, direction: 'older' | 'newer') =>
    page({ filter, cursor: { uid: uidAt(ms), direction } })
  const now = running.clock.now()
  assert.equal((await at(now + long, 'older')).actions.length, 1)
  assert.deepEqual(await at(now + long, 'newer'), { actions: [], hasNewer: false, hasOlder: true })
  assert.equal((await at(now - long, 'newer')).actions.length, 1)
  assert.deepEqual(await at(now - long, 'older'), { actions: [], hasNewer: true, hasOlder: false })
  const random = '9b2d1e1c-0000-4000-8000-000000000000'
  assert.equal((await page({ filter, cursor: { uid: random, direction: 'newer' } })).actions.length, 1)
})

test('who was deleted is no actor any more, and what was told of them stays', async () => {
  const gina = await create('gina')
  await edit(gina)
  const { engine, realm } = running
  assert.equal((await page({ filter: { actorUid: gina.uid } })).actions.length, 2)
  await deleteAccount(engine, { realm, client: testClient(), accountId: gina.id })
  const { actions } = await page({ filter: { accountUid: gina.uid } })
  assert.deepEqual(
    actions.map(({ code, actorUid, accountUid }) => ({ code, actorUid, accountUid })),
    [
      { code: 'user:edit', actorUid: null, accountUid: gina.uid },
      { code: 'user:create', actorUid: null, accountUid: gina.uid },
    ],
  )
  assert.deepEqual((await page({ filter: { actorUid: gina.uid } })).actions, [])
})

test('what an admin changed is told without the admin', async () => {
  const hugo = await create('hugo')
  await record(hugo, 'account.changed', { fields: 'name' }, ada.id)
  const [edited] = (await page({ filter: { accountUid: hugo.uid } })).actions
  assert.deepEqual([edited?.code, edited?.actorUid], ['user:edit', null])
  assert.equal((await page({ filter: { actorUid: hugo.uid } })).actions.length, 1, 'the creation alone')
  assert.ok(!(await page({ filter: { actorUid: ada.uid } })).actions.some(({ uid }) => uid === edited?.uid))
})

test('filters go together, and nobody of another realm is found', async () => {
  const { engine, realm } = running
  const elsewhere = await openRealm(engine, { name: 'elsewhere', policy: realm.policy })
  const stranger = await create('stranger', { realm: elsewhere })
  const count = async (filter: PublicLogFilter) => (await page({ filter })).actions.length
  assert.equal(await count({ accountUid: stranger.uid }), 0)
  assert.equal(await count({ actorUid: stranger.uid }), 0)
  assert.equal((await page({ realm: elsewhere })).actions.length, 1)
  assert.equal(await count({ actorUid: ada.uid, accountUid: bob.uid }), 0)
  assert.equal(await count({ actorUid: ada.uid, accountUid: ada.uid, codes: ['user:create'] }), 1)
  assert.equal(await count({ codes: ['oauth:link', 'post:edit'] }), 0)
  const [theirs] = (await page({ realm: elsewhere })).actions
  // Another realm's entry is a cursor like any that is unknown.
  await page({ cursor: { uid: theirs?.uid ?? '', direction: 'newer' } })
})

test('what was missed is told from the oldest to the newest; of too much, the newest', async () => {
  const ivy = await create('ivy')
  for (let i = 0; i < 5; i++) await edit(ivy)
  const { engine, realm } = running
  const range = { after: 0, upTo: Number.MAX_SAFE_INTEGER - 1 }
  const since = (limit: number) =>
    listPublicSince(engine, { realm, filter: { accountUid: ivy.uid }, ...range, limit })
  const ids = (await since(100)).map(({ id }) => id)
  assert.equal(ids.length, 6)
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  )
  assert.deepEqual(
    (await since(2)).map(({ id }) => id),
    ids.slice(-2),
  )
})
