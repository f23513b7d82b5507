import { eraseAccount } from '../../storage/account-erasure.ts'
import type { Account } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import { sweepPicturesSoon } from '../pictures/sweep-pictures.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { type FindForAdminFailure, findForAdmin } from './can-act.ts'
import { holdAccount } from './shut-account.ts'

/** In order of precedence. */
export type DeleteByAdminFailure = FindForAdminFailure | { code: 'own_account' } | { code: 'last_admin' }

/** Erases somebody's account at once, by an admin. Never one's own, nor the last admin's. */
export async function deleteByAdmin(
  { db, clock, bus, files }: Pick<Engine, 'db' | 'clock' | 'bus' | 'files'>,
  { realm, client, actor, uid }: { realm: Realm; client: Client; actor: Account; uid: string },
): Promise<Result<null, DeleteByAdminFailure>> {
  const found = await findForAdmin({ db }, { realm, actor, uid, action: 'disable' })
  if (!found.ok) return found
  const { id: accountId, realmId } = found.value
  if (realmId !== realm.id) return decline({ code: 'not_found' })
  if (accountId === actor.id) return decline({ code: 'own_account' })
  const deleted = await inTransaction(db, async (tx): Promise<Result<null, DeleteByAdminFailure>> => {
    const { account, isLastAdmin } = await holdAccount(tx, { realmId, accountId })
    // Of two at once, the second finds nobody.
    if (account.deletedAt !== null) return decline({ code: 'not_found' })
    if (isLastAdmin) return decline({ code: 'last_admin' })
    const actorId = actor.id
    await recordAction(tx, { clock }, { realm, client, action: 'account.deleted', accountId, actorId })
    await eraseAccount(tx, { id: accountId, now: clock.now() })
    return succeed(null)
  })
  if (!deleted.ok) return deleted
  bus.publish({ kind: 'account_changed', accountId })
  await sweepPicturesSoon({ db, clock, files })
  return deleted
}
