import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'

/**
 * Whether the built web app is that of the sources as they are now. Sizes and times of the files are
 * compared first; only when they differ are the contents read, so that a fresh `touch` builds nothing.
 */
export function webIsCurrent(root) {
  if (!existsSync(join(root, 'web', 'index.html'))) return true
  const stamp = readStamp(root)
  if (!stamp) return false
  const files = sourcesOf(root)
  const seen = fingerprintOf(root, files)
  if (stamp.seen === seen) return true
  if (stamp.content !== contentOf(root, files)) return false
  writeFileSync(stampPath(root), JSON.stringify({ ...stamp, seen }))
  return true
}

/**
 * Builds the web app into web/dist. A running server goes on serving the old one until the new one is
 * whole, and a build that fails leaves the old one in place.
 */
export async function buildWeb(root) {
  const { run, Stopped } = await import('./run.mjs')
  const files = sourcesOf(root)
  const stamp = { seen: fingerprintOf(root, files), content: contentOf(root, files) }
  // In web/, so that renaming never crosses file systems; under a name that Git and the linter ignore.
  const workshop = join(root, 'web', 'node_modules')
  const fresh = join(workshop, '.dist-new')
  const old = join(workshop, '.dist-old')
  const dist = join(root, 'web', 'dist')
  rmSync(workshop, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })

  const node = join(root, 'node_modules', '.bin', 'node')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const code = await run(
    'Building the web app',
    existsSync(node) ? node : process.execPath,
    [vite, 'build', 'web', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  )
  if (code !== 0) {
    rmSync(workshop, { recursive: true, force: true })
    throw new Stopped('The web app could not be built; what Vite says is above. Nothing was started.')
  }
  writeFileSync(join(fresh, '.latchkey.json'), JSON.stringify(stamp))
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(workshop, { recursive: true, force: true })
}

/** What the build reads: the app, the client it speaks through, and the packages it is made with. */
function sourcesOf(root) {
  const files = [join(root, 'package-lock.json')]
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && path !== join(root, 'web', 'dist')) walk(path)
      } else if (!/\.test\.tsx?$/.test(entry.name)) files.push(path)
    }
  }
  for (const folder of ['web', 'client']) {
    if (existsSync(join(root, folder))) walk(join(root, folder))
  }
  return files.sort()
}

function fingerprintOf(root, files) {
  const hash = createHash('sha256')
  for (const path of files) {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${relative(root, path)}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function contentOf(root, files) {
  const hash = createHash('sha256')
  for (const path of files)
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0')
  return hash.digest('hex')
}

const stampPath = (root) => join(root, 'web', 'dist', '.latchkey.json')

function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampPath(root), 'utf8'))
  } catch {
    return undefined
  }
}
