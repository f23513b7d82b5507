import {
  findActionLogId,
  findActionLogIdAt,
  findLoggedAccount,
  type LoggedAction,
  listPublicActions,
  type PublicLogQuery,
} from '../../storage/action-log.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'
import { timeOfUuid7 } from './entry-uid.ts'
import { type PublicCode, type PublicField, publicFieldsIn } from './public-code.ts'

/** What a public log tells of an entry: nothing of where from, how, or what failed. */
export interface PublicAction {
  uid: string
  code: PublicCode
  /** Whose doing it was; nobody's when it was done by somebody else for them, or the account was deleted. */
  actorUid: string | null
  /** Whom it is about. */
  accountUid: string | null
  /** Of `user:edit`: which fields, of those that everybody sees. */
  fields: PublicField[] | null
  createdAt: number
}

export interface PublicLogFilter {
  codes?: readonly PublicCode[] | undefined
  /** Uids of accounts. */
  actorUid?: string | undefined
  accountUid?: string | undefined
}

export interface PublicLogPage {
  /** Newest first. */
  actions: PublicAction[]
  hasNewer: boolean
  hasOlder: boolean
}

/** @returns what everybody may know of an entry; nothing if its realm does not publish it. */
export function toPublicAction(realm: Realm, entry: LoggedAction): PublicAction | undefined {
  const code = realm.policy.publishedActions.find((published) => published === entry.publicCode)
  if (code === undefined || entry.realmId !== realm.id) return undefined
  const isOwn = entry.actorId === entry.accountId && !entry.isAccountDeleted
  return {
    uid: entry.uid,
    code,
    actorUid: isOwn ? entry.actorUid : null,
    accountUid: entry.accountUid,
    fields: code === 'user:edit' ? publicFieldsIn(entry.detail) : null,
    createdAt: entry.createdAt,
  }
}

/** Whether somebody who asked with this filter is to be told. */
export function isAskedFor({ codes, actorUid, accountUid }: PublicLogFilter, action: PublicAction): boolean {
  if (codes && !codes.includes(action.code)) return false
  if (actorUid !== undefined && action.actorUid !== actorUid) return false
  return accountUid === undefined || action.accountUid === accountUid
}

/**
 * A page of the public log. The cursor is an entry's uid, and itself on no page; one that is not in the log (it was
 * too old, or never there) stands where its time says.
 */
export async function listPublicLog(
  { db }: Pick<Engine, 'db'>,
  {
    realm,
    filter,
    cursor,
    limit,
  }: {
    realm: Realm
    filter: PublicLogFilter
    cursor?: { uid: string; direction: 'older' | 'newer' } | undefined
    limit: number
  },
): Promise<PublicLogPage> {
  const query = await queryOf({ db }, realm, filter)
  if (!query) return { actions: [], hasNewer: false, hasOlder: false }
  const at = cursor && (await placeOf({ db }, realm, cursor.uid))
  const isNewer = cursor?.direction === 'newer'
  const range = at === undefined ? {} : isNewer ? { above: at.above } : { below: at.below }
  const order = isNewer && at ? 'asc' : 'desc'
  const found = await listPublicActions(db, { ...query, ...range, order, limit: limit + 1 })
  const hasMore = found.length > limit
  const entries = found.slice(0, limit)
  if (order === 'asc') entries.reverse()
  const exists = async (ids: { above?: number; below?: number }): Promise<boolean> =>
    (await listPublicActions(db, { ...query, ...ids, order: 'desc', limit: 1 })).length > 0
  const [newest, oldest] = [entries.at(0), entries.at(-1)]
  // An empty page lies beside its cursor: what is on the cursor's other side, itself included, is beyond the page.
  const isMoreBehind = async (): Promise<boolean> => {
    if (at === undefined) return false
    if (order === 'asc') return exists({ below: oldest ? oldest.id : at.above + 1 })
    return exists({ above: newest ? newest.id : at.below - 1 })
  }
  const behind = await isMoreBehind()
  return {
    actions: entries.flatMap((entry) => toPublicAction(realm, entry) ?? []),
    hasNewer: order === 'asc' ? hasMore : behind,
    hasOlder: order === 'asc' ? behind : hasMore,
  }
}

/** Entries after one that somebody was told of last, up to where the live stream goes on: oldest first. */
export async function listPublicSince(
  { db }: Pick<Engine, 'db'>,
  {
    realm,
    filter,
    after,
    upTo,
    limit,
  }: { realm: Realm; filter: PublicLogFilter; after: number; upTo: number; limit: number },
): Promise<LoggedAction[]> {
  const query = await queryOf({ db }, realm, filter)
  if (!query) return []
  const entries = await listPublicActions(db, {
    ...query,
    above: after,
    below: upTo + 1,
    order: 'desc',
    limit,
  })
  return entries.reverse()
}

/** @returns where in the log the entry stands that somebody was told of last; nothing if it is not there. */
export function findInLog(
  { db }: Pick<Engine, 'db'>,
  { realm, uid }: { realm: Realm; uid: string },
): Promise<number | undefined> {
  return findActionLogId(db, { realmId: realm.id, uid })
}

/** @returns nothing when no entry can be meant. */
async function queryOf(
  { db }: Pick<Engine, 'db'>,
  realm: Realm,
  { codes: wanted, actorUid, accountUid }: PublicLogFilter,
): Promise<Pick<PublicLogQuery, 'realmId' | 'codes' | 'accountId' | 'isOwn'> | undefined> {
  const published = realm.policy.publishedActions
  const codes = wanted ? published.filter((code) => wanted.includes(code)) : published
  // Who acted is told only where it was the account itself.
  const uid = actorUid ?? accountUid
  if (codes.length === 0 || (accountUid ?? uid) !== uid) return undefined
  if (uid === undefined) return { realmId: realm.id, codes }
  const account = await findLoggedAccount(db, { realmId: realm.id, uid })
  if (!account || (actorUid !== undefined && account.isDeleted)) return undefined
  return { realmId: realm.id, codes, accountId: account.id, isOwn: actorUid !== undefined }
}

/** Between which ids the cursor stands: on an entry, or between two. */
async function placeOf(
  { db }: Pick<Engine, 'db'>,
  realm: Realm,
  uid: string,
): Promise<{ above: number; below: number }> {
  const id = await findActionLogId(db, { realmId: realm.id, uid })
  if (id !== undefined) return { above: id, below: id }
  const last = await findActionLogIdAt(db, timeOfUuid7(uid) ?? 0)
  return { above: last, below: last + 1 }
}
