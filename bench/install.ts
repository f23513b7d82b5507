import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Installs the packages that only benchmarks need, once: they are no part of the product, and nobody who does
 * not measure should have to download them.
 */
export function installBenchPackages(folder: string): void {
  const stamp = join(folder, 'node_modules', '.latchkey.json')
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && JSON.parse(readFileSync(stamp, 'utf8')).lock === lock) return
  console.log('Installing the packages that are compared against (once) …')
  // npm runs on the system's Node, as in tools/setup.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.endsWith('node_modules/.bin'))
  const { status } = spawnSync('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: folder,
    env: { ...process.env, PATH: path.join(delimiter) },
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('npm could not install the packages of bench/; its words are above.')
  writeFileSync(stamp, JSON.stringify({ lock }))
}
