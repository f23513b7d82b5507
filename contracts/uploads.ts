import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { decline, type Result, succeed } from '../engine/result.ts'
import { boundaryOf, createMultipartReader } from './multipart.ts'

/** The field that holds what is sent. */
export const FILE_FIELD = 'file'
/** On a slow line 8 MiB take two minutes; other requests are cut off much sooner. */
export const UPLOAD_SECONDS_MAX = 120
/** Who sends too much is heard out, up to so much more: most clients read no answer before they have sent all. */
const UNWANTED_BYTES_MAX = 16 * 1024 * 1024
/** Each may hold as much as a picture may have. */
const UPLOADS_MAX = 32
const UPLOADS_OF_ONE_MAX = 4
const RETRY_AFTER_SECONDS = 5
const FIRST_BYTES = 65_536

/** In the order in which they are looked for. */
export type UploadFailure =
  /** Too many are on their way. */
  | { code: 'uploads_busy'; retryAfterSeconds: number }
  /** The whole body, not the file alone. */
  | { code: 'upload_too_large' }
  | { code: 'upload_too_slow' }
  /** No multipart, no whole one, or without a file in it. */
  | { code: 'upload_broken' }
  | { code: 'upload_empty' }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes a file of a form; so long may the whole body be. */
    uploadBytesMax?: number
  }
}

/**
 * Routes that take a file, by `config.uploadBytesMax`. They have their own reader of bodies, which begins after the
 * caller is known, and keeps one file in memory and nothing else of what is sent.
 */
export function uploadRoutes(
  fastify: FastifyInstance,
  add: (scope: FastifyInstance) => void,
  { secondsMax = UPLOAD_SECONDS_MAX } = {},
): void {
  const underWay = new Map<number, number>()
  let count = 0
  fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', async (request: FastifyRequest): Promise<Upload> => {
      const owner = request.signedIn?.account.id ?? 0
      const ofOwner = underWay.get(owner) ?? 0
      if (count >= UPLOADS_MAX || ofOwner >= UPLOADS_OF_ONE_MAX) {
        return decline({ code: 'uploads_busy', retryAfterSeconds: RETRY_AFTER_SECONDS })
      }
      count++
      underWay.set(owner, ofOwner + 1)
      try {
        const { uploadBytesMax: bytesMax = 0 } = request.routeOptions.config
        return await readUpload(request, { bytesMax, secondsMax })
      } finally {
        count--
        const left = (underWay.get(owner) ?? 1) - 1
        if (left === 0) underWay.delete(owner)
        else underWay.set(owner, left)
      }
    })
    add(scope)
    done()
  })
}

type Upload = Result<Buffer, UploadFailure>

/** What was sent to a route of {@link uploadRoutes}. A connection with more to come is closed by the answer. */
export function uploadOf(request: FastifyRequest, reply: FastifyReply): Upload {
  if (!request.raw.complete) reply.header('connection', 'close')
  return (request.body as Upload | undefined) ?? decline({ code: 'upload_broken' })
}

async function readUpload(
  { raw, headers }: FastifyRequest,
  { bytesMax, secondsMax }: { bytesMax: number; secondsMax: number },
): Promise<Upload> {
  const boundary = boundaryOf(headers['content-type'])
  const file = new LastFile(bytesMax)
  const reader = boundary === undefined ? undefined : createMultipartReader(boundary, file)
  let isWhole = reader !== undefined
  let length = 0
  const late = setTimeout(() => raw.pause().emit('late'), secondsMax * 1_000)
  try {
    return await new Promise<Upload>((resolve) => {
      raw.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (length > bytesMax + UNWANTED_BYTES_MAX) resolve(decline({ code: 'upload_too_large' }))
        else if (length <= bytesMax && isWhole) isWhole = reader?.write(chunk) ?? false
      })
      raw.once('late', () => resolve(decline({ code: 'upload_too_slow' })))
      raw.once('end', () => {
        if (length > bytesMax) return resolve(decline({ code: 'upload_too_large' }))
        const bytes = isWhole && reader?.end() ? file.bytes : undefined
        if (!bytes) return resolve(decline({ code: 'upload_broken' }))
        resolve(bytes.length === 0 ? decline({ code: 'upload_empty' }) : succeed(bytes))
      })
      // Who went away hears no answer.
      raw.once('error', () => resolve(decline({ code: 'upload_broken' })))
      raw.once('close', () => resolve(decline({ code: 'upload_broken' })))
    })
  } finally {
    clearTimeout(late)
    raw.removeAllListeners('data').removeAllListeners('late')
  }
}

/** The last part that is called `file`: its type and its name are the caller's to say and nobody's to believe. */
class LastFile {
  readonly #bytesMax: number
  #buffer: Buffer | undefined
  #length = 0
  #isFile = false

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): Buffer | undefined {
    return this.#buffer?.subarray(0, this.#length)
  }

  begin = (name: string | undefined): void => {
    this.#isFile = name === FILE_FIELD
    if (!this.#isFile) return
    this.#buffer ??= Buffer.allocUnsafe(Math.min(FIRST_BYTES, this.#bytesMax))
    this.#length = 0
  }

  /** Copied into one buffer: a body that comes byte by byte would else take a hundred times its size. */
  data = (piece: Buffer): void => {
    if (!this.#isFile || !this.#buffer) return
    const needed = this.#length + piece.length
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.min(this.#bytesMax, Math.max(needed, this.#buffer.length * 2)))
      this.#buffer.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
    }
    piece.copy(this.#buffer, this.#length)
    this.#length = needed
  }
}
