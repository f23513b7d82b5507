#!/usr/bin/env node
/**
 * The `latchkey` command: hands its arguments to server/main.ts on the Node that the project brings, so that
 * it works from any folder and under any Node from 18 on.
 */
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(realpathSync(fileURLToPath(import.meta.url))), '..')
const ownNode = join(root, 'node_modules', '.bin', 'node')
const runsHere = Number.parseInt(process.versions.node, 10) >= 26

if (!existsSync(join(root, 'node_modules')) || !(existsSync(ownNode) || runsHere)) {
  console.error(`Latchkey is not set up yet. In ${root} run: node tools/setup.mjs start`)
  process.exit(1)
}

const node = existsSync(ownNode) ? ownNode : process.execPath
const child = spawn(node, [join(root, 'server', 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' })

// Ctrl-C reaches the child by the terminal as well; a second signal of the same kind would make it hurry.
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child.kill('SIGINT')
})

child.on('error', (error) => {
  console.error(`Latchkey could not be started: ${error.message}`)
  process.exit(1)
})
child.on('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
