import type { Db } from './database.ts'

export interface Totp {
  secretSealed: Uint8Array
  /** Null while it is set up and not yet proved. */
  enabledAt: number | null
  /** The last time step that opened a session. */
  lastStep: number
}

export async function findTotp(db: Db, accountId: number): Promise<Totp | undefined> {
  return db
    .selectFrom('totp')
    .select(['secret_sealed as secretSealed', 'enabled_at as enabledAt', 'last_step as lastStep'])
    .where('account_id', '=', accountId)
    .executeTakeFirst()
}

/** Begins a set-up anew. @returns false when it is enabled already, and stays. */
export async function putPendingTotp(
  db: Db,
  { accountId, secretSealed, now }: { accountId: number; secretSealed: Uint8Array; now: number },
): Promise<boolean> {
  const row = await db
    .insertInto('totp')
    .values({
      account_id: accountId,
      secret_sealed: secretSealed,
      enabled_at: null,
      last_step: 0,
      created_at: now,
    })
    .onConflict((conflict) =>
      conflict
        .column('account_id')
        .doUpdateSet({ secret_sealed: secretSealed, created_at: now })
        .where('totp.enabled_at', 'is', null),
    )
    .returning('account_id')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns false when there is nothing that waits to be enabled. */
export async function markTotpEnabled(
  db: Db,
  { accountId, now }: { accountId: number; now: number },
): Promise<boolean> {
  const row = await db
    .updateTable('totp')
    .set({ enabled_at: now })
    .where('account_id', '=', accountId)
    .where('enabled_at', 'is', null)
    .returning('account_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Takes a time step for one sign-in: of any number at once, one gets it, and no earlier one is taken after it. */
export async function takeTotpStep(
  db: Db,
  { accountId, step }: { accountId: number; step: number },
): Promise<boolean> {
  const row = await db
    .updateTable('totp')
    .set({ last_step: step })
    .where('account_id', '=', accountId)
    .where('enabled_at', 'is not', null)
    .where('last_step', '<', step)
    .returning('account_id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteTotp(db: Db, accountId: number): Promise<void> {
  await db.deleteFrom('totp').where('account_id', '=', accountId).execute()
  await db.deleteFrom('recovery_code').where('account_id', '=', accountId).execute()
}

/** The account's recovery codes from now on; those before are worth nothing. */
export async function replaceRecoveryCodes(
  db: Db,
  { accountId, codeHashes, now }: { accountId: number; codeHashes: Uint8Array[]; now: number },
): Promise<void> {
  await db.deleteFrom('recovery_code').where('account_id', '=', accountId).execute()
  await db
    .insertInto('recovery_code')
    .values(codeHashes.map((hash) => ({ account_id: accountId, code_hash: hash, created_at: now })))
    .execute()
}

/** Spends one, by one statement: of any number at once, one gets it. */
export async function spendRecoveryCode(
  db: Db,
  { accountId, codeHash }: { accountId: number; codeHash: Uint8Array },
): Promise<boolean> {
  const row = await db
    .deleteFrom('recovery_code')
    .where('account_id', '=', accountId)
    .where('code_hash', '=', codeHash)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function countRecoveryCodes(db: Db, accountId: number): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  return Number(count)
}
