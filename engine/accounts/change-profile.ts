import { type Account, getAccount, updateAccount } from '../../storage/accounts.ts'
import { inTransaction, isUniqueViolation } from '../../storage/database.ts'
import { recordAction } from '../activity/record.ts'
import type { Client } from '../client.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { decline, type Result, succeed } from '../result.ts'
import { isUsername, usernameKey } from './username.ts'

/** In order of precedence. */
export type ChangeProfileFailure = { code: 'username_not_valid' } | { code: 'username_taken' }

/** Changes what is given of name, username and language; null clears name and language. */
export async function changeProfile(
  { db, clock, bus }: Pick<Engine, 'db' | 'clock' | 'bus'>,
  {
    realm,
    client,
    accountId,
    name,
    language,
    username,
  }: {
    realm: Realm
    client: Client
    accountId: number
    name?: string | null
    language?: string | null
    username?: string
  },
): Promise<Result<Account, ChangeProfileFailure>> {
  const { usernameLengthMin, usernameLengthMax } = realm.policy
  if (username !== undefined && !isUsername(username, usernameLengthMin, usernameLengthMax)) {
    return decline({ code: 'username_not_valid' })
  }
  const changed = Object.entries({ name, language, username }).filter(([, value]) => value !== undefined)
  const detail = { fields: changed.map(([field]) => field).join(' ') }
  try {
    await inTransaction(db, async (tx) => {
      const key = username === undefined ? undefined : { value: username, key: usernameKey(username) }
      await updateAccount(tx, { id: accountId, now: clock.now(), name, language, username: key })
      await recordAction(tx, { clock }, { realm, client, action: 'account.changed', accountId, detail })
    })
  } catch (error) {
    if (isUniqueViolation(error)) return decline({ code: 'username_taken' })
    throw error
  }
  bus.publish({ kind: 'account_changed', accountId })
  return succeed(await getAccount(db, accountId))
}
