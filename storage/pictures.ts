import { type ExpressionBuilder, PostgresAdapter } from 'kysely'
import type { Db, Tx } from './database.ts'
import type { Schema } from './schema.ts'

/** Rooms never share a file: what everybody may see stays apart from what one person alone may. */
export type PictureRoom = 'accounts'

/** A picture that is kept: the same bytes once in each room of a realm, whoever uses them. */
export interface StoredPicture {
  fileKey: string
  bytes: number
}

interface Content {
  realmId: number
  room: PictureRoom
  hash: string
}

/**
 * Finds, or makes, the row of some bytes, before their file is written: no file is without a row. Until somebody uses
 * it the row is doubted at `doubtedAt`, so that what is left of a process that died is found.
 *
 * @returns the key of the file, which the caller writes in either case.
 */
export async function upsertPicture(
  db: Db,
  picture: Content & { fileKey: string; bytes: number; doubtedAt: number; now: number },
): Promise<string> {
  const { fileKey, realmId, room, hash, bytes, doubtedAt, now } = picture
  const row = await db
    .insertInto('picture')
    .values({
      file_key: fileKey,
      realm_id: realmId,
      room,
      content_hash: hash,
      bytes,
      created_at: now,
      doubted_at: doubtedAt,
      removed_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['realm_id', 'room', 'content_hash'])
        .where('removed_at', 'is', null)
        .doUpdateSet({ doubted_at: doubtedAt }),
    )
    .returning('file_key')
    .executeTakeFirstOrThrow()
  return row.file_key
}

/**
 * Says, in the transaction that begins to use a picture, that somebody does.
 *
 * @returns false when it was removed in the meantime: the file has to be written again.
 */
export async function trustPicture(tx: Tx, fileKey: string): Promise<boolean> {
  const row = await tx
    .updateTable('picture')
    .set({ doubted_at: null })
    .where('file_key', '=', fileKey)
    .where('removed_at', 'is', null)
    .returning('file_key')
    .executeTakeFirst()
  return row !== undefined
}

/** Says, in the transaction that ends a use, that nobody may use it any more. */
export async function doubtPicture(
  tx: Db,
  { realmId, room, hash, now }: Content & { now: number },
): Promise<void> {
  await tx
    .updateTable('picture')
    .set({ doubted_at: now })
    .where('realm_id', '=', realmId)
    .where('room', '=', room)
    .where('content_hash', '=', hash)
    .where('removed_at', 'is', null)
    .execute()
}

export async function findPicture(
  db: Db,
  { realmId, room, hash }: Content,
): Promise<StoredPicture | undefined> {
  return db
    .selectFrom('picture')
    .select(['file_key as fileKey', 'bytes'])
    .where('realm_id', '=', realmId)
    .where('room', '=', room)
    .where('content_hash', '=', hash)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
}

/** Files whose use is in doubt by now, and those that were on their way out; some at a time. */
export async function listDoubtedPictures(
  db: Db,
  { now, limit }: { now: number; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('picture')
    .select('file_key')
    .where('doubted_at', '<=', now)
    .orderBy('doubted_at')
    .limit(limit)
    .execute()
  return rows.map(({ file_key }) => file_key)
}

/**
 * Looks whether anybody uses a picture that is doubted, and takes it out of use if not. Its row is held meanwhile, so
 * that who begins to use it is seen, or finds it removed and keeps another file.
 *
 * @returns whether its file, and then its row, are to be removed.
 */
export async function takeUnusedPicture(
  tx: Tx,
  { fileKey, now }: { fileKey: string; now: number },
): Promise<boolean> {
  const isShared = tx.getExecutor().adapter instanceof PostgresAdapter
  const row = await tx
    .selectFrom('picture')
    .select(['room', 'realm_id', 'content_hash', 'doubted_at', 'removed_at'])
    .where('file_key', '=', fileKey)
    .$if(isShared, (query) => query.forUpdate())
    .executeTakeFirst()
  if (!row || row.doubted_at === null || row.doubted_at > now) return false
  if (row.removed_at !== null) return true
  // A statement of its own: it sees what was written before the row was held.
  const user = await tx
    .selectFrom('account')
    .select('id')
    .where('realm_id', '=', row.realm_id)
    .where(showsPicture(row.content_hash))
    .limit(1)
    .executeTakeFirst()
  await tx
    .updateTable('picture')
    .set(user ? { doubted_at: null } : { removed_at: now })
    .where('file_key', '=', fileKey)
    .execute()
  return user === undefined
}

function showsPicture(hash: string) {
  return (eb: ExpressionBuilder<Schema, 'account'>) =>
    eb.or([eb('profile_image', '=', hash), eb('banner_image', '=', hash)])
}

/** Once its file is gone. */
export async function deletePicture(db: Db, fileKey: string): Promise<void> {
  await db.deleteFrom('picture').where('file_key', '=', fileKey).where('removed_at', 'is not', null).execute()
}
