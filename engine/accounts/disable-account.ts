import { type Account, setDisabled } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { type FindForAdminFailure, findForAdmin } from './can-act.ts'
import { holdAccount, shutAccount } from './shut-account.ts'

type Parts = Pick<Engine, 'db' | 'clock' | 'bus'>
interface AsAdmin {
  realm: Realm
  client: Client
  actor: Account
  uid: string
}

/** In order of precedence. */
export type EnableAccountFailure = FindForAdminFailure
export type DisableAccountFailure = EnableAccountFailure | { code: 'last_admin' }

/** Shuts somebody's account, by an admin, until it is enabled. */
export async function disableAccount(
  { db, clock, bus }: Parts,
  { realm, client, actor, uid }: AsAdmin,
): Promise<Result<null, DisableAccountFailure>> {
  const found = await findForAdmin({ db }, { realm, actor, uid, action: 'disable' })
  if (!found.ok) return found
  const { id: accountId, realmId } = found.value
  const done = await inTransaction(db, async (tx): Promise<Result<null, DisableAccountFailure>> => {
    const { isLastAdmin } = await holdAccount(tx, { realmId, accountId })
    if (isLastAdmin) return decline({ code: 'last_admin' })
    await shutAccount(tx, { accountId, now: clock.now() })
    await recordAction(
      tx,
      { clock },
      { realm: { id: realmId }, client, action: 'account.disabled', accountId, actorId: actor.id },
    )
    return succeed(null)
  })
  if (done.ok) bus.publish({ kind: 'account_changed', accountId })
  return done
}

export async function enableAccount(
  { db, clock, bus }: Parts,
  { realm, client, actor, uid }: AsAdmin,
): Promise<Result<null, EnableAccountFailure>> {
  const found = await findForAdmin({ db }, { realm, actor, uid, action: 'enable' })
  if (!found.ok) return found
  const { id: accountId, realmId } = found.value
  await inTransaction(db, async (tx) => {
    await setDisabled(tx, { id: accountId, disabledAt: null, now: clock.now() })
    await recordAction(
      tx,
      { clock },
      { realm: { id: realmId }, client, action: 'account.enabled', accountId, actorId: actor.id },
    )
  })
  bus.publish({ kind: 'account_changed', accountId })
  return succeed(null)
}
