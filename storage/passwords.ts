import type { Db } from './database.ts'
import { prepared } from './prepared.ts'

const find = prepared((db, { accountId, now }: { accountId: number; now: number }) =>
  db
    .selectFrom('password')
    .select('phc')
    .where('account_id', '=', accountId)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)])),
)

/** @returns nothing also for a temporary password whose time is over. */
export async function findPasswordHash(db: Db, accountId: number, now: number): Promise<string | null> {
  return (await find(db, { accountId, now }))[0]?.phc ?? null
}

/** Sets the password, whether there was one or not; a temporary one ends, and has to be changed at first. */
export async function putPassword(
  db: Db,
  {
    accountId,
    phc,
    now,
    temporaryUntil = null,
    isChangeDue = temporaryUntil !== null,
  }: {
    accountId: number
    phc: string
    now: number
    temporaryUntil?: number | null
    isChangeDue?: boolean
  },
): Promise<void> {
  const values = { phc, set_at: now, expires_at: temporaryUntil, change_due: isChangeDue }
  await db
    .insertInto('password')
    .values({ account_id: accountId, ...values })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(values))
    .execute()
}

/** Whether an admin of the realm still has a password that was due for change from the start, and never ends. */
export async function isFirstPasswordInPlace(db: Db, realmId: number): Promise<boolean> {
  const row = await db
    .selectFrom('password')
    .innerJoin('account', 'account.id', 'password.account_id')
    .select('account.id')
    .where('account.realm_id', '=', realmId)
    .where('account.role', '=', 'admin')
    .where('password.change_due', '=', true)
    .where('password.expires_at', 'is', null)
    .limit(1)
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
