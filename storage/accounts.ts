import { type ExpressionBuilder, PostgresAdapter, sql } from 'kysely'
import { indexAccountWords, LAST_CHARACTER, wordsOf } from './account-words.ts'
import type { Db, Tx } from './database.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

/** An account as use-cases and contracts see it. Instants are UNIX milliseconds. */
export interface Account {
  id: number
  uid: string
  realmId: number
  username: string | null
  name: string | null
  bio: string | null
  /** Keys of stored files. */
  profileImage: string | null
  bannerImage: string | null
  role: string
  /** What the account has paid for, say; 0 is everybody. */
  tier: number
  language: string | null
  /** Preferences that single contracts keep with an account. */
  extra: Record<string, unknown>
  /** Who invited it, unless that account was deleted. */
  referrerUid: string | null
  /** The primary claim; null for an account without an address. */
  email: string | null
  emailProvedAt: number | null
  hasPassword: boolean
  /** A temporary password has to be changed before anything else. */
  isPasswordChangeDue: boolean
  /** A second factor is asked for at sign-in. */
  isTotpOn: boolean
  disabledAt: number | null
  deletedAt: number | null
  createdAt: number
  updatedAt: number
}

export interface NewAccount {
  uid: string
  realmId: number
  username: string | null
  usernameKey: string | null
  name: string | null
  role: string
  tier: number
  language: string | null
  extra: Record<string, unknown>
  referrerId: number | null
  now: number
}

function selectAccounts(db: Db) {
  return db
    .selectFrom('account')
    .leftJoin('email_claim', (join) =>
      join.onRef('email_claim.account_id', '=', 'account.id').on('email_claim.is_primary', '=', true),
    )
    .leftJoin('password', 'password.account_id', 'account.id')
    .leftJoin('totp', 'totp.account_id', 'account.id')
    .leftJoin('account as referrer', (join) =>
      join.onRef('referrer.id', '=', 'account.referrer_id').on('referrer.deleted_at', 'is', null),
    )
    .select([
      'account.id',
      'account.uid',
      'account.realm_id as realmId',
      'account.username',
      'account.name',
      'account.bio',
      'account.profile_image as profileImage',
      'account.banner_image as bannerImage',
      'account.role',
      'account.tier',
      'account.language',
      'account.extra',
      'referrer.uid as referrerUid',
      'email_claim.address as email',
      'email_claim.proved_at as emailProvedAt',
      'password.set_at as passwordSetAt',
      'password.change_due as changeDue',
      'totp.enabled_at as totpEnabledAt',
      'account.disabled_at as disabledAt',
      'account.deleted_at as deletedAt',
      'account.created_at as createdAt',
      'account.updated_at as updatedAt',
    ])
}

type AccountRow = Omit<Account, 'hasPassword' | 'isPasswordChangeDue' | 'isTotpOn'> & {
  totpEnabledAt: number | null
  passwordSetAt: number | null
  changeDue: boolean | null
}

function toAccount({ passwordSetAt, changeDue, totpEnabledAt, ...row }: AccountRow): Account {
  const [hasPassword, isTotpOn] = [passwordSetAt !== null, totpEnabledAt !== null]
  return { ...row, hasPassword, isPasswordChangeDue: changeDue ?? false, isTotpOn }
}

const byId = prepared((db, { id }: { id: number }) => selectAccounts(db).where('account.id', '=', id))

/** Also finds what is disabled or deleted. */
export async function findAccount(db: Db, id: number): Promise<Account | undefined> {
  const [row] = await byId(db, { id })
  return row && toAccount(row)
}

/** @throws when there is none, which is a bug of ours. */
export async function getAccount(db: Db, id: number): Promise<Account> {
  const account = await findAccount(db, id)
  if (!account) throw new Error(`There is no account ${id}.`)
  return account
}

export interface AccountFilter {
  realmId: number
  /** First letters of words of the name, username, bio or address; all of them have to be there. */
  search?: string
  role?: string
  isDisabled?: boolean
  isProved?: boolean
  /** Those that this account invited. */
  referrerId?: number
}

export type AccountSort = 'created' | '-created' | 'name' | '-name'

/** Without the deleted ones. @returns also how many there are in all. */
export async function listAccounts(
  db: Db,
  {
    sort = 'created',
    offset,
    limit,
    ...filter
  }: AccountFilter & { sort?: AccountSort; offset: number; limit: number },
): Promise<{ accounts: Account[]; total: number }> {
  const direction = sort.startsWith('-') ? 'desc' : 'asc'
  let query = db.selectFrom('account').select('account.id').where(matches(filter))
  if (sort.endsWith('name')) query = query.orderBy(sql`lower(account.name)`, direction)
  // The page's ids alone at first: what hangs on them is looked up for these few.
  const page = await query.orderBy('account.id', direction).offset(offset).limit(limit).execute()
  const { count } = await db
    .selectFrom('account')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(matches(filter))
    .executeTakeFirstOrThrow()
  return { accounts: await getAccounts(db, page), total: Number(count) }
}

/** In the order of the ids. */
export async function getAccounts(db: Db, page: { id: number }[]): Promise<Account[]> {
  if (page.length === 0) return []
  const ids = page.map(({ id }) => id)
  const rows = await selectAccounts(db).where('account.id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.id, toAccount(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

function matches({ realmId, search = '', role, isDisabled, isProved, referrerId }: AccountFilter) {
  const words = wordsOf([search])
  return (eb: ExpressionBuilder<Schema, 'account'>) =>
    eb.and([
      eb('account.realm_id', '=', realmId),
      eb('account.deleted_at', 'is', null),
      ...(role === undefined ? [] : [eb('account.role', '=', role)]),
      ...(isDisabled === undefined ? [] : [eb('account.disabled_at', isDisabled ? 'is not' : 'is', null)]),
      ...(referrerId === undefined ? [] : [eb('account.referrer_id', '=', referrerId)]),
      ...(isProved === undefined ? [] : [provedIs(eb, isProved)]),
      ...(words.length === 0 ? [] : [eb('account.id', 'in', havingWords(eb, realmId, words))]),
      // Signs alone are no word: nobody is called so.
      ...(search.trim() !== '' && words.length === 0 ? [eb.val(false)] : []),
    ])
}

/** Accounts that have, for each of these, a word that begins so: one set for each, and what they share. */
function havingWords(eb: ExpressionBuilder<Schema, 'account'>, realmId: number, words: string[]) {
  const sets = words.map((word) =>
    eb
      .selectFrom('account_word')
      .select('account_word.account_id')
      .where('account_word.realm_id', '=', realmId)
      .where('account_word.word', '>=', word)
      .where('account_word.word', '<', `${word}${LAST_CHARACTER}`),
  )
  return sets.reduce((shared, set) => shared.intersect(set))
}

function provedIs(eb: ExpressionBuilder<Schema, 'account'>, isProved: boolean) {
  const proved = eb.exists(
    eb
      .selectFrom('email_claim')
      .select('email_claim.id')
      .whereRef('email_claim.account_id', '=', 'account.id')
      .where('email_claim.is_primary', '=', true)
      .where('email_claim.proved_at', 'is not', null),
  )
  return isProved ? proved : eb.not(proved)
}

/** Those who have invited somebody, and were invited by nobody who is still there. */
export async function listInviters(
  db: Db,
  { realmId, offset, limit }: { realmId: number; offset: number; limit: number },
): Promise<{ accounts: Account[]; total: number }> {
  const inviters = db
    .selectFrom('account')
    .where('account.realm_id', '=', realmId)
    .where('account.deleted_at', 'is', null)
    .where('account.id', 'in', (eb) =>
      eb
        .selectFrom('account as invited')
        .select('invited.referrer_id')
        .where('invited.referrer_id', 'is not', null)
        .where('invited.deleted_at', 'is', null)
        .$castTo<{ referrer_id: number }>(),
    )
    .where((eb) =>
      eb.or([
        eb('account.referrer_id', 'is', null),
        eb.exists(
          eb
            .selectFrom('account as gone')
            .select('gone.id')
            .whereRef('gone.id', '=', 'account.referrer_id')
            .where('gone.deleted_at', 'is not', null),
        ),
      ]),
    )
  const page = await inviters.select('account.id').orderBy('account.id').offset(offset).limit(limit).execute()
  const { count } = await inviters
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return { accounts: await getAccounts(db, page), total: Number(count) }
}

/** How many accounts each of these has invited, the deleted ones left out. */
export async function countInvited(db: Db, accountIds: number[]): Promise<Map<number, number>> {
  if (accountIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('account')
    .select((eb) => ['referrer_id', eb.fn.countAll<number>().as('count')])
    .where('referrer_id', 'in', accountIds)
    .where('deleted_at', 'is', null)
    .groupBy('referrer_id')
    .execute()
  return new Map(rows.map(({ referrer_id, count }) => [referrer_id ?? 0, Number(count)]))
}

/**
 * Holds the account until the transaction ends: who lets it in, and who ends its ways in, come one after the
 * other, so that no session slips past what ends them all. Taken before its secrets, and after its realm, by
 * everybody, else two could wait for each other. On SQLite a transaction is alone as it is.
 */
export async function lockAccount(tx: Tx, id: number): Promise<void> {
  if (!(tx.getExecutor().adapter instanceof PostgresAdapter)) return
  await tx.selectFrom('account').select('id').where('id', '=', id).forNoKeyUpdate().execute()
}

const byUid = prepared((db, { uid }: { uid: string }) =>
  selectAccounts(db).where('account.uid', '=', uid).where('account.deleted_at', 'is', null),
)

/** In any realm; deleted ones are not found. */
export async function findAccountByUid(db: Db, uid: string): Promise<Account | undefined> {
  const [row] = await byUid(db, { uid })
  return row && toAccount(row)
}

interface ByUsername {
  realmId: number
  usernameKey: string
}

const byUsername = prepared((db, { realmId, usernameKey }: ByUsername) =>
  selectAccounts(db)
    .where('account.realm_id', '=', realmId)
    .where('account.username_key', '=', usernameKey)
    .where('account.deleted_at', 'is', null),
)

export async function findAccountByUsername(db: Db, by: ByUsername): Promise<Account | undefined> {
  const [row] = await byUsername(db, by)
  return row && toAccount(row)
}

/** Whether nobody has the name, or had it: a deleted account keeps it. */
export async function isUsernameFree(db: Db, { realmId, usernameKey }: ByUsername): Promise<boolean> {
  const holder = await db
    .selectFrom('account')
    .select('id')
    .where('realm_id', '=', realmId)
    .where('username_key', '=', usernameKey)
    .executeTakeFirst()
  return holder === undefined
}

interface ByEmail {
  realmId: number
  emailKey: string
}

const claimant = prepared((db, { realmId, emailKey }: ByEmail) =>
  db
    .selectFrom('email_claim')
    .select('account_id as id')
    .where('realm_id', '=', realmId)
    .where('address_key', '=', emailKey),
)

/** By any claim to the address, proved or not. */
export async function findAccountByEmail(db: Db, by: ByEmail): Promise<Account | undefined> {
  const [found] = await claimant(db, by)
  return found && findAccount(db, found.id)
}

/** @returns the new account's id; nothing when the username is taken in its realm. */
export async function insertAccount(db: Db, account: NewAccount): Promise<number | undefined> {
  const row = await db
    .insertInto('account')
    .values({
      uid: account.uid,
      realm_id: account.realmId,
      username: account.username,
      username_key: account.usernameKey,
      name: account.name,
      bio: null,
      role: account.role,
      tier: account.tier,
      language: account.language,
      profile_image: null,
      banner_image: null,
      extra: JSON.stringify(account.extra),
      referrer_id: account.referrerId,
      disabled_at: null,
      erase_at: null,
      deleted_at: null,
      created_at: account.now,
      updated_at: account.now,
    })
    .onConflict((conflict) => conflict.columns(['realm_id', 'username_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

/** @throws a unique violation when the username is taken in its realm. */
export async function updateAccount(
  tx: Tx,
  {
    id,
    now,
    ...changes
  }: {
    id: number
    now: number
    name?: string | null | undefined
    bio?: string | null | undefined
    profileImage?: string | null
    bannerImage?: string | null
    language?: string | null | undefined
    username?: { value: string; key: string } | undefined
    role?: string
    tier?: number
    extra?: Record<string, unknown>
  },
): Promise<void> {
  const { name, bio, profileImage, bannerImage, language, username, role, tier, extra } = changes
  await tx
    .updateTable('account')
    .set({
      updated_at: now,
      ...(name !== undefined && { name }),
      ...(bio !== undefined && { bio }),
      ...(profileImage !== undefined && { profile_image: profileImage }),
      ...(bannerImage !== undefined && { banner_image: bannerImage }),
      ...(language !== undefined && { language }),
      ...(username && { username: username.value, username_key: username.key }),
      ...(role !== undefined && { role }),
      ...(tier !== undefined && { tier }),
      ...(extra !== undefined && { extra: JSON.stringify(extra) }),
    })
    .where('id', '=', id)
    .execute()
  if (name !== undefined || bio !== undefined || username) await indexAccountWords(tx, id)
}

/** Null lets it in again, and keeps one that its owner closed. @returns false when there was nothing to change. */
export async function setDisabled(
  db: Db,
  { id, disabledAt, now }: { id: number; disabledAt: number | null; now: number },
): Promise<boolean> {
  const updated = await db
    .updateTable('account')
    .set({ disabled_at: disabledAt, updated_at: now, ...(disabledAt === null && { erase_at: null }) })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return updated !== undefined
}

/** When an account that is shut may be erased. */
export async function setErasure(db: Db, { id, eraseAt }: { id: number; eraseAt: number }): Promise<void> {
  await db.updateTable('account').set({ erase_at: eraseAt }).where('id', '=', id).execute()
}

/** Accounts whose erasure is due, a few at a time. */
export async function listDueErasures(
  db: Db,
  { now, limit }: { now: number; limit: number },
): Promise<{ id: number; realmId: number }[]> {
  return db
    .selectFrom('account')
    .select(['id', 'realm_id as realmId'])
    .where('erase_at', '<=', now)
    .where('deleted_at', 'is', null)
    .orderBy('erase_at')
    .limit(limit)
    .execute()
}

/** Takes an erasure that is due, by one statement: whoever let the account in again was first, or comes too late. */
export async function takeErasure(db: Db, { id, now }: { id: number; now: number }): Promise<boolean> {
  const row = await db
    .updateTable('account')
    .set({ erase_at: null })
    .where('id', '=', id)
    .where('erase_at', '<=', now)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether another account of the realm, neither disabled nor deleted, has this role. */
export async function hasOtherWithRole(
  db: Db,
  { realmId, role, accountId }: { realmId: number; role: string; accountId: number },
): Promise<boolean> {
  const other = await db
    .selectFrom('account')
    .select('id')
    .where('realm_id', '=', realmId)
    .where('role', '=', role)
    .where('id', '!=', accountId)
    .where('disabled_at', 'is', null)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

/**
 * Takes the person out of the row and leaves it: neither its id nor its username is ever given out again
 * (the key stays, the spelling goes). What hangs on it by foreign key is the caller's to delete.
 */
export async function eraseAccount(db: Db, { id, now }: { id: number; now: number }): Promise<void> {
  await db
    .updateTable('account')
    .set({
      username: null,
      name: null,
      bio: null,
      language: null,
      profile_image: null,
      banner_image: null,
      extra: '{}',
      erase_at: null,
      deleted_at: now,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
  for (const table of [
    'email_claim',
    'password',
    'session',
    'one_time_secret',
    'oauth_identity',
    'totp',
    'recovery_code',
    'passkey',
    'api_token',
    'invitation_token',
    'push_device',
    'account_word',
  ] as const) {
    await db.deleteFrom(table).where('account_id', '=', id).execute()
  }
}
