import type { Db } from './database.ts'
import { deletePassword } from './passwords.ts'

/** Every way in that an account has, but its address. @returns false if it had none. */
export async function deleteAuthenticators(db: Db, accountId: number): Promise<boolean> {
  let had = await deletePassword(db, accountId)
  for (const table of ['passkey', 'api_token', 'oauth_identity', 'totp', 'recovery_code'] as const) {
    const rows = await db
      .deleteFrom(table)
      .where('account_id', '=', accountId)
      .returning('account_id')
      .execute()
    had ||= rows.length > 0
  }
  return had
}
