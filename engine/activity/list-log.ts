import type { Account } from '../../storage/accounts.ts'
import {
  findLoggedAccount,
  isInActionLog,
  type LoggedAction,
  listActionLog,
} from '../../storage/action-log.ts'
import { canRun } from '../accounts/can-act.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'

interface AsAdmin {
  realm: Realm
  actor: Account
  /** The realm whose log is read. */
  ofRealm: Realm
}

/** The whole log of a realm, newest first: for who runs it. */
export async function listLog(
  { db }: Pick<Engine, 'db'>,
  {
    realm,
    actor,
    ofRealm,
    account,
    ...query
  }: AsAdmin & {
    action?: string | undefined
    /** A uid. */
    account?: string | undefined
    above?: number
    below?: number | undefined
    limit: number
  },
): Promise<Result<LoggedAction[], { code: 'not_found' }>> {
  if (!canRun({ account: actor, realm }, ofRealm)) return decline({ code: 'not_found' })
  const realmId = ofRealm.id
  if (account === undefined) return succeed(await listActionLog(db, { realmId, ...query }))
  const found = await findLoggedAccount(db, { realmId, uid: account })
  return succeed(found ? await listActionLog(db, { realmId, accountId: found.id, ...query }) : [])
}

/** Whether this is the id of an entry of the realm. */
export function isInLog(
  { db }: Pick<Engine, 'db'>,
  { realm, id }: { realm: Realm; id: number },
): Promise<boolean> {
  return isInActionLog(db, { realmId: realm.id, id })
}
