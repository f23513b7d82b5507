import { createHash } from 'node:crypto'
import { inTransaction, RollBack, type Tx } from '../../storage/database.ts'
import { newFileKey } from '../../storage/files/files.ts'
import { type PictureRoom, trustPicture, upsertPicture } from '../../storage/pictures.ts'
import { MINUTE_MS } from '../clock.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'

export const PICTURE_TYPE = 'image/webp'
const FOLDER = 'pictures'
/** Between its file and its first use lies one transaction. After that a picture was left by somebody who died. */
const DOUBTED_AFTER_MS = 10 * MINUTE_MS
const TRIES_MAX = 5

/**
 * Keeps a picture that was made, and puts it to use in the same breath: `use` runs in the transaction from which on the
 * picture is somebody's. Who has the same one shares its file.
 */
export async function keepPicture<T>(
  { db, clock, files }: Pick<Engine, 'db' | 'clock' | 'files'>,
  { realm, room, webp }: { realm: Pick<Realm, 'id'>; room: PictureRoom; webp: Buffer },
  use: (tx: Tx, hash: string) => Promise<T>,
): Promise<T> {
  const hash = createHash('sha256').update(webp).digest('hex')
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const now = clock.now()
    const content = { realmId: realm.id, room, hash, bytes: webp.length }
    const doubtedAt = now + DOUBTED_AFTER_MS
    const fileKey = await upsertPicture(db, { ...content, fileKey: newFileKey(FOLDER), doubtedAt, now })
    // Also over one that is there: who made the row may not have come to write its file.
    await files.write(fileKey, webp, PICTURE_TYPE)
    const used = await inTransaction(db, async (tx): Promise<{ value: T } | undefined> => {
      if (!(await trustPicture(tx, fileKey))) throw new RollBack(undefined)
      return { value: await use(tx, hash) }
    })
    if (used) return used.value
    // Somebody else's was removed just then, and its file with it.
  }
  throw new Error('A picture is removed as often as it is kept.')
}
