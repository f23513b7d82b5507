import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findAccount, setDisabled } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { startEngine, type TestEngine, testClient } from '../../test/support/engine.ts'
import { pngOf } from '../../test/support/pictures.ts'
import type { FetchPublic } from '../outbound/outbound.ts'
import { succeed } from '../result.ts'
import { setAccountPicture } from './account-picture.ts'
import { createAccount } from './create-account.ts'
import { keepProviderPicture } from './keep-provider-picture.ts'

let parts: TestEngine
before(async () => {
  parts = await startEngine()
})
after(() => parts.close())

const client = testClient()

async function newAccount(): Promise<number> {
  const { engine, realm } = parts
  const made = await inTransaction(engine.db, (tx) =>
    createAccount(tx, engine, { realm, client, email: null, proof: null }),
  )
  assert.ok(made.ok)
  return made.value
}

const pictureOf = async (id: number) => (await findAccount(parts.storage.db, id))?.profileImage
const inUse = async () =>
  (
    await parts.storage.db
      .selectFrom('picture')
      .select('content_hash')
      .where('removed_at', 'is', null)
      .execute()
  ).map(({ content_hash }) => content_hash)
/** Why pictures of providers were not kept. */
async function logOf(id: number): Promise<unknown[]> {
  const rows = await parts.storage.db
    .selectFrom('action_log')
    .select('detail')
    .where('account_id', '=', id)
    .where('action', '=', 'picture.not_kept')
    .execute()
  return rows.map(({ detail }) => detail)
}

/** A provider that has this picture. */
function having(bytes: Buffer) {
  const fetchPublic: FetchPublic = async () => succeed({ bytes, contentType: 'image/png' })
  return { ...parts.engine, fetchPublic }
}

test('a provider’s picture never takes the place of one that its owner set meanwhile', async () => {
  const { engine, realm } = parts
  const accountId = await newAccount()
  const who = { realm, client, accountId }
  const own = await pngOf(20, 20, '#112233')
  assert.ok((await setAccountPicture(engine, { ...who, image: 'profileImage', bytes: own })).ok)
  const before = await pictureOf(accountId)
  await keepProviderPicture(having(await pngOf(20, 20, '#445566')), { ...who, url: 'https://a.example/' })
  assert.equal(await pictureOf(accountId), before)
  assert.deepEqual(await inUse(), [before])
  assert.deepEqual(await logOf(accountId), [])
})

test('C2: an account that is shut while its picture is made gets none, and nothing is kept for it', async () => {
  const { engine, realm, storage } = parts
  const accountId = await newAccount()
  const who = { realm, client, accountId }
  const kept = await inUse()
  await setDisabled(storage.db, { id: accountId, disabledAt: 1, now: 1 })
  const bytes = await pngOf(20, 20, '#778899')
  assert.deepEqual(await setAccountPicture(engine, { ...who, image: 'profileImage', bytes }), {
    ok: false,
    failure: { code: 'account_gone' },
  })
  await keepProviderPicture(having(bytes), { ...who, url: 'https://a.example/' })
  assert.equal(await pictureOf(accountId), null)
  assert.deepEqual(await inUse(), kept)
  assert.deepEqual(await logOf(accountId), [{ reason: 'account_gone' }])
})
