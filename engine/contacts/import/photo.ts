import type { ImportedPhoto, WarningCode } from './imported-person.ts'

export interface ReadPhoto {
  photo: ImportedPhoto | null
  warning?: WarningCode
}

/** Looks at what the bytes of a picture are. What a file says of them is often wrong, and is not asked. */
export function readPhotoBytes(bytes: Buffer, bytesMax: number): ReadPhoto {
  if (bytes.length > bytesMax) return { photo: null, warning: 'photo_too_large' }
  const mediaType = mediaTypeOf(bytes)
  if (mediaType === undefined) return { photo: null, warning: 'photo_unreadable' }
  const photo = { kind: 'bytes' as const, bytes, mediaType }
  return isCutOff(bytes, mediaType) ? { photo, warning: 'photo_cut_off' } : { photo }
}

/** What a picture begins with, by place. */
const BEGINNINGS: readonly { mediaType: string; at: number; letters: string }[] = [
  { mediaType: 'image/jpeg', at: 0, letters: '\u00ff\u00d8\u00ff' },
  { mediaType: 'image/png', at: 0, letters: '\u0089PNG\r\n\u001a\n' },
  { mediaType: 'image/gif', at: 0, letters: 'GIF8' },
  { mediaType: 'image/tiff', at: 0, letters: 'II*\0' },
  { mediaType: 'image/tiff', at: 0, letters: 'MM\0*' },
  { mediaType: 'image/webp', at: 8, letters: 'WEBP' },
  { mediaType: 'image/bmp', at: 0, letters: 'BM' },
  { mediaType: 'image/heic', at: 4, letters: 'ftyphei' },
  { mediaType: 'image/heic', at: 4, letters: 'ftypmif1' },
  { mediaType: 'image/avif', at: 4, letters: 'ftypavif' },
]

/** @returns nothing when it is no picture of a kind that anybody puts into a card. */
function mediaTypeOf(bytes: Buffer): string | undefined {
  const beginning = bytes.toString('latin1', 0, 16)
  return BEGINNINGS.find(({ at, letters }) => beginning.startsWith(letters, at))?.mediaType
}

/** Programs add padding after the end of a picture, so it is looked for near the end, not at it. */
function isCutOff(bytes: Buffer, mediaType: string): boolean {
  const ending = bytes.subarray(-64)
  if (mediaType === 'image/jpeg') return !ending.includes(Buffer.from([0xff, 0xd9]))
  if (mediaType === 'image/png') return !ending.includes('IEND')
  return mediaType === 'image/gif' && !ending.includes(0x3b)
}
