/** A real server for tests: real HTTP on a free port, a real database, a real SMTP server, and a clock to move. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { createPasswordHasher } from '../../engine/authenticators/password/hasher.ts'
import type { Clock } from '../../engine/clock.ts'
import { type FetchPublic, fetchNothing } from '../../engine/outbound/outbound.ts'
import { loadConfig } from '../../server/config/load.ts'
import { type RunningServer, startServer } from '../../server/start.ts'
import { newFolder } from './folder.ts'
import { createDatabase } from './postgres.ts'
import { type Smtp, startSmtp } from './smtp.ts'
import { copySqliteTemplate, postgresTemplate } from './templates.ts'
import { createVisitor, type Visitor } from './visitor.ts'

export interface TestClock extends Clock {
  advance(ms: number): void
}

export interface TestServer {
  url: string
  /** In the environment of this server: where its data is, and so on; for a second server on the same data. */
  env: Record<string, string>
  clock: TestClock
  smtp: Smtp
  /** What was printed in place of mail, when `smtp: false`. */
  printed: string[]
  /** What was logged, as JSON lines. */
  logged: string[]
  server: RunningServer
  /** Somebody with a cookie jar of their own. */
  visitor(): Visitor
  close(): Promise<void>
}

export interface TestServerOptions {
  /** Settings, as in the environment. RATE_LIMIT is `off` unless it is given. */
  env?: Record<string, string>
  /** The text of latchkey.yaml. */
  yaml?: string
  smtp?: boolean
  setupCode?: string
  clock?: TestClock
  /** Passwords are hashed at their full price; else cheaply, since most tests are about something else. */
  hashesInFull?: boolean
  /** How long a provider may take. */
  providerPatienceMs?: number
  /** What reaches servers of a test, which are on no public address. */
  fetchPublic?: FetchPublic
  /** Another server's `env`: this one then shares its data. */
  sharing?: TestServer
}

/** The least that argon2id takes. */
const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 }

/** Starts a server with data of its own, on the database that TEST_DATABASE names (`sqlite` or `postgres`). */
export async function startLatchkey(options: TestServerOptions = {}): Promise<TestServer> {
  const { sharing, clock = createTestClock() } = options
  const folder = await newFolder('test')
  const smtp = await startSmtp()
  const database = sharing ? undefined : await ownDatabase(postgresTemplate())
  if (!database && !sharing) await copySqliteTemplate(join(folder, 'data', 'latchkey.sqlite'))
  const env: Record<string, string> = {
    DATA_DIR: join(folder, 'data'),
    PORT: '0',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'info',
    ...(options.smtp !== false && { SMTP_URL: smtp.url }),
    ...(database && { DATABASE_URL: database.url }),
    ...sharing?.env,
    ...options.env,
  }
  if (options.yaml !== undefined) await writeFile(join(folder, 'latchkey.yaml'), options.yaml)
  const printed: string[] = []
  const logged: string[] = []
  const clear = async (): Promise<void> => {
    await smtp.close()
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  }
  let server: RunningServer
  try {
    const start = (): Promise<RunningServer> =>
      startServer({
        config: loadConfig(env, folder),
        clock,
        logger: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
        printMail: (line) => void printed.push(line),
        setupCode: options.setupCode,
        fetchPublic: options.fetchPublic ?? fetchNothing,
        passwords: options.hashesInFull ? undefined : createPasswordHasher({ cost: CHEAP }),
        providerPatienceMs: options.providerPatienceMs,
      })
    // Of many servers that look for a free port at once, one may take another's before it listens.
    server = await start().catch((error) => (error.code === 'EADDRINUSE' ? start() : Promise.reject(error)))
  } catch (error) {
    await clear()
    throw error
  }
  return {
    url: server.url,
    env,
    clock,
    smtp,
    printed,
    logged,
    server,
    visitor: () => createVisitor(server.url),
    async close() {
      await server.close()
      await clear()
    },
  }
}

/** A database of PostgreSQL for one test, empty or a copy; or nothing when the tests run on SQLite. */
export async function ownDatabase(
  source: { template?: string } = {},
): Promise<{ url: string; drop(): Promise<void> } | undefined> {
  if (process.env.TEST_DATABASE !== 'postgres') return undefined
  const base = process.env.TEST_POSTGRES_URL
  if (!base)
    throw new Error('TEST_DATABASE is postgres and TEST_POSTGRES_URL is not set; npm test sets both.')
  return createDatabase(base, source)
}

/** Goes on like the real one from now, and can be moved forward. */
export function createTestClock(): TestClock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    advance(ms) {
      ahead += ms
    },
  }
}
