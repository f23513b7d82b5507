import type { Db } from './database.ts'

/** A personal access token, without the token itself. */
export interface ApiToken {
  id: number
  accountId: number
  name: string
  scopes: string[]
  createdAt: number
  lastUsedAt: number | null
  expiresAt: number | null
}

const columns = [
  'id',
  'account_id as accountId',
  'name',
  'scopes',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
  'expires_at as expiresAt',
] as const

export async function insertApiToken(
  db: Db,
  token: {
    accountId: number
    name: string
    tokenHash: Uint8Array
    scopes: string[]
    expiresAt: number | null
    now: number
  },
): Promise<ApiToken> {
  return db
    .insertInto('api_token')
    .values({
      account_id: token.accountId,
      name: token.name,
      token_hash: token.tokenHash,
      scopes: JSON.stringify(token.scopes),
      created_at: token.now,
      last_used_at: null,
      expires_at: token.expiresAt,
    })
    .returning([...columns])
    .executeTakeFirstOrThrow()
}

export async function findApiToken(db: Db, tokenHash: Uint8Array): Promise<ApiToken | undefined> {
  return db
    .selectFrom('api_token')
    .select([...columns])
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
}

/** The newest first. */
export async function listApiTokens(db: Db, accountId: number): Promise<ApiToken[]> {
  return db
    .selectFrom('api_token')
    .select([...columns])
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .execute()
}

export async function countApiTokens(db: Db, accountId: number): Promise<number> {
  const { count } = await db
    .selectFrom('api_token')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function touchApiToken(db: Db, { id, now }: { id: number; now: number }): Promise<void> {
  await db.updateTable('api_token').set({ last_used_at: now }).where('id', '=', id).execute()
}

/** Only the account's own. @returns false when there is none. */
export async function deleteApiToken(
  db: Db,
  { id, accountId }: { id: number; accountId: number },
): Promise<boolean> {
  const row = await db
    .deleteFrom('api_token')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteApiTokensOf(db: Db, accountId: number): Promise<void> {
  await db.deleteFrom('api_token').where('account_id', '=', accountId).execute()
}
