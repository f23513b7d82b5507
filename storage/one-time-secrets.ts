import type { Db } from './database.ts'

export interface OneTimeSecret {
  id: number
  purpose: string
  accountId: number | null
  subject: string | null
  secretHash: Uint8Array
  payload: Record<string, unknown>
  createdAt: number
}

const columns = [
  'id',
  'purpose',
  'account_id as accountId',
  'subject',
  'secret_hash as secretHash',
  'payload',
  'created_at as createdAt',
] as const

export async function insertOneTimeSecret(
  db: Db,
  secret: {
    realmId: number
    purpose: string
    accountId: number | null
    subject: string | null
    secretHash: Uint8Array
    payload: Record<string, unknown>
    attemptsMax: number
    expiresAt: number
    now: number
  },
): Promise<void> {
  await db
    .insertInto('one_time_secret')
    .values({
      realm_id: secret.realmId,
      purpose: secret.purpose,
      account_id: secret.accountId,
      subject: secret.subject,
      secret_hash: secret.secretHash,
      payload: JSON.stringify(secret.payload),
      attempts: 0,
      attempts_max: secret.attemptsMax,
      created_at: secret.now,
      expires_at: secret.expiresAt,
      spent_at: null,
    })
    .execute()
}

interface BySecret {
  realmId: number
  purpose: string
  secretHash: Uint8Array
  now: number
}

/** Spends it, by one statement: of any number of callers at once, one gets the row. */
export async function spendBySecret(db: Db, by: BySecret): Promise<OneTimeSecret | undefined> {
  return db
    .updateTable('one_time_secret')
    .set({ spent_at: by.now })
    .where('realm_id', '=', by.realmId)
    .where('purpose', '=', by.purpose)
    .where('secret_hash', '=', by.secretHash)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', by.now)
    .returning([...columns])
    .executeTakeFirst()
}

/** Looks at a live one and leaves it. */
export async function findBySecret(db: Db, by: BySecret): Promise<OneTimeSecret | undefined> {
  return db
    .selectFrom('one_time_secret')
    .select([...columns])
    .where('realm_id', '=', by.realmId)
    .where('purpose', '=', by.purpose)
    .where('secret_hash', '=', by.secretHash)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', by.now)
    .executeTakeFirst()
}

/** Whose a live secret is, by its subject; it is not held, and says nothing of the secret. */
export async function findOwnerBySubject(
  db: Db,
  { realmId, purpose, subject, now }: Omit<BySecret, 'secretHash'> & { subject: string },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('one_time_secret')
    .select('account_id')
    .where('realm_id', '=', realmId)
    .where('purpose', '=', purpose)
    .where('subject', '=', subject)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.account_id ?? undefined
}

/**
 * Holds the live secret of a subject until the transaction ends, counting a try if it was a wrong one: whoever
 * asks at the same time waits, and sees what became of it.
 */
export async function tryBySubject(
  db: Db,
  { realmId, purpose, subject, secretHash, now }: BySecret & { subject: string },
): Promise<OneTimeSecret | undefined> {
  return (
    db
      .updateTable('one_time_secret')
      .set((eb) => ({
        attempts: eb
          .case()
          .when('secret_hash', '=', secretHash)
          .then(eb.ref('attempts'))
          .else(eb('attempts', '+', 1))
          .end(),
      }))
      // The newest alone: two that were asked for at the same instant are both alive.
      .where('id', '=', (eb) =>
        eb
          .selectFrom('one_time_secret')
          .select((inner) => inner.fn.max('id').as('id'))
          .where('realm_id', '=', realmId)
          .where('purpose', '=', purpose)
          .where('subject', '=', subject),
      )
      .where('spent_at', 'is', null)
      .where('expires_at', '>', now)
      .whereRef('attempts', '<', 'attempts_max')
      .returning([...columns])
      .executeTakeFirst()
  )
}

/** Counts a try, before it is looked at. @returns nothing when there are no more, or it is over. */
export async function countAttempt(db: Db, by: BySecret): Promise<OneTimeSecret | undefined> {
  return db
    .updateTable('one_time_secret')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('realm_id', '=', by.realmId)
    .where('purpose', '=', by.purpose)
    .where('secret_hash', '=', by.secretHash)
    .where('spent_at', 'is', null)
    .where('expires_at', '>', by.now)
    .whereRef('attempts', '<', 'attempts_max')
    .returning([...columns])
    .executeTakeFirst()
}

/** Says once whose it became, of one that was nobody's. @returns false when somebody was first. */
export async function settleById(
  db: Db,
  { id, accountId }: { id: number; accountId: number },
): Promise<boolean> {
  const row = await db
    .updateTable('one_time_secret')
    .set({ account_id: accountId })
    .where('id', '=', id)
    .where('account_id', 'is', null)
    .where('spent_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** @returns false when it was spent already. */
export async function spendById(db: Db, { id, now }: { id: number; now: number }): Promise<boolean> {
  const row = await db
    .updateTable('one_time_secret')
    .set({ spent_at: now })
    .where('id', '=', id)
    .where('spent_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** What came before is worth nothing once a newer one is out. */
export async function spendAllOfSubject(
  db: Db,
  { realmId, purpose, subject, now }: { realmId: number; purpose: string; subject: string; now: number },
): Promise<void> {
  await db
    .updateTable('one_time_secret')
    .set({ spent_at: now })
    .where('realm_id', '=', realmId)
    .where('purpose', '=', purpose)
    .where('subject', '=', subject)
    .where('spent_at', 'is', null)
    .execute()
}

/** After a change of password or address: nothing that was mailed before may still open anything. */
export async function spendAllOfAccount(
  db: Db,
  { accountId, purposes, now }: { accountId: number; purposes: string[]; now: number },
): Promise<void> {
  await db
    .updateTable('one_time_secret')
    .set({ spent_at: now })
    .where('account_id', '=', accountId)
    .where('purpose', 'in', purposes)
    .where('spent_at', 'is', null)
    .execute()
}

/** When live and spent secrets of a purpose were made for a subject or account, newest first, since an instant. */
export async function listIssuedSince(
  db: Db,
  { accountId, purpose, since }: { accountId: number; purpose: string; since: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('one_time_secret')
    .select('created_at')
    .where('account_id', '=', accountId)
    .where('purpose', '=', purpose)
    .where('created_at', '>', since)
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map(({ created_at }) => created_at)
}

/** @returns how many went. */
export async function deleteEndedSecrets(db: Db, before: number): Promise<void> {
  await db.deleteFrom('one_time_secret').where('expires_at', '<', before).execute()
}
