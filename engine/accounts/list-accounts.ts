import {
  type AccountFilter,
  type AccountSort,
  countInvited,
  listAccounts,
  listInviters,
} from '../../storage/account-lists.ts'
import { type Account, findAccountByUid } from '../../storage/accounts.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'

export type { AccountSort } from '../../storage/account-lists.ts'
export const accountSorts: AccountSort[] = ['created', '-created', 'name', '-name']

interface Page {
  offset: number
  limit: number
}

/**
 * Accounts of a realm, disabled ones included; for its admins. `search` takes first letters of words: `an exa`
 * finds Ann of example.org, among 100,000, in a few milliseconds.
 */
export function listRealmAccounts(
  { db }: Pick<Engine, 'db'>,
  { realm, ...query }: { realm: Realm; sort?: AccountSort } & Omit<AccountFilter, 'realmId'> & Page,
): Promise<{ accounts: Account[]; total: number }> {
  return listAccounts(db, { realmId: realm.id, ...query })
}

/** A person in the tree of who invited whom. */
export interface Invitee {
  account: Account
  /** How many they have invited themselves. */
  invited: number
}

/**
 * One level of who invited whom: those that `under` has invited; without it, those who have invited somebody and
 * were invited by nobody.
 */
export async function listReferrals(
  { db }: Pick<Engine, 'db'>,
  { realm, under, offset, limit }: { realm: Realm; under: string | undefined } & Page,
): Promise<Result<{ people: Invitee[]; total: number }, { code: 'not_found' }>> {
  const inviter = under === undefined ? undefined : await findAccountByUid(db, under)
  if (under !== undefined && inviter?.realmId !== realm.id) return decline({ code: 'not_found' })
  const { accounts, total } = inviter
    ? await listAccounts(db, { realmId: realm.id, referrerId: inviter.id, offset, limit })
    : await listInviters(db, { realmId: realm.id, offset, limit })
  const counts = await countInvited(
    db,
    accounts.map(({ id }) => id),
  )
  const people = accounts.map((account) => ({ account, invited: counts.get(account.id) ?? 0 }))
  return succeed({ people, total })
}
