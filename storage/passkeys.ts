import type { Db } from './database.ts'

/** A public key of somebody's, and what was last seen of the authenticator that has the private one. */
export interface Passkey {
  id: number
  accountId: number
  /** As the authenticator chose it, base64url; unique in its realm. */
  credentialId: string
  /** A COSE key (RFC 9052 §7). */
  publicKey: Uint8Array
  signCount: number
  /** How browsers can reach the authenticator: `internal`, `usb`, `hybrid`, … */
  transports: string[]
  name: string
  /** Kept in more places than one: it outlives the device. */
  isBackedUp: boolean
  createdAt: number
  lastUsedAt: number | null
}

const columns = [
  'id',
  'account_id as accountId',
  'credential_id as credentialId',
  'public_key as publicKey',
  'sign_count as signCount',
  'transports',
  'name',
  'is_backed_up as isBackedUp',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
] as const

/** @returns nothing when the credential is registered in the realm already, for whomever. */
export async function insertPasskey(
  db: Db,
  passkey: Omit<Passkey, 'id' | 'createdAt' | 'lastUsedAt'> & { realmId: number; now: number },
): Promise<Passkey | undefined> {
  return db
    .insertInto('passkey')
    .values({
      realm_id: passkey.realmId,
      account_id: passkey.accountId,
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      sign_count: passkey.signCount,
      transports: JSON.stringify(passkey.transports),
      name: passkey.name,
      is_backed_up: passkey.isBackedUp,
      created_at: passkey.now,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.columns(['realm_id', 'credential_id']).doNothing())
    .returning([...columns])
    .executeTakeFirst()
}

/** In its own realm only: to every other there is no such credential. */
export async function findPasskey(
  db: Db,
  { realmId, credentialId }: { realmId: number; credentialId: string },
): Promise<Passkey | undefined> {
  return db
    .selectFrom('passkey')
    .select([...columns])
    .where('realm_id', '=', realmId)
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
}

/** The newest first. */
export async function listPasskeys(db: Db, accountId: number): Promise<Passkey[]> {
  return db
    .selectFrom('passkey')
    .select([...columns])
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .execute()
}

export async function countPasskeys(db: Db, accountId: number): Promise<number> {
  const { count } = await db
    .selectFrom('passkey')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/**
 * Takes a signature's counter, by one statement: of any number with the same one, one gets in, and none with an
 * earlier one. Authenticators without a counter always say 0.
 *
 * @returns false when the counter did not grow, or the passkey is gone.
 */
export async function takeSignCount(
  db: Db,
  { id, signCount, isBackedUp, now }: { id: number; signCount: number; isBackedUp: boolean; now: number },
): Promise<boolean> {
  const row = await db
    .updateTable('passkey')
    .set({ sign_count: signCount, is_backed_up: isBackedUp, last_used_at: now })
    .where('id', '=', id)
    .where((eb) => (signCount === 0 ? eb('sign_count', '=', 0) : eb('sign_count', '<', signCount)))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns nothing when it is not there, or is another account's. */
export async function renamePasskey(
  db: Db,
  { id, accountId, name }: { id: number; accountId: number; name: string },
): Promise<Passkey | undefined> {
  return db
    .updateTable('passkey')
    .set({ name })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .returning([...columns])
    .executeTakeFirst()
}

/** @returns what was deleted; nothing when it was not there, or is another account's. */
export async function deletePasskey(
  db: Db,
  { id, accountId }: { id: number; accountId: number },
): Promise<Passkey | undefined> {
  return db
    .deleteFrom('passkey')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .returning([...columns])
    .executeTakeFirst()
}
