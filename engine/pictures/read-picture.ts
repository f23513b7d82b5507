import type { Readable } from 'node:stream'
import { findPicture, type PictureRoom } from '../../storage/pictures.ts'
import type { Engine } from '../engine.ts'
import type { Realm } from '../realm.ts'

const HASH = /^[0-9a-f]{64}$/

/** @returns nothing for what is no picture of this room: another realm's neither. */
export async function readPicture(
  { db, files }: Pick<Engine, 'db' | 'files'>,
  { realm, room, hash }: { realm: Realm; room: PictureRoom; hash: string },
): Promise<{ bytes: number; content: Readable } | undefined> {
  if (!HASH.test(hash)) return undefined
  const picture = await findPicture(db, { realmId: realm.id, room, hash })
  const content = picture && (await files.read(picture.fileKey))
  return content && { bytes: picture.bytes, content }
}
