import { type Account, getAccount, updateAccount } from '../../storage/accounts.ts'
import { inTransaction, isUniqueViolation } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { isUsernameAllowed, usernameKey } from './username.ts'

/** In order of precedence. */
export type ChangeProfileFailure = { code: 'username_not_valid' } | { code: 'username_taken' }

/** Changes what is given of name, bio, username and language; null clears the others, but no username. */
export async function changeProfile(
  { db, clock, bus }: Pick<Engine, 'db' | 'clock' | 'bus'>,
  {
    realm,
    client,
    accountId,
    name,
    bio,
    language,
    username,
  }: {
    realm: Realm
    client: Client
    accountId: number
    name?: string | null | undefined
    bio?: string | null | undefined
    language?: string | null | undefined
    username?: string | undefined
  },
): Promise<Result<Account, ChangeProfileFailure>> {
  if (username !== undefined && !isUsernameAllowed(realm.policy, username)) {
    return decline({ code: 'username_not_valid' })
  }
  const changed = Object.entries({ name, bio, language, username }).filter(([, value]) => value !== undefined)
  if (changed.length === 0) return succeed(await getAccount(db, accountId))
  const detail = { fields: changed.map(([field]) => field).join(' ') }
  try {
    await inTransaction(db, async (tx) => {
      const key = username === undefined ? undefined : { value: username, key: usernameKey(username) }
      await updateAccount(tx, { id: accountId, now: clock.now(), name, bio, language, username: key })
      await recordAction(tx, { clock }, { realm, client, action: 'account.changed', accountId, detail })
    })
  } catch (error) {
    if (isUniqueViolation(error)) return decline({ code: 'username_taken' })
    throw error
  }
  bus.publish({ kind: 'account_changed', accountId })
  return succeed(await getAccount(db, accountId))
}
