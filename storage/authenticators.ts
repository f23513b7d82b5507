import type { Db } from './database.ts'
import { deletePassword, findPasswordHash } from './passwords.ts'

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

/** What an account has that could let it in by itself, oldest first; whether it does is the realm's policy to say. */
export async function findAuthenticators(
  db: Db,
  { accountId, now }: { accountId: number; now: number },
): Promise<{ hasPassword: boolean; passkeyIds: number[]; providers: string[] }> {
  const passkeys = await db
    .selectFrom('passkey')
    .select('id')
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute()
  const identities = await db
    .selectFrom('oauth_identity')
    .select('provider')
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute()
  return {
    hasPassword: (await findPasswordHash(db, accountId, now)) !== null,
    passkeyIds: passkeys.map(({ id }) => id),
    providers: identities.map(({ provider }) => provider),
  }
}
