import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NODE_MAJOR_MIN = 26

/** Whether what `mode` needs is installed, as `package-lock.json` has it now. A full install satisfies `start`. */
export function packagesAreCurrent(root, mode) {
  const stamp = readJson(stampPath(root))
  const current =
    stamp?.lock === hashOfLock(root) &&
    stamp.platform === platform() &&
    (stamp.mode === 'test' || mode === 'start')
  return current && (existsSync(nodePath(root)) || isNewEnough(process.versions.node))
}

/** Installs what `mode` needs, and never less than is there already. */
export async function installPackages(root, mode) {
  const { run, Stopped } = await import('./run.mjs')
  const stamp = readJson(stampPath(root))
  const lock = hashOfLock(root)
  const full = mode === 'test' || stamp?.mode === 'test'

  if (installedByHand(root, full)) {
    await verifyNode(root)
    return writeStamp(root, lock, full)
  }
  // Adding the development packages to a current small install must not remove, as `npm ci` does, what a
  // server started from this folder may still load.
  const adds = full && stamp?.mode === 'start' && stamp.lock === lock && stamp.platform === platform()
  const why = adds
    ? 'the development ones are missing'
    : stamp
      ? 'package-lock.json has changed'
      : 'first run'
  const code = await run(
    `Installing packages (${why})`,
    'npm',
    [
      ...(adds ? ['install', '--no-save'] : ['ci']),
      full ? '--include=dev' : '--omit=dev',
      '--include=optional',
      '--loglevel=error',
      '--no-audit',
      '--no-fund',
    ],
    { cwd: root, env: environmentWithoutOwnNode() },
  )
  if (code === undefined)
    throw new Stopped('npm was not found. It comes with Node: install Node 18 or newer.')
  if (code !== 0) {
    throw new Stopped(
      `npm could not install the packages (exit code ${code}; its own words are above).
Most often the npm registry could not be reached. See whether \`npm ping\` answers, mind a proxy
(\`npm config get proxy\`) and free disk space, then run the same command again.`,
    )
  }
  await verifyNode(root)
  writeStamp(root, lock, full)
}

/**
 * Whether npm itself noted (in node_modules/.package-lock.json) that exactly the locked packages are there:
 * so it is after a contributor's own `npm install`, and installing them again would be a waste.
 */
function installedByHand(root, full) {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages
  const wanted = readJson(join(root, 'package-lock.json'))?.packages
  if (!installed || !wanted) return false
  const same = Object.entries(wanted).every(([path, { version, integrity, optional, devOptional, dev }]) => {
    if (path === '' || (dev && !full)) return true
    const there = installed[path]
    // npm leaves out what is made for other platforms.
    if (!there) return optional === true || devOptional === true
    return there.version === version && there.integrity === integrity
  })
  return same && Object.keys(installed).every((path) => path in wanted)
}

/** The platform's Node comes as an optional package, so npm says nothing when there is none. */
async function verifyNode(root) {
  const { spawnSync } = await import('node:child_process')
  const { Stopped } = await import('./run.mjs')
  const again = 'then run the same command again.'
  if (!existsSync(nodePath(root))) {
    // Without a Node of our own the scripts run on the one that runs this.
    if (isNewEnough(process.versions.node)) return
    throw new Stopped(
      `Latchkey runs on Node ${NODE_MAJOR_MIN}, and none could be installed for ${platform()}.
Ready-made ones exist for Linux (x64, arm64; glibc) and macOS (arm64, x64). Elsewhere install Node
${NODE_MAJOR_MIN} or newer yourself (https://nodejs.org), put it first in PATH, ${again}`,
    )
  }
  const { stdout, stderr, error } = spawnSync(nodePath(root), ['--version'], { encoding: 'utf8' })
  const version = stdout?.trim().slice(1)
  if (version && isNewEnough(version)) return
  if (stderr?.includes('libatomic')) {
    throw new Stopped(
      `Node ${NODE_MAJOR_MIN} is installed, and needs the system's library libatomic, which is missing here.
Install it (Debian, Ubuntu: apt-get install libatomic1; Fedora: dnf install libatomic), ${again}`,
    )
  }
  throw new Stopped(
    `The Node ${NODE_MAJOR_MIN} in node_modules/.bin/node does not run here (${platform()}):
${stderr?.trim() || error?.message || `it calls itself ${version}`}
Remove node_modules, or install Node ${NODE_MAJOR_MIN} yourself (https://nodejs.org) and put it first in PATH,
${again}`,
  )
}

/** npm must not run on the Node that lies inside the folder which it is about to replace. */
function environmentWithoutOwnNode() {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !/node_modules[\\/]\.bin$/.test(entry))
  return { ...process.env, PATH: path.join(delimiter) }
}

function writeStamp(root, lock, full) {
  const stamp = { lock, mode: full ? 'test' : 'start', platform: platform() }
  writeFileSync(stampPath(root), `${JSON.stringify(stamp)}\n`)
}

const stampPath = (root) => join(root, 'node_modules', '.latchkey.json')
const nodePath = (root) => join(root, 'node_modules', '.bin', 'node')
const platform = () => `${process.platform}-${process.arch}`
const isNewEnough = (version) => Number.parseInt(version, 10) >= NODE_MAJOR_MIN
const hashOfLock = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
