import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stopped } from './run.mjs'

const WAIT_MINUTES_MAX = 15

/**
 * Runs `work` while no other setup of the same folder runs, and waits for one that does.
 *
 * The lock is a file with the owner's process id. It lies outside the folder because `npm ci` removes
 * `node_modules`, and a stray file elsewhere would show up in `git status`. A lock whose owner is gone is
 * taken over.
 */
export async function withLock(root, work) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16)
  const path = join(tmpdir(), `latchkey-setup-${name}.lock`)
  await acquire(path)
  const release = () => rmSync(path, { force: true })
  const stop = () => {
    release()
    process.exit(130)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    return await work()
  } finally {
    release()
  }
}

async function acquire(path) {
  const giveUpAt = Date.now() + WAIT_MINUTES_MAX * 60_000
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const owner = readOwner(path)
    if (owner === null) continue
    if (!isAlive(owner)) {
      takeAway(path, owner)
      continue
    }
    if (!waited) console.log(`Waiting for another setup of this folder (process ${owner}) to finish …`)
    if (Date.now() > giveUpAt) {
      throw new Stopped(
        `The other setup did not finish in ${WAIT_MINUTES_MAX} minutes. If none runs, remove ${path}`,
      )
    }
    await new Promise((done) => setTimeout(done, 200))
  }
}

/** The process id in the lock; null if the lock has gone meanwhile; NaN if it was not written in time. */
function readOwner(path) {
  try {
    const text = readFileSync(path, 'utf8')
    // Between creating and writing the file lies an instant in which it is empty.
    if (text === '' && Date.now() - statSync(path).mtimeMs < 2000) return process.pid
    return Number.parseInt(text, 10)
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function isAlive(pid) {
  if (Number.isNaN(pid)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Removes a dead owner's lock, unless somebody else has just replaced it: then theirs is put back. */
function takeAway(path, owner) {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    if (Object.is(readOwner(aside), owner)) rmSync(aside, { force: true })
    else renameSync(aside, path)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}
