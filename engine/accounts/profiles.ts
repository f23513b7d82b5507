import {
  type Account,
  findAccountByUid,
  findAccountByUsername,
  isUsernameFree,
} from '../../storage/accounts.ts'
import { searchPublicProfiles } from '../../storage/profiles.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { isUsernameAllowed, usernameKey } from './username.ts'

/** Somebody of the realm, as anybody may ask for them; those who are shut out are found, those erased are not. */
export async function findProfile(
  { db }: Pick<Engine, 'db'>,
  { realm, ...by }: { realm: Realm } & ({ uid: string } | { username: string }),
): Promise<Account | undefined> {
  if ('username' in by) {
    return findAccountByUsername(db, { realmId: realm.id, usernameKey: usernameKey(by.username) })
  }
  const account = await findAccountByUid(db, by.uid)
  return account?.realmId === realm.id ? account : undefined
}

/** Whether somebody new may be called so: not a reserved name, nor one that anybody has or had. */
export async function isUsernameAvailable(
  { db }: Pick<Engine, 'db'>,
  { realm, username }: { realm: Realm; username: string },
): Promise<boolean> {
  if (!isUsernameAllowed(realm.policy, username)) return false
  return isUsernameFree(db, { realmId: realm.id, usernameKey: usernameKey(username) })
}

/**
 * Who is called so, or says so of themselves: by first letters of words of username, name and bio, never by
 * addresses. Without those who are shut out; of many the first 1000.
 */
export function searchProfiles(
  { db }: Pick<Engine, 'db'>,
  { realm, search, offset, limit }: { realm: Realm; search: string; offset: number; limit: number },
): Promise<{ accounts: Account[]; total: number }> {
  return searchPublicProfiles(db, { realmId: realm.id, search, offset, limit })
}
