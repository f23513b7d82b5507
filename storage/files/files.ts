import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'

/** Where files are kept: a folder of this machine, or a bucket of S3 or of what speaks like it. */
export type FilesLocation =
  | { kind: 'disk'; folder: string }
  | {
      kind: 's3'
      bucket: string
      region: string
      /** Of another service than Amazon's. */
      endpoint: string | undefined
      accessKeyId: string
      secretAccessKey: string
    }

export interface Files {
  /** Whole or not at all: nobody ever reads half a file. */
  write(key: string, bytes: Uint8Array, contentType: string): Promise<void>
  /** @returns nothing if there is no such file. */
  read(key: string): Promise<Readable | undefined>
  /** No harm if there is none. */
  remove(key: string): Promise<void>
  /** Removes what processes that died left half written. */
  tidy(now: number): Promise<void>
  /** Writes a small file, reads it and removes it. @throws FilesError if one of them fails. */
  check(): Promise<void>
}

/** What a driver does; each call may throw whatever its library throws. */
export interface FileDriver {
  write(key: string, bytes: Uint8Array, contentType: string): Promise<void>
  read(key: string): Promise<Readable | undefined>
  remove(key: string): Promise<void>
  tidy?(now: number): Promise<void>
}

/** The store is away, full, or refuses us. What the library said is the cause, for the log. */
export class FilesError extends Error {
  override name = 'FilesError'
}

/** 128 random bits: nobody names a file, and no two are ever called the same. */
export function newFileKey(folder: string): string {
  const name = randomBytes(16).toString('hex')
  return `${folder}/${name.slice(0, 2)}/${name}`
}

const KEY = /^[a-z]+\/[0-9a-f]{2}\/[0-9a-f]{32}$/

/** Opens the store. Its library is loaded when a file is first asked for: a server starts quicker without. */
export function openFiles(location: FilesLocation): Files {
  let opened: Promise<FileDriver> | undefined
  const withDriver = async <T>(doing: string, work: (driver: FileDriver) => Promise<T>): Promise<T> => {
    try {
      opened ??= openDriver(location)
      return await work(await opened)
    } catch (error) {
      throw new FilesError(`Files could not be ${doing}.`, { cause: error })
    }
  }
  const ours = (key: string): string => {
    if (KEY.test(key)) return key
    throw new Error(`${key} is no key of ours.`)
  }
  const files: Files = {
    write: (key, bytes, contentType) =>
      withDriver('written', (driver) => driver.write(ours(key), bytes, contentType)),
    read: (key) => withDriver('read', (driver) => driver.read(ours(key))),
    remove: (key) => withDriver('removed', (driver) => driver.remove(ours(key))),
    tidy: (now) => withDriver('tidied', async (driver) => driver.tidy?.(now)),
    async check() {
      const key = newFileKey('check')
      await files.write(key, Buffer.from('latchkey'), 'text/plain')
      const there = await files.read(key)
      const text = there && Buffer.concat(await Readable.from(there).toArray()).toString()
      await files.remove(key)
      if (text !== 'latchkey') throw new FilesError('What was written is not what is read.')
    },
  }
  return files
}

async function openDriver(location: FilesLocation): Promise<FileDriver> {
  if (location.kind === 'disk') return (await import('./disk.ts')).diskDriver(location.folder)
  return (await import('./s3.ts')).s3Driver(location)
}
