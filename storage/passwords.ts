import type { Db } from './database.ts'

export async function findPasswordHash(db: Db, accountId: number): Promise<string | null> {
  const row = await db
    .selectFrom('password')
    .select('phc')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row?.phc ?? null
}

/** Sets the password, whether there was one or not. */
export async function putPassword(
  db: Db,
  { accountId, phc, now }: { accountId: number; phc: string; now: number },
): Promise<void> {
  await db
    .insertInto('password')
    .values({ account_id: accountId, phc, set_at: now, expires_at: null, change_due: false })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet({ phc, set_at: now, expires_at: null, change_due: false }),
    )
    .execute()
}

/** @returns false when the hash is no longer the one that was verified: another change came first. */
export async function replacePasswordHash(
  db: Db,
  { accountId, from, to, now }: { accountId: number; from: string; to: string; now: number },
): Promise<boolean> {
  const row = await db
    .updateTable('password')
    .set({ phc: to, set_at: now, expires_at: null, change_due: false })
    .where('account_id', '=', accountId)
    .where('phc', '=', from)
    .returning('account_id')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns false when the account had none. */
export async function deletePassword(db: Db, accountId: number): Promise<boolean> {
  const row = await db
    .deleteFrom('password')
    .where('account_id', '=', accountId)
    .returning('account_id')
    .executeTakeFirst()
  return row !== undefined
}
