import { spawn } from 'node:child_process'

/** An end that needs no stack: `advice` says what happened and what to do about it. */
export class Stopped extends Error {
  constructor(advice) {
    super(advice)
    this.advice = advice
  }
}

/**
 * Runs a command with its output shown, and says in plain words what is going on and how long it took.
 *
 * @returns the exit code; `undefined` when there is no such command.
 */
export async function run(what, command, args, { cwd, env }) {
  const startedAt = Date.now()
  const elapsed = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`
  console.log(`${what} …`)
  const reminder = setInterval(() => console.log(`  … still at it after ${elapsed()}`), 15_000)
  try {
    const code = await new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] })
      child.on('error', (error) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)))
      child.on('close', (exitCode) => resolve(exitCode ?? 1))
    })
    if (code === 0) console.log(`  done in ${elapsed()}`)
    return code
  } finally {
    clearInterval(reminder)
  }
}
