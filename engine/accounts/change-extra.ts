import { getAccount, lockAccount, updateAccount } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'

/** Replaces one of the preferences that a contract keeps with an account, and leaves the others. */
export async function changeExtra(
  { db, clock, bus }: Pick<Engine, 'db' | 'clock' | 'bus'>,
  {
    realm,
    client,
    accountId,
    key,
    value,
  }: { realm: Realm; client: Client; accountId: number; key: string; value: unknown },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    // Of two at once, for two preferences, the second sees the first.
    await lockAccount(tx, accountId)
    const { extra } = await getAccount(tx, accountId)
    await updateAccount(tx, { id: accountId, now: clock.now(), extra: { ...extra, [key]: value } })
    const detail = { fields: 'extra' }
    await recordAction(tx, { clock }, { realm, client, action: 'account.changed', accountId, detail })
  })
  bus.publish({ kind: 'account_changed', accountId })
}
