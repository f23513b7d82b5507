import { type Account, getAccount, updateAccount } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { type FindForAdminFailure, findForAdmin } from './can-act.ts'
import { holdAccount } from './shut-account.ts'

/** What an account may do, for every realm; documents name some of them. */
export const roles = ['admin', 'staff', 'user'] as const
export type Role = (typeof roles)[number]

/** In order of precedence. */
export type ChangeRoleFailure = FindForAdminFailure | { code: 'last_admin' }

/** Gives an account another role, by an admin. The last one who lets people in stays what they are. */
export async function changeRole(
  { db, clock, bus }: Pick<Engine, 'db' | 'clock' | 'bus'>,
  {
    realm,
    client,
    actor,
    uid,
    role,
  }: { realm: Realm; client: Client; actor: Account; uid: string; role: Role },
): Promise<Result<Account, ChangeRoleFailure>> {
  const found = await findForAdmin({ db }, { realm, actor, uid, action: 'change' })
  if (!found.ok) return found
  const { id: accountId, realmId } = found.value
  const changed = await inTransaction(db, async (tx): Promise<Result<Account, ChangeRoleFailure>> => {
    const { account, isLastAdmin } = await holdAccount(tx, { realmId, accountId })
    if (account.role === role) return succeed(account)
    if (isLastAdmin) return decline({ code: 'last_admin' })
    await updateAccount(tx, { id: accountId, role, now: clock.now() })
    const detail = { from: account.role, to: role }
    const entry = {
      realm,
      client,
      action: 'account.role_changed',
      accountId,
      actorId: actor.id,
      detail,
    } as const
    await recordAction(tx, { clock }, entry)
    return succeed(await getAccount(tx, accountId))
  })
  if (changed.ok) bus.publish({ kind: 'account_changed', accountId })
  return changed
}
