import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { eraseAccount } from '../../storage/account-erasure.ts'
import { setDisabled } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { startEngine, type TestEngine, testClient } from '../../test/support/engine.ts'
import { createAccount } from '../accounts/create-account.ts'
import { openRealm } from '../create-engine.ts'
import { defaultPolicy, type RealmPolicy } from '../realm.ts'
import { openSession, type SignInMethod } from './gate.ts'

let parts: TestEngine
before(async () => {
  parts = await startEngine()
})
after(() => parts.close())

const methods: SignInMethod[] = ['password', 'email_code', 'passkey', 'link', 'set_up']

async function newAccount(): Promise<number> {
  const { engine, realm } = parts
  const made = await inTransaction(engine.db, (tx) =>
    createAccount(tx, engine, { realm, client: testClient(), email: null, proof: null }),
  )
  assert.ok(made.ok)
  return made.value
}

/** @returns the failure's code, or `in`. */
async function tryGate(
  accountId: number,
  method: SignInMethod,
  policy: Partial<RealmPolicy> = {},
): Promise<string> {
  const { engine, storage } = parts
  const realm = { ...parts.realm, policy: { ...parts.realm.policy, ...policy } }
  const rows = () =>
    storage.db.selectFrom('session').select('id').where('account_id', '=', accountId).execute()
  const before = (await rows()).length
  const result = await inTransaction(engine.db, (tx) =>
    openSession(tx, engine, { realm, accountId, method, client: testClient() }),
  )
  assert.equal((await rows()).length - before, result.ok ? 1 : 0)
  return result.ok ? 'in' : result.failure.code
}

test('whatever proof somebody brings, the gate itself looks at the account', async () => {
  const { db } = parts.storage
  for (const method of methods) {
    const accountId = await newAccount()
    assert.equal(await tryGate(accountId, method), 'in')
    await setDisabled(db, { id: accountId, disabledAt: 1, now: 1 })
    assert.equal(await tryGate(accountId, method), 'account_disabled', method)
    await setDisabled(db, { id: accountId, disabledAt: null, now: 1 })
    assert.equal(await tryGate(accountId, method), 'in')
    await inTransaction(db, (tx) => eraseAccount(tx, { id: accountId, now: 1 }))
    assert.equal(await tryGate(accountId, method), 'account_disabled', `${method} of a deleted one`)
  }
})

test('the gate itself looks at the policy, whether or not the door before it did', async () => {
  const accountId = await newAccount()
  const off = { passwordSignIn: false, emailCodeSignIn: false, passkeySignIn: false }
  const seen: string[] = []
  for (const method of methods) seen.push(await tryGate(accountId, method, off))
  assert.deepEqual(seen, ['method_off', 'method_off', 'method_off', 'in', 'in'])
  assert.equal(await tryGate(accountId, 'password', { emailCodeSignIn: false }), 'in')
  assert.equal(await tryGate(accountId, 'email_code', { passwordSignIn: false }), 'in')
})

test('a refusal is written down, with its reason', async () => {
  const accountId = await newAccount()
  await tryGate(accountId, 'password', { passwordSignIn: false })
  const log = await parts.storage.db
    .selectFrom('action_log')
    .select(['action', 'detail'])
    .where('account_id', '=', accountId)
    .where('action', 'like', 'sign_in%')
    .execute()
  assert.deepEqual(
    log.map((row) => ({ ...row })),
    [{ action: 'sign_in.refused', detail: { method: 'password', reason: 'method_off' } }],
  )
})

test('an account is let into its own realm only, and one that is not there is a bug', async () => {
  const { engine } = parts
  const accountId = await newAccount()
  const other = await openRealm(engine, { name: 'other', policy: defaultPolicy })
  const enter = (realm: typeof other, id: number) =>
    inTransaction(engine.db, (tx) =>
      openSession(tx, engine, { realm, accountId: id, method: 'password', client: testClient() }),
    )
  await assert.rejects(enter(other, accountId), /own realm/)
  await assert.rejects(enter(parts.realm, 999_999), /no account/)
})

test('a session lives as long as its realm says', async () => {
  const { engine, realm, clock } = parts
  const accountId = await newAccount()
  const short = { ...realm, policy: { ...realm.policy, sessionLifetimeSeconds: 60 } }
  const opened = await inTransaction(engine.db, (tx) =>
    openSession(tx, engine, { realm: short, accountId, method: 'link', client: testClient() }),
  )
  assert.ok(opened.ok)
  const { createdAt, expiresAt } = opened.value.session
  assert.equal(expiresAt - createdAt, 60_000)
  assert.ok(Math.abs(createdAt - clock.now()) < 5_000)
})
