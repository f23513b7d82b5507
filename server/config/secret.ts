import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { SECRET_LENGTH_MIN } from '../../engine/secrets/secrets.ts'
import { ConfigError } from './load.ts'

const FILE = 'secret'

/**
 * The generated secret in DATA_DIR, made at the first start (48 random bytes, mode 0600). Of two processes that
 * start at once, one makes it and both use it.
 */
export function readOrMakeSecret(dataDir: string): string {
  const path = join(dataDir, FILE)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  try {
    const file = openSync(path, 'wx', 0o600)
    writeSync(file, `${randomBytes(48).toString('base64url')}\n`)
    fsyncSync(file)
    closeSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const secret = readFileSync(path, 'utf8').trim()
  if (secret.length < SECRET_LENGTH_MIN) {
    throw new ConfigError([
      `${path} is shorter than ${SECRET_LENGTH_MIN} characters. If nobody has signed in yet, delete it and start again; otherwise bring it back from a backup, or set SECRET.`,
    ])
  }
  // What somebody loosened by copying is tightened again.
  chmodSync(path, 0o600)
  return secret
}
