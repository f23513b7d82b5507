import { Disk } from 'flydrive'
import { S3Driver } from 'flydrive/drivers/s3'
import type { FileDriver, FilesLocation } from './files.ts'

/** Longer than any of our files takes; a store that answers nothing must not hold a request for ever. */
const ANSWERS_WITHIN_MS = 15_000

/** Files in a bucket, which shows each whole or not at all by itself (PutObject is atomic). */
export function s3Driver(location: FilesLocation & { kind: 's3' }): FileDriver {
  const { bucket, region, endpoint, accessKeyId, secretAccessKey } = location
  const disk = new Disk(
    new S3Driver({
      bucket,
      region,
      credentials: { accessKeyId, secretAccessKey },
      // Others than Amazon rarely have a host name for each bucket.
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
      // Newer checksums that several services do not know yet.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: ANSWERS_WITHIN_MS, requestTimeout: ANSWERS_WITHIN_MS },
      maxAttempts: 2,
      supportsACL: false,
      visibility: 'private',
    }),
  )
  return {
    write: (key, bytes, contentType) => disk.put(key, bytes, { contentType, contentLength: bytes.length }),
    async read(key) {
      try {
        return await disk.getStream(key)
      } catch (error) {
        if (isMissing((error as Error).cause)) return undefined
        throw error
      }
    },
    remove: (key) => disk.delete(key),
  }
}

function isMissing(cause: unknown): boolean {
  return (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404
}
