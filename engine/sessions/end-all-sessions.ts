import { type Account, lockAccount } from '../../storage/accounts.ts'
import { inTransaction } from '../../storage/database.ts'
import { deleteSessionsOf } from '../../storage/sessions.ts'
import { type FindForAdminFailure, findForAdmin } from '../accounts/can-act.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { type Result, succeed } from '../result.ts'

/** Ends every session of somebody's account, by an admin: whoever has it signs in again. */
export async function endAllSessions(
  { db, clock, bus }: Pick<Engine, 'db' | 'clock' | 'bus'>,
  { realm, client, actor, uid }: { realm: Realm; client: Client; actor: Account; uid: string },
): Promise<Result<{ sessionsEnded: number }, FindForAdminFailure>> {
  const found = await findForAdmin({ db }, { realm, actor, uid, action: 'sign_out' })
  if (!found.ok) return found
  const { id: accountId, realmId } = found.value
  const sessionsEnded = await inTransaction(db, async (tx) => {
    await lockAccount(tx, accountId)
    const count = await deleteSessionsOf(tx, { accountId, keepSessionId: null })
    const detail = { count }
    const entry = {
      realm: { id: realmId },
      client,
      action: 'session.ended',
      accountId,
      actorId: actor.id,
      detail,
    } as const
    await recordAction(tx, { clock }, entry)
    return count
  })
  bus.publish({ kind: 'account_changed', accountId })
  return succeed({ sessionsEnded })
}
