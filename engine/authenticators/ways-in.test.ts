import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { inTransaction } from '../../storage/database.ts'
import { deleteIdentity, insertIdentity } from '../../storage/oauth-identities.ts'
import { deletePassword, putPassword } from '../../storage/passwords.ts'
import { startEngine, type TestEngine, testClient } from '../../test/support/engine.ts'
import { createAccount } from '../accounts/create-account.ts'
import { parseEmailAddress } from '../accounts/email-address.ts'
import type { RealmPolicy } from '../realm.ts'
import type { ProviderSettings } from './oauth/provider.ts'
import { hasWayInWithout, listWaysIn } from './ways-in.ts'

let opened: TestEngine
const settingsOf = (name: string): ProviderSettings => ({
  kind: 'oidc',
  name,
  title: name,
  clientId: 'x',
  clientSecret: 'x',
  issuer: 'https://provider.example',
  scopes: 'openid',
  areEmailsVerified: false,
})
before(async () => {
  opened = await startEngine({ providers: ['google', 'github'].map(settingsOf) })
})
after(() => opened.close())

let people = 0
async function newAccount({ isProved = false } = {}): Promise<number> {
  const { engine, realm } = opened
  const email = parseEmailAddress(`ways${++people}@example.org`) ?? null
  const proof = isProved ? 'link' : null
  return inTransaction(engine.db, async (tx) => {
    const made = await createAccount(tx, engine, { realm, client: testClient(), email, proof })
    assert.ok(made.ok)
    return made.value
  })
}

const link = (accountId: number, provider: string) =>
  insertIdentity(opened.engine.db, {
    realmId: opened.realm.id,
    accountId,
    provider,
    subject: `${provider} ${accountId}`,
    email: null,
    createdAt: opened.clock.now(),
  })

const waysOf = (accountId: number, policy: Partial<RealmPolicy> = {}) => {
  const realm = { ...opened.realm, policy: { ...opened.realm.policy, ...policy } }
  return listWaysIn(opened.engine.db, opened.engine, { realm, accountId })
}

test('a way in is what lets the account in by itself, as the policy stands', async () => {
  const { engine, clock } = opened
  const [stranger, owner] = [await newAccount(), await newAccount({ isProved: true })]
  assert.deepEqual(await waysOf(stranger), [], 'an unproved address is none')
  assert.deepEqual(await waysOf(owner), [{ kind: 'email_code' }])
  const now = clock.now()
  await putPassword(engine.db, { accountId: owner, phc: 'plain', now })
  await engine.db
    .insertInto('passkey')
    .values({
      realm_id: opened.realm.id,
      account_id: owner,
      credential_id: 'one',
      public_key: new Uint8Array(1),
      sign_count: 0,
      transports: '[]',
      name: 'Phone',
      is_backed_up: false,
      created_at: now,
      last_used_at: null,
    })
    .execute()
  await link(owner, 'google')
  await link(owner, 'github')
  await link(owner, 'set-up-no-more')
  const all = await waysOf(owner)
  assert.deepEqual(
    all.map(({ kind }) => kind),
    ['password', 'email_code', 'passkey', 'provider', 'provider'],
  )
  assert.deepEqual(
    (await waysOf(owner, { passwordSignIn: false, emailCodeSignIn: false })).map(({ kind }) => kind),
    ['passkey', 'provider', 'provider'],
  )
})

test('a temporary password whose time is over is none', async () => {
  const { engine, clock } = opened
  const accountId = await newAccount()
  const now = clock.now()
  await putPassword(engine.db, { accountId, phc: 'plain', now, temporaryUntil: now + 1_000 })
  assert.deepEqual(await waysOf(accountId), [{ kind: 'password' }])
  clock.advance(2_000)
  assert.deepEqual(await waysOf(accountId), [])
})

test('of two ways in that are taken away at once, one stays', async () => {
  const { engine, realm } = opened
  for (let round = 0; round < 5; round++) {
    const accountId = await newAccount()
    await putPassword(engine.db, { accountId, phc: 'plain', now: opened.clock.now() })
    await link(accountId, 'google')
    const takeAway = (provider: string | null) =>
      inTransaction(engine.db, async (tx) => {
        const without = provider ? ({ kind: 'provider', provider } as const) : ({ kind: 'password' } as const)
        if (!(await hasWayInWithout(tx, engine, { realm, accountId, without }))) return false
        return provider ? deleteIdentity(tx, { accountId, provider }) : deletePassword(tx, accountId)
      })
    const done = await Promise.all([takeAway('google'), takeAway(null)])
    assert.equal(done.filter(Boolean).length, 1)
    assert.equal((await waysOf(accountId)).length, 1)
  }
})
