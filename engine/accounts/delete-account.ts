import { eraseAccount } from '../../storage/account-erasure.ts'
import { inTransaction } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { sweepPicturesSoon } from '../pictures/sweep-pictures.ts'
import type { Realm } from '../realm.ts'

/** Deletes the account with all that hangs on it. What stays is a row without a person, so that its id and username are never given out again. */
export async function deleteAccount(
  { db, clock, bus, files }: Pick<Engine, 'db' | 'clock' | 'bus' | 'files'>,
  { realm, client, accountId }: { realm: Realm; client: Client; accountId: number },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await recordAction(tx, { clock }, { realm, client, action: 'account.deleted', accountId })
    await eraseAccount(tx, { id: accountId, now: clock.now() })
  })
  bus.publish({ kind: 'account_changed', accountId })
  await sweepPicturesSoon({ db, clock, files })
}
