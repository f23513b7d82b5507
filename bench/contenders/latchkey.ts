/** Our own server, as `npm start` runs it, with accounts to sign in to. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { endChild } from './child.ts'

export type Latchkey = {
  origin: string
  child: ChildProcess
  /** From the start of the process to the first answer of /readyz. */
  startMilliseconds: number
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..')
const START_SECONDS_MAX = 120

/** Starts the server on data in `dataDir`, by `command` if it is not to be dist/main.js itself. */
export async function startLatchkey(
  dataDir: string,
  [command, ...args]: [string, ...string[]] = [process.execPath, 'dist/main.js'],
): Promise<Latchkey> {
  const port = await findFreePort()
  const startedAt = performance.now()
  const child = spawn(command, args, {
    cwd: root,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: dataDir,
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'warn',
      DATABASE_URL: '',
      LATCHKEY_CONFIG: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // `npm start` is a chain of processes: all of them must go.
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-10_000)
    })
  }
  const origin = `http://127.0.0.1:${port}`
  while (!(await isReady(origin))) {
    if (child.exitCode !== null || performance.now() - startedAt > START_SECONDS_MAX * 1000) {
      throw new Error(`The server did not become ready:\n${output}`)
    }
    await new Promise((done) => setTimeout(done, 2))
  }
  const startMilliseconds = performance.now() - startedAt
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
    await endChild(child)
  }
  return { origin, child, startMilliseconds, stop }
}

/** Registers somebody with the `starter` app. @returns the request header that signs her in. */
export async function registerWithStarter(origin: string, name: string, password: string): Promise<string> {
  const body = { username: name, email: `${name}@example.org`, password }
  return `cookie: token=${await postForCookie(`${origin}/starter/api/auth/register`, body, 'token')}`
}

/** Makes the operator's account of our own API. @returns the request header that signs her in, as a bearer. */
export async function setUpOperator(origin: string, password: string): Promise<string> {
  const body = { name: 'Ada', email: 'ada@example.org', password }
  return `authorization: Bearer ${await postForCookie(`${origin}/api/setup`, body, 'latchkey')}`
}

/** Sets the `salon` app up. @returns the status of the answer: 201 for the one that wins. */
export async function setUpSalon(
  origin: string,
  { email, password }: { email: string; password: string },
): Promise<number> {
  const answer = await fetch(`${origin}/salon/api/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      admin_name: 'Ada',
      admin_email: email,
      admin_password: password,
      salon_name: 'Curls',
    }),
  })
  await answer.arrayBuffer()
  return answer.status
}

async function postForCookie(url: string, body: object, cookie: string): Promise<string> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const found = answer.headers
    .getSetCookie()
    .map((line) => new RegExp(`^${cookie}=([^;]+)`).exec(line)?.[1])
    .find(Boolean)
  if (!answer.ok || !found) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return found
}

async function isReady(origin: string): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/readyz`)
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP server without a port')
  return address.port
}
