import { type ChildProcess, fork, type Serializable } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Starts a contender's file of this folder; resolves with the first thing it says. */
export async function startChild<Said>(
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<{ child: ChildProcess; said: Said }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { env: { ...process.env, ...env } })
  return { child, said: await hear<Said>(child, file) }
}

/** Ends a contender and waits for it, so that it takes no time from the next. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill()
  await gone
}

/** Sends an order and waits for the answer. */
export async function ask<Said>(child: ChildProcess, order: Serializable): Promise<Said> {
  child.send(order)
  return hear(child, 'A process of the benchmark')
}

async function hear<Said>(child: ChildProcess, name: string): Promise<Said> {
  const waiting = new AbortController()
  try {
    const [said] = await Promise.race([
      once(child, 'message', waiting),
      once(child, 'exit', waiting).then(([code, signal]) => {
        throw new Error(`${name} ended with ${signal ?? `exit code ${code}`}`)
      }),
    ])
    return said as Said
  } finally {
    waiting.abort()
  }
}
