/**
 * Makes a checkout ready: packages installed, Node 26 in place, web app and server built. Runs before `npm start`
 * and `npm test` on whatever Node the machine has (18 or newer), so it is plain JavaScript and imports
 * nothing that would have to be installed first.
 *
 *     node tools/setup.mjs start    what running needs
 *     node tools/setup.mjs test     what development and tests need; satisfies `start` too
 */
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildsAreCurrent, makeBuilds } from './setup/builds.mjs'
import { installPackages, packagesAreCurrent } from './setup/packages.mjs'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const mode = process.argv[2]

if (mode !== 'start' && mode !== 'test') fail('Usage: node tools/setup.mjs start|test')
if (process.platform === 'win32') {
  fail(
    'Latchkey does not run on Windows itself. Run it inside WSL 2 (Ubuntu, for example), or in a container.',
  )
}
if (Number.parseInt(process.versions.node, 10) < 18) {
  fail(
    `Latchkey is set up with Node 18 or newer; this is ${process.version}. It brings its own Node 26 to run on.`,
  )
}

// Nothing to do is the usual case, and is decided without taking the lock: a setup under way elsewhere has
// removed the stamps that would say "current".
if (!(packagesAreCurrent(root, mode) && buildsAreCurrent(root))) await setUp()

async function setUp() {
  const { withLock } = await import('./setup/lock.mjs')
  try {
    await withLock(root, async () => {
      if (!packagesAreCurrent(root, mode)) await installPackages(root, mode)
      await makeBuilds(root)
    })
  } catch (error) {
    fail(error.advice ?? error.stack)
  }
}

function fail(message) {
  console.error(`\n${message}\n`)
  process.exit(1)
}
