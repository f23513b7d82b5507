import type { Db } from './database.ts'
import { prepared } from './prepared.ts'

export interface Session {
  id: string
  realmId: number
  accountId: number
  app: string
  method: string
  userAgent: string | null
  address: string | null
  isPersistent: boolean
  createdAt: number
  lastUsedAt: number
  expiresAt: number
}

export const sessionColumns = [
  'session.id',
  'session.realm_id as realmId',
  'session.account_id as accountId',
  'session.app',
  'session.method',
  'session.user_agent as userAgent',
  'session.address',
  'session.is_persistent as isPersistent',
  'session.created_at as createdAt',
  'session.last_used_at as lastUsedAt',
  'session.expires_at as expiresAt',
] as const

const insert = prepared((db, session: Session) =>
  db.insertInto('session').values({
    id: session.id,
    realm_id: session.realmId,
    account_id: session.accountId,
    app: session.app,
    token_hash: null,
    method: session.method,
    user_agent: session.userAgent,
    address: session.address,
    is_persistent: session.isPersistent,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    expires_at: session.expiresAt,
    idle_expires_at: null,
  }),
)

/** Only the gate calls this. */
export async function insertSession(db: Db, session: Session): Promise<void> {
  await insert(db, session)
}

const extend = prepared((db, { id, expiresAt }: { id: string; expiresAt: number }) =>
  db.updateTable('session').set({ expires_at: expiresAt }).where('id', '=', id),
)

/** Gives the session new time; after a refresh. */
export async function extendSession(db: Db, session: { id: string; expiresAt: number }): Promise<void> {
  await extend(db, session)
}

const find = prepared((db, { id }: { id: string }) =>
  db
    .selectFrom('session')
    .select([...sessionColumns])
    .where('id', '=', id),
)

export async function findSession(db: Db, id: string): Promise<Session | undefined> {
  return (await find(db, { id }))[0]
}

/** Live ones, the last used first. */
export async function listSessions(
  db: Db,
  { accountId, now, limit }: { accountId: number; now: number; limit: number },
): Promise<Session[]> {
  return db
    .selectFrom('session')
    .select([...sessionColumns])
    .where('account_id', '=', accountId)
    .where('expires_at', '>', now)
    .orderBy('last_used_at', 'desc')
    .limit(limit)
    .execute()
}

/** @returns false when it was not there, or is another account's. */
export async function deleteSession(
  db: Db,
  { id, accountId }: { id: string; accountId: number },
): Promise<boolean> {
  const row = await db
    .deleteFrom('session')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns how many ended. */
export async function deleteSessionsOf(
  db: Db,
  { accountId, keepSessionId }: { accountId: number; keepSessionId: string | null },
): Promise<number> {
  let query = db.deleteFrom('session').where('account_id', '=', accountId)
  if (keepSessionId) query = query.where('id', '!=', keepSessionId)
  return (await query.returning('id').execute()).length
}

export async function touchSession(db: Db, { id, usedAt }: { id: string; usedAt: number }): Promise<void> {
  await db
    .updateTable('session')
    .set({ last_used_at: usedAt })
    .where('id', '=', id)
    .where('last_used_at', '<', usedAt)
    .execute()
}

export async function deleteEndedSessions(db: Db, now: number): Promise<void> {
  await db.deleteFrom('session').where('expires_at', '<=', now).execute()
}
