/** `npm run check`: types, lint and format, and the arrows between folders; side by side, a line for each. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'

type Check = { name: string; command: string; args: string[] }

/** Runs every check of `root` and prints how it went. @returns whether all of them passed. */
export async function runChecks(root: string): Promise<boolean> {
  const bin = join(root, 'node_modules', '.bin')
  const typescript = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc')
  const checks: Check[] = [
    { name: 'types', command: process.execPath, args: [typescript, '-p', '.'] },
    ...(existsSync(join(root, 'web', 'tsconfig.json'))
      ? [{ name: 'types of web', command: process.execPath, args: [typescript, '-p', 'web', '--noEmit'] }]
      : []),
    { name: 'lint and format', command: join(bin, 'biome'), args: ['check', '--error-on-warnings', '.'] },
    { name: 'arrows', command: process.execPath, args: [join(import.meta.dirname, 'arrows.ts'), root] },
  ]
  const results = await Promise.all(checks.map((check) => runCheck(root, check)))
  return results.every(Boolean)
}

async function runCheck(root: string, { name, command, args }: Check): Promise<boolean> {
  const startedAt = performance.now()
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const failedToStart = new Promise<string>((resolve) =>
    child.once('error', ({ message }) => resolve(message)),
  )
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const output = Promise.all([text(child.stdout), text(child.stderr)]).then((parts) => parts.join(''))
  const code = await Promise.race([closed, failedToStart])
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'}  check: ${name}  ${seconds} s`)
  if (code !== 0) console.log(typeof code === 'string' ? code : (await output).trimEnd())
  return code === 0
}

if (import.meta.main) process.exitCode = (await runChecks(resolve(import.meta.dirname, '..'))) ? 0 : 1
