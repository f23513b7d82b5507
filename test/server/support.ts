/** The server as a process of its own, as a person starts it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'main.js')
const PATIENCE_MS = 20_000

export interface Program {
  child: ChildProcess
  /** Everything that it printed so far, on both streams. */
  output(): string
  /** The first match in what it printed or will print. Rejects when it ends without, or after 20 s. */
  printed(pattern: RegExp): Promise<string[]>
  /** @returns its exit code, or the signal that ended it. */
  ended(): Promise<number | string>
  /** Asks it to stop. @returns how it ended. */
  stop(signal?: NodeJS.Signals): Promise<number | string>
}

/** An empty working folder for one test file; what it says of the environment is all that a program sees. */
export function createFolder(): { path: string; write(name: string, text: string): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'latchkey-server-test-'))
  return {
    path,
    write(name, text) {
      writeFileSync(join(path, name), text)
      return join(path, name)
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** `node dist/main.js …`, in `cwd`, with nothing of our own environment but what it needs to run. */
export function start(args: string[], { cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv }): Program {
  const { PATH, HOME, TMPDIR } = process.env
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    cwd,
    env: { PATH, HOME, TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const listener of listeners) listener()
    })
  }
  let ending: number | string | undefined
  const closed = once(child, 'close').then(([code, signal]) => {
    ending = code ?? signal
    for (const listener of listeners) listener()
    return ending as number | string
  })
  const ended = () => within(closed, () => `It goes on. It printed:\n${output}`)
  return {
    child,
    output: () => output,
    printed: (pattern) =>
      within(
        new Promise((resolve, reject) => {
          const look = (): void => {
            const match = output.match(pattern)
            if (match) resolve([...match])
            else if (ending === undefined) return
            else reject(new Error(`It ended (${ending}) without ${pattern}. It printed:\n${output}`))
            listeners.delete(look)
          }
          listeners.add(look)
          look()
        }),
        () => `It did not print ${pattern}. It printed:\n${output}`,
      ),
    ended,
    stop(signal = 'SIGTERM') {
      if (ending === undefined) child.kill(signal)
      return ended()
    },
  }
}

/** Runs a command to its end. */
export async function runToEnd(
  args: string[],
  where: Parameters<typeof start>[1],
): Promise<{ code: number | string; output: string }> {
  const program = start(args, where)
  const code = await program.ended()
  return { code, output: program.output() }
}

/** Asks again until the answer is right; what was last wrong is told when patience ends. */
export async function eventually(check: () => Promise<void>, everyMs = 50): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > until) throw error
      await new Promise((again) => setTimeout(again, everyMs))
    }
  }
}

/** A port that nobody listens on, below those that the system gives to connections, which come and go. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000)
    const probe = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    await new Promise((done) => probe.close(done))
    return port
  }
}

async function within<T>(promise: Promise<T>, complaint: () => string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(complaint())), PATIENCE_MS)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
