import { type ExpressionBuilder, PostgresAdapter, type SelectQueryBuilder, sql } from 'kysely'
import { afterCommit, type Db } from './database.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

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
  /** What a public log tells of it; null: nothing. */
  publicCode: string | null
  createdAt: number
}

/** With who they are now: an account that was deleted has no name, and keeps its uid. */
export interface LoggedAction extends ActionLogEntry {
  id: number
  actorUid: string | null
  actorName: string | null
  accountUid: string | null
  accountName: string | null
  isAccountDeleted: boolean
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
    public_code: entry.publicCode,
    created_at: entry.createdAt,
  }),
)

export async function insertActionLogEntry(db: Db, entry: ActionLogEntry): Promise<void> {
  await insert(db, { ...entry, detail: JSON.stringify(entry.detail) })
  const { adapter } = db.getExecutor()
  afterCommit(db, () => {
    for (const listener of listeners.get(adapter) ?? []) listener()
  })
}

/** By the adapter, which a database shares with its transactions. */
const listeners = new WeakMap<object, (() => void)[]>()

/** Calls `listener` whenever this process has committed entries, soon after, and once for those of a transaction or more often. */
export function onActionLogged(db: Db, listener: () => void): void {
  const { adapter } = db.getExecutor()
  listeners.set(adapter, [...(listeners.get(adapter) ?? []), listener])
}

function selectEntries(db: Db) {
  return db
    .selectFrom('action_log')
    .leftJoin('account as subject', 'subject.id', 'action_log.account_id')
    .leftJoin('account as actor', 'actor.id', 'action_log.actor_id')
    .select([
      'action_log.id',
      'action_log.uid',
      'action_log.realm_id as realmId',
      'action_log.app',
      'action_log.action',
      'action_log.actor_id as actorId',
      'action_log.account_id as accountId',
      'action_log.address',
      'action_log.user_agent as userAgent',
      'action_log.request_id as requestId',
      'action_log.detail',
      'action_log.public_code as publicCode',
      'action_log.created_at as createdAt',
      'actor.uid as actorUid',
      'subject.uid as accountUid',
      'subject.deleted_at as deletedAt',
    ])
    .select(({ fn }) => [
      fn.coalesce('actor.name', 'actor.username').as('actorName'),
      fn.coalesce('subject.name', 'subject.username').as('accountName'),
    ])
}

type Row = Omit<LoggedAction, 'isAccountDeleted'> & { deletedAt: number | null }

function toLoggedAction({ deletedAt, ...row }: Row): LoggedAction {
  return { ...row, isAccountDeleted: deletedAt !== null }
}

export interface ActionLogQuery {
  realmId: number
  action?: string | undefined
  accountId?: number | undefined
  /** Ids between, both left out. */
  above?: number | undefined
  below?: number | undefined
  limit: number
}

/** Everything of a realm, newest first. */
export async function listActionLog(db: Db, query: ActionLogQuery): Promise<LoggedAction[]> {
  const { realmId, action, accountId, above, below, limit } = query
  let rows = selectEntries(db)
    .where('action_log.realm_id', '=', realmId)
    .orderBy('action_log.id', 'desc')
    .limit(limit)
  if (action !== undefined) rows = rows.where('action_log.action', '=', action)
  if (accountId !== undefined) rows = rows.where('action_log.account_id', '=', accountId)
  if (above !== undefined) rows = rows.where('action_log.id', '>', above)
  if (below !== undefined) rows = rows.where('action_log.id', '<', below)
  return (await rows.execute()).map(toLoggedAction)
}

export interface PublicLogQuery {
  realmId: number
  codes: readonly string[]
  /** Of this account alone. */
  accountId?: number | undefined
  /** Only what the account did itself. */
  isOwn?: boolean
  /** Ids between, both left out. */
  above?: number | undefined
  below?: number | undefined
  /** `asc` starts from the oldest. */
  order: 'asc' | 'desc'
  limit: number
}

/** What has a public code, in the order that is asked for. Each code is read from its own end of the index. */
export async function listPublicActions(db: Db, query: PublicLogQuery): Promise<LoggedAction[]> {
  const { codes, order, limit } = query
  const [first, ...rest] = codes.map((code) => idsOf(db, query, code))
  if (!first) return []
  const ids = rest.reduce((all, next) => all.unionAll(next), first)
  const rows = await selectEntries(db)
    .innerJoin(ids.as('found'), 'found.id', 'action_log.id')
    .orderBy('action_log.id', order)
    .limit(limit)
    .execute()
  return rows.map(toLoggedAction)
}

function idsOf(
  db: Db,
  { realmId, accountId, isOwn, above, below, order, limit }: PublicLogQuery,
  code: string,
): SelectQueryBuilder<Schema & { one: { id: number } }, 'one', { id: number }> {
  let ids = db
    .selectFrom('action_log')
    .select('id')
    .where('public_code', '=', code)
    .orderBy('id', order)
    .limit(limit)
  // Of the two indexes, the one by account: PostgreSQL would else read the realm's in the hope of meeting the account soon.
  if (accountId === undefined) ids = ids.where('realm_id', '=', realmId)
  else ids = ids.where('account_id', '=', accountId).where(sql<number>`realm_id + 0`, '=', realmId)
  if (isOwn) ids = ids.whereRef('actor_id', '=', 'account_id')
  if (above !== undefined) ids = ids.where('id', '>', above)
  if (below !== undefined) ids = ids.where('id', '<', below)
  // Around it another one: SQLite orders and limits no single part of a union.
  return db.selectFrom(ids.as('one')).select('one.id') as never
}

/** @returns the place of an entry in the order of the log. */
export async function findActionLogId(
  db: Db,
  { realmId, uid }: { realmId: number; uid: string },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('action_log')
    .select('id')
    .where('realm_id', '=', realmId)
    .where('uid', '=', uid)
    .executeTakeFirst()
  return row?.id
}

/** Whether this id is an entry's. */
export async function isInActionLog(
  db: Db,
  { realmId, id }: { realmId: number; id: number },
): Promise<boolean> {
  const row = await db
    .selectFrom('action_log')
    .select('id')
    .where('realm_id', '=', realmId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

/** Whom entries speak of: also who was deleted since. */
export async function findLoggedAccount(
  db: Db,
  { realmId, uid }: { realmId: number; uid: string },
): Promise<{ id: number; isDeleted: boolean } | undefined> {
  const row = await db
    .selectFrom('account')
    .select(['id', 'deleted_at'])
    .where('realm_id', '=', realmId)
    .where('uid', '=', uid)
    .executeTakeFirst()
  return row && { id: row.id, isDeleted: row.deleted_at !== null }
}

/** @returns the place of the last entry that was written by then; 0 before all. */
export async function findActionLogIdAt(db: Db, at: number): Promise<number> {
  const row = await db
    .selectFrom('action_log')
    .select('id')
    .where('created_at', '<=', at)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? 0
}

export interface ActionLogHead {
  /** The highest id that can be seen. */
  top: number
  /** Transactions that may still bring lower ones: each has written to the log, or is about to, and is not over. */
  writers: string[]
}

/**
 * On SQLite one transaction writes at a time, so that ids are committed in their order. On PostgreSQL they are not:
 * whoever inserts holds a lock on the table from before the id is drawn until the commit, and `pg_locks` shows it. The
 * highest id is taken from the snapshot of the statement, and the locks are read after that was taken; so who drew a
 * lower id, and is not among the writers, is over.
 */
export async function readActionLogHead(db: Db): Promise<ActionLogHead> {
  const top = (eb: ExpressionBuilder<Schema, never>) =>
    eb.selectFrom('action_log').select('id').orderBy('id', 'desc').limit(1)
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) {
    const row = await db.selectNoFrom((eb) => top(eb).as('top')).executeTakeFirst()
    return { top: row?.top ?? 0, writers: [] }
  }
  const row = await db
    .selectNoFrom((eb) => [
      top(eb).as('top'),
      sql<string[]>`array(
        select distinct virtualtransaction from pg_locks
        where locktype = 'relation' and mode = 'RowExclusiveLock' and relation = 'action_log'::regclass
          and database = (select oid from pg_database where datname = current_database()))`.as('writers'),
    ])
    .executeTakeFirstOrThrow()
  return { top: row.top ?? 0, writers: row.writers }
}

const after = prepared((db, { above, upTo, limit }: { above: number; upTo: number; limit: number }) =>
  selectEntries(db)
    .where('action_log.id', '>', above)
    .where('action_log.id', '<=', upTo)
    .orderBy('action_log.id')
    .limit(limit),
)

/** Entries of all realms, oldest first, with ids between, `upTo` included. */
export async function readActionLog(
  db: Db,
  range: { above: number; upTo: number; limit: number },
): Promise<LoggedAction[]> {
  return (await after(db, range)).map(toLoggedAction)
}

export async function deleteOldActionLog(db: Db, before: number): Promise<void> {
  await db.deleteFrom('action_log').where('created_at', '<', before).execute()
}
