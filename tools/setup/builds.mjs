import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

/**
 * What is made of the sources before the server runs: the web app, and the server with its packages in a few
 * files, which are read in a third of the time that a thousand small ones take.
 */
const BUILDS = [
  {
    what: 'Building the web app',
    reads: ['web', 'client'],
    entry: 'web/index.html',
    output: 'web/dist',
    command: (fresh) => [
      join('node_modules', 'vite', 'bin', 'vite.js'),
      ...['build', 'web', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'],
    ],
  },
  {
    what: 'Bundling the server',
    reads: ['server', 'engine', 'storage', 'contracts', 'tools/setup'],
    entry: 'server/main.ts',
    output: 'dist',
    command: (fresh) => [join('tools', 'setup', 'bundle-server.mjs'), fresh],
  },
]

/** Whether all that is built was made of the sources as they are now. */
export function buildsAreCurrent(root) {
  return BUILDS.every((build) => isCurrent(root, build))
}

/**
 * Builds what is not current. A running server goes on with the old files until the new ones are whole, and a
 * build that fails leaves the old ones in place.
 */
export async function makeBuilds(root) {
  for (const build of BUILDS) if (!isCurrent(root, build)) await make(root, build)
}

/**
 * Sizes and times of the files are compared first; only when they differ are the contents read, so that a
 * fresh `touch` builds nothing.
 */
function isCurrent(root, build) {
  // In a container's first layer there are packages and no sources yet.
  if (!existsSync(join(root, build.entry))) return true
  const stamp = readStamp(root, build)
  if (!stamp) return false
  const files = sourcesOf(root, build)
  const seen = fingerprintOf(root, files)
  if (stamp.seen === seen) return true
  if (stamp.content !== contentOf(root, files)) return false
  writeFileSync(stampPath(root, build), JSON.stringify({ ...stamp, seen }))
  return true
}

async function make(root, build) {
  const { run, Stopped } = await import('./run.mjs')
  const files = sourcesOf(root, build)
  const stamp = { seen: fingerprintOf(root, files), content: contentOf(root, files) }
  const dist = join(root, build.output)
  // Beside the output, so that renaming never crosses file systems; a name that Git and the linter ignore.
  const workshop = join(dirname(dist), 'node_modules', '.latchkey-build')
  const fresh = join(workshop, 'new')
  const old = join(workshop, 'old')
  rmSync(workshop, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })

  const node = join(root, 'node_modules', '.bin', 'node')
  const code = await run(build.what, existsSync(node) ? node : process.execPath, build.command(fresh), {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (code !== 0) {
    clear(workshop)
    throw new Stopped(`${build.what} failed; what went wrong is above. Nothing was started.`)
  }
  writeFileSync(join(fresh, STAMP), JSON.stringify(stamp))
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
  clear(workshop)
}

function clear(workshop) {
  rmSync(workshop, { recursive: true, force: true })
  // web/ has no packages of its own, so its folder for them was ours.
  if (readdirSync(dirname(workshop)).length === 0) rmdirSync(dirname(workshop))
}

/** What the build reads: our folders, and the packages as the lock file names them. */
function sourcesOf(root, build) {
  const files = [join(root, 'package-lock.json')]
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && path !== join(root, build.output)) walk(path)
      } else if (!/\.(test\.tsx?|md)$/.test(entry.name)) files.push(path)
    }
  }
  for (const folder of build.reads) {
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

const STAMP = '.latchkey.json'

const stampPath = (root, build) => join(root, build.output, STAMP)

function readStamp(root, build) {
  try {
    return JSON.parse(readFileSync(stampPath(root, build), 'utf8'))
  } catch {
    return undefined
  }
}
