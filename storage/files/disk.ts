import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'
import type { FileDriver } from './files.ts'

/** What is being written has its place here, under a name that nothing is read by. */
const UNFINISHED = 'unfinished'
/** So long nothing takes to be written: what is older belongs to a process that died. */
const UNFINISHED_KEPT_MS = 3_600_000

/** Files in a folder. */
export function diskDriver(folder: string): FileDriver {
  const disk = new Disk(new FSDriver({ location: folder, visibility: 'private' }))
  return {
    async write(key, bytes) {
      const unfinished = join(folder, UNFINISHED, randomBytes(16).toString('hex'))
      const path = join(folder, key)
      try {
        await mkdir(dirname(unfinished), { recursive: true, mode: 0o700 })
        // On the disk before it has its name: a power cut leaves no half of it. The library can do neither this nor a
        // move that is no copy.
        await writeFile(unfinished, bytes, { flush: true, mode: 0o600, flag: 'wx' })
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await rename(unfinished, path)
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => undefined)
        throw error
      }
    },
    async read(key) {
      const stream = await disk.getStream(key)
      try {
        await once(stream, 'open')
        return stream
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    remove: (key) => disk.delete(key),
    async tidy(now) {
      const names = await readdir(join(folder, UNFINISHED)).catch(() => [])
      for (const name of names) {
        const path = join(folder, UNFINISHED, name)
        const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }))
        if (mtimeMs < now - UNFINISHED_KEPT_MS) await rm(path, { force: true })
      }
    },
  }
}
