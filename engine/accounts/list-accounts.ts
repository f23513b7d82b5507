import { type Account, listAccounts } from '../../storage/accounts.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'

/** Accounts of a realm by id, disabled ones included; for its admins. */
export function listRealmAccounts(
  { db }: Pick<Engine, 'db'>,
  { realm, offset, limit }: { realm: Realm; offset: number; limit: number },
): Promise<{ accounts: Account[]; total: number }> {
  return listAccounts(db, { realmId: realm.id, offset, limit })
}
