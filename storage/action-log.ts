import type { Db } from './database.ts'
import { prepared } from './prepared.ts'

export interface ActionLogEntry {
  uid: string
  realmId: number
  app: string | null
  action: string
  actorId: number | null
  accountId: number | null
  address: string | null
  userAgent: string | null
  requestId: string | null
  detail: Record<string, unknown>
  createdAt: number
}

const insert = prepared((db, entry: Omit<ActionLogEntry, 'detail'> & { detail: string }) =>
  db.insertInto('action_log').values({
    uid: entry.uid,
    realm_id: entry.realmId,
    app: entry.app,
    action: entry.action,
    actor_id: entry.actorId,
    account_id: entry.accountId,
    address: entry.address,
    user_agent: entry.userAgent,
    request_id: entry.requestId,
    detail: entry.detail,
    created_at: entry.createdAt,
  }),
)

export async function insertActionLogEntry(db: Db, entry: ActionLogEntry): Promise<void> {
  await insert(db, { ...entry, detail: JSON.stringify(entry.detail) })
}

/** Newest first. */
export async function listActionLog(
  db: Db,
  { realmId, accountId, limit }: { realmId: number; accountId?: number; limit: number },
): Promise<ActionLogEntry[]> {
  let query = db
    .selectFrom('action_log')
    .select([
      'uid',
      'realm_id as realmId',
      'app',
      'action',
      'actor_id as actorId',
      'account_id as accountId',
      'address',
      'user_agent as userAgent',
      'request_id as requestId',
      'detail',
      'created_at as createdAt',
    ])
    .where('realm_id', '=', realmId)
    .orderBy('id', 'desc')
    .limit(limit)
  if (accountId !== undefined) query = query.where('account_id', '=', accountId)
  return query.execute()
}

export async function deleteOldActionLog(db: Db, before: number): Promise<void> {
  await db.deleteFrom('action_log').where('created_at', '<', before).execute()
}
