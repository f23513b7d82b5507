import { PostgresAdapter } from 'kysely'
import { indexAccountWords } from './account-words.ts'
import type { Db, Tx } from './database.ts'
import { prepared } from './prepared.ts'

/** An account as use-cases and contracts see it. Instants are UNIX milliseconds. */
export interface Account {
  id: number
  uid: string
  realmId: number
  username: string | null
  name: string | null
  bio: string | null
  /** Content hashes of stored pictures. */
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

/** In the order of the ids. */
export async function getAccounts(db: Db, page: { id: number }[]): Promise<Account[]> {
  if (page.length === 0) return []
  const ids = page.map(({ id }) => id)
  const rows = await selectAccounts(db).where('account.id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.id, toAccount(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
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
