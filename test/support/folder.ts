import { accessSync, constants, statfsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY = '/dev/shm'
/** Containers often have 64 MB of it, which is no room. */
const FREE_BYTES_MIN = 2 ** 30

/** A new folder for the data of one test: in memory where there is room, since hundreds wait for the disk. */
export function newFolder(name: string): Promise<string> {
  return mkdtemp(join(isMemoryFree() ? MEMORY : tmpdir(), `latchkey-${name}-`))
}

function isMemoryFree(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize >= FREE_BYTES_MIN
  } catch {
    return false
  }
}
