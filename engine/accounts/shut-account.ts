import {
  type Account,
  getAccount,
  hasOtherWithRole,
  lockAccount,
  setDisabled,
} from '../../storage/accounts.ts'
import type { Tx } from '../../storage/database.ts'
import { spendAllOfAccount } from '../../storage/one-time-secrets.ts'
import { lockRealm } from '../../storage/realms.ts'
import { deleteSessionsOf } from '../../storage/sessions.ts'
import { mailedPurposes } from '../authenticators/one-time-secret.ts'

/**
 * Holds an account that may lose its rights, as it is now, until the transaction ends. One at a time in a realm: of two
 * admins who act on each other at once, the second finds itself the last.
 *
 * @returns `isLastAdmin`: without it nobody could let people in any more.
 */
export async function holdAccount(
  tx: Tx,
  { realmId, accountId }: { realmId: number; accountId: number },
): Promise<{ account: Account; isLastAdmin: boolean }> {
  await lockRealm(tx, realmId)
  await lockAccount(tx, accountId)
  const account = await getAccount(tx, accountId)
  const isAdmin = account.role === 'admin' && account.disabledAt === null
  const isLastAdmin = isAdmin && !(await hasOtherWithRole(tx, { realmId, role: 'admin', accountId }))
  return { account, isLastAdmin }
}

/** Shuts an account: its sessions and mailed links end at once, and every way in is closed until it is enabled. */
export async function shutAccount(
  tx: Tx,
  { accountId, now }: { accountId: number; now: number },
): Promise<void> {
  await setDisabled(tx, { id: accountId, disabledAt: now, now })
  await deleteSessionsOf(tx, { accountId, keepSessionId: null })
  await spendAllOfAccount(tx, { accountId, purposes: mailedPurposes, now })
}
