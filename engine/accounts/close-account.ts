import { eraseAccount, listDueErasures, setErasure, takeErasure } from '../../storage/account-erasure.ts'
import type { Account } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import { type Client, serverItself } from '../client.ts'
import { DAY_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { holdAccount, shutAccount } from './shut-account.ts'

/** So long an admin can let its owner in again, who thought better of it. */
const KEPT_MS = 30 * DAY_MS
const ERASED_AT_ONCE_MAX = 100

export type CloseAccountFailure = { code: 'last_admin' }

/**
 * Closes somebody's own account: it is shut at once, with every session and link of its, and erased after 30 days,
 * unless an admin lets it in again before. The last admin stays: nobody could let people in any more.
 */
export async function closeAccount(
  { db, clock, bus }: Pick<Engine, 'db' | 'clock' | 'bus'>,
  { realm, client, account }: { realm: Realm; client: Client; account: Account },
): Promise<Result<null, CloseAccountFailure>> {
  const { id: accountId, realmId } = account
  const closed = await inTransaction(db, async (tx): Promise<Result<null, CloseAccountFailure>> => {
    const now = clock.now()
    const { isLastAdmin } = await holdAccount(tx, { realmId, accountId })
    if (isLastAdmin) return decline({ code: 'last_admin' })
    await shutAccount(tx, { accountId, now })
    await setErasure(tx, { id: accountId, eraseAt: now + KEPT_MS })
    await recordAction(tx, { clock }, { realm, client, action: 'account.closed', accountId })
    return succeed(null)
  })
  if (closed.ok) bus.publish({ kind: 'account_changed', accountId })
  return closed
}

/** Erases what was closed long enough ago, each by itself, so that many do not hold up the others. */
export async function eraseClosedAccounts({ db, clock }: Pick<Engine, 'db' | 'clock'>): Promise<void> {
  const due = await listDueErasures(db, { now: clock.now(), limit: ERASED_AT_ONCE_MAX })
  for (const { id, realmId } of due) {
    await inTransaction(db, async (tx) => {
      const now = clock.now()
      if (!(await takeErasure(tx, { id, now }))) return
      const entry = { realm: { id: realmId }, client: serverItself, actorId: null }
      await recordAction(tx, { clock }, { ...entry, action: 'account.deleted', accountId: id })
      await eraseAccount(tx, { id, now })
    })
  }
}
