import { type Account, findAccount, findAccountByUid } from '../../storage/accounts.ts'
import type { Engine } from '../engine.ts'
import { OPERATORS_REALM, type Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'

export type AccountAction = 'read' | 'change' | 'disable' | 'enable' | 'sign_out'

/**
 * Whether `actor` may do this to `object`: the one place that knows. Admins act on accounts of their own realm,
 * those of realm `main` on every account.
 */
export function canAct(
  actor: { account: Account; realm: Realm },
  _action: AccountAction,
  object: Account,
): boolean {
  if (actor.account.role !== 'admin') return false
  return actor.realm.name === OPERATORS_REALM || actor.realm.id === object.realmId
}

/** Whether `actor` may look after a whole realm: make accounts in it, list them, see its mail. */
export function canRun(actor: { account: Account; realm: Realm }, realm: Realm): boolean {
  if (actor.account.role !== 'admin') return false
  return actor.realm.name === OPERATORS_REALM || actor.realm.id === realm.id
}

/** In order of precedence. */
export type FindForAdminFailure = { code: 'forbidden' } | { code: 'not_found' }

/** As {@link findForAdmin}, of the admin's own realm, by the number that some documents show. */
export async function findForAdminById(
  { db }: Pick<Engine, 'db'>,
  { realm, actor, id }: { realm: Realm; actor: Account; id: number },
): Promise<Result<Account, FindForAdminFailure>> {
  if (actor.role !== 'admin') return decline({ code: 'forbidden' })
  const account = await findAccount(db, id)
  if (account?.realmId !== realm.id || account.deletedAt !== null) return decline({ code: 'not_found' })
  return succeed(account)
}

/** Who is no admin learns nothing about any id; an admin learns of those that are theirs. */
export async function findForAdmin(
  { db }: Pick<Engine, 'db'>,
  { realm, actor, uid, action }: { realm: Realm; actor: Account; uid: string; action: AccountAction },
): Promise<Result<Account, FindForAdminFailure>> {
  if (actor.role !== 'admin') return decline({ code: 'forbidden' })
  const account = await findAccountByUid(db, uid)
  if (!account || !canAct({ account: actor, realm }, action, account)) return decline({ code: 'not_found' })
  return succeed(account)
}
