/** The server as a process of its own, as people start it: to be killed, or to be one of several. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createVisitor, type Visitor } from './visitor.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'main.js')
const START_SECONDS_MAX = 30

export interface ServerProcess {
  url: string
  child: ChildProcess
  visitor(): Visitor
  /** `kill -9`: nothing of it has time for anything. */
  kill(): Promise<void>
  /** As an operator stops it. @returns its exit code. */
  stop(): Promise<number | null>
}

/** Runs one command of the program to its end. */
export async function runLatchkey(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; said: string }> {
  const child = start(args, env)
  const said = Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await once(child, 'close')
  return { code, said: (await said).join('') }
}

/** For a server that is to come back at the same address. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP server without a port')
  return address.port
}

/** Starts a server on a free port, unless PORT says another, and waits until it says where. */
export async function spawnServer(env: Record<string, string>): Promise<ServerProcess> {
  const child = start([], { PORT: '0', RATE_LIMIT: 'off', ...env })
  let said = ''
  const closed = once(child, 'close')
  const url = await new Promise<string>((resolve, reject) => {
    const patience = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`The server did not start within ${START_SECONDS_MAX} s:\n${said}`))
    }, START_SECONDS_MAX * 1_000)
    const settle = (): void => clearTimeout(patience)
    child.once('close', () => {
      settle()
      reject(new Error(`The server ended instead of starting:\n${said}`))
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk
        const [, found] = said.match(/Latchkey is running at (\S+)\n/) ?? []
        if (!found) return
        settle()
        resolve(found)
      })
    }
  })
  return {
    url,
    child,
    visitor: () => createVisitor(url),
    async kill() {
      child.kill('SIGKILL')
      await closed
    },
    async stop() {
      child.kill('SIGTERM')
      const [code] = await closed
      return code
    },
  }
}

/** With nothing in its environment but what is given, since the server refuses settings that it does not know. */
function start(args: string[], env: Record<string, string>) {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
