import { availableParallelism } from 'node:os'
import type { Sharp, SharpOptions } from 'sharp'
import { decline, type Result, succeed } from '../result.ts'
import { recognisePicture } from './recognise.ts'

/** What the `community` document allows, of one frame and of all. */
const PIXELS_MAX = 32_000_000
const FRAMES_MAX = 300
/** Of all frames together: 300 large ones would keep a core busy for minutes. */
const PIXELS_TOTAL_MAX = 128_000_000
/** WebP knows no more (RFC 9649 §2.7). */
const SIDE_MAX = 16_383
const SECONDS_MAX = 20
const WEBP = { quality: 85 }
/** Each that waits holds an upload in memory. */
const WAITING_PER_THREAD_MAX = 8
const RETRY_AFTER_SECONDS = 5

/** In the order in which they are looked for. */
export type PictureFailure =
  /** No picture, or of a kind that is not taken. */
  | { code: 'picture_not_supported' }
  /** Too many wait to be made. */
  | { code: 'pictures_busy'; retryAfterSeconds: number }
  | { code: 'picture_broken' }
  /** Too many pixels, frames or, once it was made, bytes. */
  | { code: 'picture_too_large' }
  | { code: 'picture_too_slow' }

export interface PictureMaker {
  /**
   * Makes a WebP of what somebody sent: turned as its camera says, without any metadata, animated if it was.
   *
   * @returns the WebP's bytes, `bytesMax` at most.
   */
  make(bytes: Uint8Array, bytesMax: number): Promise<Result<Buffer, PictureFailure>>
  readonly waiting: number
}

/**
 * Decodes a few pictures at once, each on one thread, and lets a bounded number wait. Decoding shares its threads with
 * the hashing of passwords and with files, so that half of the cores at most are its.
 */
export function createPictureMaker({
  threads = Math.max(1, Math.min(2, availableParallelism() >> 1)),
  secondsMax = SECONDS_MAX,
} = {}): PictureMaker {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async make(bytes, bytesMax) {
      const type = recognisePicture(bytes)
      if (!type) return decline({ code: 'picture_not_supported' })
      if (running >= threads) {
        if (waiting.length >= threads * WAITING_PER_THREAD_MAX) {
          return decline({ code: 'pictures_busy', retryAfterSeconds: RETRY_AFTER_SECONDS })
        }
        await new Promise<void>((go) => waiting.push(go))
      } else running++
      try {
        return await toWebp(bytes, { isAnimatable: type !== 'avif', bytesMax, secondsMax })
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running--
      }
    },
    get waiting() {
      return waiting.length
    },
  }
}

async function toWebp(
  bytes: Uint8Array,
  { isAnimatable, bytesMax, secondsMax }: { isAnimatable: boolean; bytesMax: number; secondsMax: number },
): Promise<Result<Buffer, PictureFailure>> {
  const open = await openSharp()
  const header = await open(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined)
  if (!header?.width || !header.height) return decline({ code: 'picture_broken' })
  const { width, pages: frames = 1 } = header
  const height = header.pageHeight ?? header.height
  const isTooLarge =
    Math.max(width, height) > SIDE_MAX ||
    width * height > PIXELS_MAX ||
    frames > FRAMES_MAX ||
    (isAnimatable && width * height * frames > PIXELS_TOTAL_MAX)
  // Nothing was decoded yet: a few bytes may claim to be gigapixels.
  if (isTooLarge) return decline({ code: 'picture_too_large' })
  const isAnimated = isAnimatable && frames > 1
  try {
    const picture = open(bytes, { animated: isAnimated, limitInputPixels: PIXELS_TOTAL_MAX })
    const turned = isAnimated ? picture : picture.autoOrient()
    const webp = await turned.timeout({ seconds: secondsMax }).webp(WEBP).toBuffer()
    return webp.length > bytesMax ? decline({ code: 'picture_too_large' }) : succeed(webp)
  } catch (error) {
    const isLate = /timeout/i.test((error as Error).message)
    return decline({ code: isLate ? 'picture_too_slow' : 'picture_broken' })
  }
}

type OpenPicture = (bytes: Uint8Array, options: SharpOptions) => Sharp

let opening: Promise<OpenPicture> | undefined

/** Loaded at the first picture: a server starts quicker without. */
function openSharp(): Promise<OpenPicture> {
  opening ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1)
    // What people send once is not sent again.
    sharp.cache(false)
    // No reader but these few can be reached, whatever the bytes pretend to be.
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({
      operation: [
        'VipsForeignLoadJpegBuffer',
        'VipsForeignLoadPngBuffer',
        'VipsForeignLoadNsgifBuffer',
        'VipsForeignLoadWebpBuffer',
        'VipsForeignLoadHeifBuffer',
      ],
    })
    return (bytes, options) => sharp(bytes, { failOn: 'error', ...options })
  })
  return opening
}
