import { inTransaction } from '../../storage/database.ts'
import { deletePicture, listDoubtedPictures, takeUnusedPicture } from '../../storage/pictures.ts'
import type { Engine } from '../engine.ts'

const SWEPT_AT_ONCE_MAX = 1_000
/** What a request that left something behind does itself. */
const SWEPT_SOON_MAX = 10

type Parts = Pick<Engine, 'db' | 'clock' | 'files'>

/**
 * Removes the files of pictures that nobody uses any more. Each by itself: what fails is tried again by the next
 * sweep, and does not hold up the others.
 *
 * @throws the first failure, when all were tried.
 */
export async function sweepPictures({ db, clock, files }: Parts, limit = SWEPT_AT_ONCE_MAX): Promise<void> {
  const now = clock.now()
  const failures: unknown[] = []
  for (const fileKey of await listDoubtedPictures(db, { now, limit })) {
    try {
      if (!(await inTransaction(db, (tx) => takeUnusedPicture(tx, { fileKey, now })))) continue
      await files.remove(fileKey)
      await deletePicture(db, fileKey)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** After a change that was made: what fails is left to the next sweep, and the change is done all the same. */
export async function sweepPicturesSoon(parts: Parts): Promise<void> {
  await sweepPictures(parts, SWEPT_SOON_MAX).catch(() => undefined)
}
