/**
 * `npm run dev`: the server, started anew when its sources change, and the web app by Vite, which shows changes
 * at once. One Ctrl-C stops both; when one of them ends by itself, so does the other.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const serverPort = process.env.PORT ?? '3000'
const webPort = process.env.WEB_PORT ?? '5173'
const serverUrl = `http://localhost:${serverPort}`
const webUrl = `http://localhost:${webPort}`

console.log(`
  Web app      ${webUrl}   (changes show at once)
  APIs, docs   ${serverUrl}   (starts anew when a source changes)
  Stop both    Ctrl-C
`)

const children = [
  start(['--watch-preserve-output', '--watch', 'server/main.ts'], {
    PORT: serverPort,
    // Links in mails lead to the pages that are being worked on.
    PUBLIC_URL: process.env.PUBLIC_URL ?? webUrl,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
  }),
  // The web app's own configuration forwards the server's paths to LATCHKEY_URL.
  start(
    [
      join('node_modules', 'vite', 'bin', 'vite.js'),
      'web',
      '--port',
      webPort,
      '--strictPort',
      '--clearScreen=false',
    ],
    {
      LATCHKEY_URL: serverUrl,
    },
  ),
]

let stopping = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopAll(0))
for (const child of children) child.once('exit', (code) => stopAll(code ?? 1))

function start(args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  // Groups of their own: the terminal's Ctrl-C reaches us alone, and each of them gets one signal, not two.
  return spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
    detached: true,
  })
}

function stopAll(exitCode: number): void {
  if (stopping) return
  stopping = true
  process.exitCode = exitCode
  for (const { pid, exitCode: ended } of children) {
    if (pid !== undefined && ended === null) process.kill(-pid, 'SIGTERM')
  }
}
