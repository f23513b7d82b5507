import { PostgresAdapter } from 'kysely'
import { type Db, isUniqueViolation, type Tx } from './database.ts'

/** An account as use-cases and contracts see it. Instants are UNIX milliseconds. */
export interface Account {
  id: number
  uid: string
  realmId: number
  username: string | null
  name: string | null
  role: string
  language: string | null
  /** The primary claim; null for an account without an address. */
  email: string | null
  emailProvedAt: number | null
  hasPassword: boolean
  /** A temporary password has to be changed before anything else. */
  isPasswordChangeDue: boolean
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
  language: string | null
  now: number
}

function selectAccounts(db: Db) {
  return db
    .selectFrom('account')
    .leftJoin('email_claim', (join) =>
      join.onRef('email_claim.account_id', '=', 'account.id').on('email_claim.is_primary', '=', true),
    )
    .leftJoin('password', 'password.account_id', 'account.id')
    .select([
      'account.id',
      'account.uid',
      'account.realm_id as realmId',
      'account.username',
      'account.name',
      'account.role',
      'account.language',
      'email_claim.address as email',
      'email_claim.proved_at as emailProvedAt',
      'password.set_at as passwordSetAt',
      'password.change_due as changeDue',
      'account.disabled_at as disabledAt',
      'account.deleted_at as deletedAt',
      'account.created_at as createdAt',
      'account.updated_at as updatedAt',
    ])
}

type AccountRow = Omit<Account, 'hasPassword' | 'isPasswordChangeDue'> & {
  passwordSetAt: number | null
  changeDue: boolean | null
}

function toAccount({ passwordSetAt, changeDue, ...row }: AccountRow): Account {
  return { ...row, hasPassword: passwordSetAt !== null, isPasswordChangeDue: changeDue ?? false }
}

/** Also finds what is disabled or deleted. */
export async function findAccount(db: Db, id: number): Promise<Account | undefined> {
  const row = await selectAccounts(db).where('account.id', '=', id).executeTakeFirst()
  return row && toAccount(row)
}

/** @throws when there is none, which is a bug of ours. */
export async function getAccount(db: Db, id: number): Promise<Account> {
  const account = await findAccount(db, id)
  if (!account) throw new Error(`There is no account ${id}.`)
  return account
}

/** Of a realm, by id, without the deleted ones. @returns also how many there are in all. */
export async function listAccounts(
  db: Db,
  { realmId, offset, limit }: { realmId: number; offset: number; limit: number },
): Promise<{ accounts: Account[]; total: number }> {
  const rows = await selectAccounts(db)
    .where('account.realm_id', '=', realmId)
    .where('account.deleted_at', 'is', null)
    .orderBy('account.id')
    .offset(offset)
    .limit(limit)
    .execute()
  const { count } = await db
    .selectFrom('account')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('realm_id', '=', realmId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return { accounts: rows.map(toAccount), total: Number(count) }
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

/** In any realm; deleted ones are not found. */
export async function findAccountByUid(db: Db, uid: string): Promise<Account | undefined> {
  const row = await selectAccounts(db)
    .where('account.uid', '=', uid)
    .where('account.deleted_at', 'is', null)
    .executeTakeFirst()
  return row && toAccount(row)
}

export async function findAccountByUsername(
  db: Db,
  { realmId, usernameKey }: { realmId: number; usernameKey: string },
): Promise<Account | undefined> {
  const row = await selectAccounts(db)
    .where('account.realm_id', '=', realmId)
    .where('account.username_key', '=', usernameKey)
    .where('account.deleted_at', 'is', null)
    .executeTakeFirst()
  return row && toAccount(row)
}

/** By any claim to the address, proved or not. */
export async function findAccountByEmail(
  db: Db,
  { realmId, emailKey }: { realmId: number; emailKey: string },
): Promise<Account | undefined> {
  const claim = await db
    .selectFrom('email_claim')
    .select('account_id')
    .where('realm_id', '=', realmId)
    .where('address_key', '=', emailKey)
    .executeTakeFirst()
  return claim && findAccount(db, claim.account_id)
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
      tier: 0,
      language: account.language,
      profile_image: null,
      banner_image: null,
      extra: '{}',
      referrer_id: null,
      disabled_at: null,
      deleted_at: null,
      created_at: account.now,
      updated_at: account.now,
    })
    .onConflict((conflict) => conflict.columns(['realm_id', 'username_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

/** One statement, not for use in a transaction. @returns false when the username is taken in its realm. */
export async function updateAccount(
  db: Db,
  {
    id,
    now,
    ...changes
  }: {
    id: number
    now: number
    name?: string | null
    language?: string | null
    username?: { value: string; key: string }
  },
): Promise<boolean> {
  const { name, language, username } = changes
  const update = db
    .updateTable('account')
    .set({
      updated_at: now,
      ...(name !== undefined && { name }),
      ...(language !== undefined && { language }),
      ...(username && { username: username.value, username_key: username.key }),
    })
    .where('id', '=', id)
  try {
    await update.execute()
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** @returns false when there was nothing to change. */
export async function setDisabled(
  db: Db,
  { id, disabledAt, now }: { id: number; disabledAt: number | null; now: number },
): Promise<boolean> {
  const updated = await db
    .updateTable('account')
    .set({ disabled_at: disabledAt, updated_at: now })
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
  ] as const) {
    await db.deleteFrom(table).where('account_id', '=', id).execute()
  }
}
