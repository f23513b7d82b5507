import type { Db } from './database.ts'

/** Counts one more, in a window that begins with the first; one statement, so that none is lost in a crowd. */
export async function countAttempt(
  db: Db,
  { key, now, resetsAt }: { key: string; now: number; resetsAt: number },
): Promise<{ count: number; resetsAt: number }> {
  const row = await db
    .insertInto('rate_limit')
    .values({ key, count: 1, resets_at: resetsAt })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((eb) => ({
        count: eb
          .case()
          .when('rate_limit.resets_at', '<=', now)
          .then(1)
          .else(eb('rate_limit.count', '+', 1))
          .end(),
        resets_at: eb
          .case()
          .when('rate_limit.resets_at', '<=', now)
          .then(resetsAt)
          .else(eb.ref('rate_limit.resets_at'))
          .end(),
      })),
    )
    .returning(['count', 'resets_at'])
    .executeTakeFirstOrThrow()
  return { count: row.count, resetsAt: row.resets_at }
}

export async function uncountAttempt(db: Db, key: string): Promise<void> {
  await db
    .updateTable('rate_limit')
    .set((eb) => ({ count: eb('count', '-', 1) }))
    .where('key', '=', key)
    .where('count', '>', 0)
    .execute()
}

export async function findAttempts(
  db: Db,
  key: string,
): Promise<{ count: number; resetsAt: number } | undefined> {
  return db
    .selectFrom('rate_limit')
    .select(['count', 'resets_at as resetsAt'])
    .where('key', '=', key)
    .executeTakeFirst()
}

export async function deleteEndedRateLimits(db: Db, now: number): Promise<void> {
  await db.deleteFrom('rate_limit').where('resets_at', '<=', now).execute()
}
