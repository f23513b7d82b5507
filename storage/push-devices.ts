import type { Db } from './database.ts'

export interface PushDevice {
  id: number
  token: string
  platform: string
  createdAt: number
  updatedAt: number
}

/** Gives the token to the account, whoever had it before. @returns whose it was, if it was somebody else's. */
export async function putPushDevice(
  db: Db,
  device: { realmId: number; accountId: number; token: string; platform: string; now: number },
): Promise<number | undefined> {
  const before = await db
    .selectFrom('push_device')
    .select('account_id')
    .where('realm_id', '=', device.realmId)
    .where('token', '=', device.token)
    .executeTakeFirst()
  const values = { account_id: device.accountId, platform: device.platform, updated_at: device.now }
  await db
    .insertInto('push_device')
    .values({ realm_id: device.realmId, token: device.token, created_at: device.now, ...values })
    .onConflict((conflict) => conflict.columns(['realm_id', 'token']).doUpdateSet(values))
    .execute()
  return before && before.account_id !== device.accountId ? before.account_id : undefined
}

/** Keeps the account's newest devices. */
export async function trimPushDevices(
  db: Db,
  { accountId, keep }: { accountId: number; keep: number },
): Promise<void> {
  const surplus = await db
    .selectFrom('push_device')
    .select('id')
    .where('account_id', '=', accountId)
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .offset(keep)
    .limit(1_000)
    .execute()
  if (surplus.length === 0) return
  const ids = surplus.map(({ id }) => id)
  await db.deleteFrom('push_device').where('id', 'in', ids).execute()
}

export async function listPushDevices(db: Db, accountId: number): Promise<PushDevice[]> {
  return db
    .selectFrom('push_device')
    .select(['id', 'token', 'platform', 'created_at as createdAt', 'updated_at as updatedAt'])
    .where('account_id', '=', accountId)
    .orderBy('updated_at', 'desc')
    .execute()
}

/** Only the account's own. */
export async function deletePushDeviceById(
  db: Db,
  { accountId, id }: { accountId: number; id: number },
): Promise<boolean> {
  const row = await db
    .deleteFrom('push_device')
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Only the account's own. */
export async function deletePushDevice(
  db: Db,
  { accountId, token }: { accountId: number; token: string },
): Promise<boolean> {
  const row = await db
    .deleteFrom('push_device')
    .where('account_id', '=', accountId)
    .where('token', '=', token)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
