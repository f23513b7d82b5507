import type { Account } from '../../storage/accounts.ts'
import type { Realm } from '../realm.ts'

/** The realm whose admins run the whole house. */
export const OPERATORS_REALM = 'main'

export type AccountAction = 'disable' | 'enable'

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
