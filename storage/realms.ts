import type { Db } from './database.ts'

/** Makes the realm's row if it is not there yet. @returns its id. */
export async function ensureRealm(db: Db, { name, now }: { name: string; now: number }): Promise<number> {
  await db
    .insertInto('realm')
    .values({ name, created_at: now, set_up_at: null, profile: '{}' })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const { id } = await db.selectFrom('realm').select('id').where('name', '=', name).executeTakeFirstOrThrow()
  return id
}

/**
 * Whether set-up was never done and the realm has never had an admin, a deleted one included, so that it cannot
 * open again. Somebody who signs up before does not take it away: there would be nobody to run the place.
 */
export async function isSetUpOpen(db: Db, realmId: number): Promise<boolean> {
  const [realm, admin] = await Promise.all([
    db.selectFrom('realm').select('set_up_at').where('id', '=', realmId).executeTakeFirstOrThrow(),
    db
      .selectFrom('account')
      .select('id')
      .where('realm_id', '=', realmId)
      .where('role', '=', 'admin')
      .limit(1)
      .executeTakeFirst(),
  ])
  return realm.set_up_at === null && !admin
}

/** Takes the one first-run set-up of a realm. @returns false for everybody but the first. */
export async function takeSetUp(
  db: Db,
  { realmId, now, profile }: { realmId: number; now: number; profile: Record<string, unknown> },
): Promise<boolean> {
  const taken = await db
    .updateTable('realm')
    .set({ set_up_at: now, profile: JSON.stringify(profile) })
    .where('id', '=', realmId)
    .where('set_up_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('account')
            .select('account.id')
            .where('account.realm_id', '=', realmId)
            .where('account.role', '=', 'admin'),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirst()
  return taken !== undefined
}

/** Holds the realm until the transaction ends; whoever asks for it too waits. */
export async function lockRealm(db: Db, realmId: number): Promise<void> {
  await db
    .updateTable('realm')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', realmId)
    .execute()
}

/** What set-up, and admins since, said about the place itself. */
export async function findRealmProfile(db: Db, realmId: number): Promise<Record<string, unknown>> {
  const { profile } = await db
    .selectFrom('realm')
    .select('profile')
    .where('id', '=', realmId)
    .executeTakeFirstOrThrow()
  return profile
}

export async function replaceRealmProfile(
  db: Db,
  { realmId, profile }: { realmId: number; profile: Record<string, unknown> },
): Promise<void> {
  await db
    .updateTable('realm')
    .set({ profile: JSON.stringify(profile) })
    .where('id', '=', realmId)
    .execute()
}
