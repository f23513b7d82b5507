/**
 * Better Auth as its own documentation sets it up: SQLite by node:sqlite, sign-in by e-mail address and
 * password, sessions checked in the database (the cookie cache is off by default), behind node:http. Rate
 * limits are off as ours are; the database is in WAL mode, which is kinder to it than SQLite's default.
 */
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What we use of the packages; they are installed for benchmarks alone, so their types may be missing. */
type BetterAuth = { betterAuth(options: object): { options: object } }
type Migrations = { getMigrations(options: object): Promise<{ runMigrations(): Promise<void> }> }
type Integration = { toNodeHandler(auth: object): RequestListener }

const load = (name: string): Promise<unknown> => import(name)
const { betterAuth } = (await load('better-auth')) as BetterAuth
const { getMigrations } = (await load('better-auth/db/migration')) as Migrations
const { toNodeHandler } = (await load('better-auth/node')) as Integration

const database = new DatabaseSync(join(process.env.DATA_DIR ?? '.', 'better-auth.sqlite'))
database.exec('pragma journal_mode = wal')

const server = createServer()
server.listen(0, '127.0.0.1', async () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server without a port')
  const origin = `http://127.0.0.1:${address.port}`
  const auth = betterAuth({
    baseURL: origin,
    secret: 'a secret for benchmarks that is long enough',
    database,
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
  await (await getMigrations(auth.options)).runMigrations()
  server.on('request', toNodeHandler(auth))
  process.send?.({ origin })
})

// Never outlives the benchmark.
process.on('disconnect', () => process.exit())
