import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type Logger, pino } from 'pino'
import type { HouseFacts } from '../contracts/contract.ts'
import { isDefaultPasswordInPlace, makeDefaultAdmin } from '../engine/accounts/make-default-admin.ts'
import { isSetUpDue } from '../engine/accounts/set-up-realm.ts'
import type { PasswordHasher } from '../engine/authenticators/password/hasher.ts'
import type { Clock } from '../engine/clock.ts'
import { createReminderClock, mailReminders } from '../engine/contacts/mail-reminders.ts'
import { createEngine, openRealm } from '../engine/create-engine.ts'
import type { Engine } from '../engine/engine.ts'
import { createHousekeeping } from '../engine/housekeeping.ts'
import { writeDaysMail } from '../engine/mail/days-mail.ts'
import { createSender, type Deliver } from '../engine/mail/sender.ts'
import type { FetchPublic } from '../engine/outbound/outbound.ts'
import type { Realm } from '../engine/realm.ts'
import { OPERATORS_REALM } from '../engine/realm.ts'
import { openStorage } from '../storage/database.ts'
import { openFiles } from '../storage/files/files.ts'
import { appFacts, buildApp } from './build-app.ts'
import { type Config, ConfigError } from './config/load.ts'
import { readOrMakeSecret } from './config/secret.ts'
import { createFetchPublic } from './http/fetch-public.ts'
import { isLoopback } from './http/origins.ts'

export const VERSION: string = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'),
).version

/** Requests under way get so long to finish when the server stops. */
const DRAIN_MS = 10_000
const IDLE_LOOK_MS = 50

export interface RunningServer {
  url: string
  house: HouseFacts
  isSetUpDue: boolean
  /** Realms whose first admin has the password that everybody knows. */
  defaultPasswordRealms: string[]
  /** Writes when sessions were last used, as housekeeping does by itself now and then. */
  writeUses(): Promise<void>
  /** Takes no more requests, finishes those under way, writes what is in memory, and closes. */
  close(): Promise<void>
}

export interface StartOptions {
  config: Config
  clock?: Clock
  logger?: Logger
  /** Where a mail's one line goes when there is no SMTP server. */
  printMail?: (line: string) => void
  /** One of several processes that share the port. */
  isWorker?: boolean
  setupCode?: string
  /** For tests that are not about hashing: a hasher that costs less. */
  passwords?: PasswordHasher
  /** For tests: what reaches servers of theirs, which are on no public address. */
  fetchPublic?: FetchPublic
  /** For tests: how long a provider may take. */
  providerPatienceMs?: number | undefined
}

/** Opens the database, migrates it, and serves. @throws what keeps it from starting, having closed what it opened. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { clock, isWorker = false } = options
  const config = await withPort(options.config)
  const logger = options.logger ?? pino({ level: config.logLevel, redact: REDACTED })
  const secret = config.secret ?? readOrMakeSecret(config.dataDir)
  const storage = openStorage(config.storage)
  let fastify: FastifyInstance | undefined
  try {
    if (!isWorker) await storage.migrate()
    const isShared = storage.kind === 'postgres' || config.workers > 1
    const { publicUrl, isRateLimited: rateLimit } = config
    const engine = createEngine({
      storage,
      files: openFiles(config.files),
      secret,
      publicUrl,
      rateLimit,
      isShared,
      clock,
      passwords: options.passwords,
      fetchPublic: options.fetchPublic ?? createFetchPublic(),
      providers: config.providers,
      providerPatienceMs: options.providerPatienceMs,
    })
    const realms = await openRealms(engine, config)
    await makeDefaultAdmins(engine, config, realms, logger)
    const house = houseFacts(config, realms, options.setupCode ?? newSetupCode(config))
    fastify = buildApp({ config, engine, storage, realms, house, logger })

    const onError = (error: unknown): void => logger.error({ err: error }, 'work in the background failed')
    const { deliver, closeTransport } = await chooseDelivery(config, options.printMail ?? console.log)
    const keepsContent = config.smtpUrl === undefined
    const sender = createSender({
      ...storage,
      clock: engine.clock,
      secrets: engine.secrets,
      deliver,
      keepsContent,
      onError,
    })
    const housekeeping = createHousekeeping(engine, onError)
    const { crmTimeZone: timeZone, crmReminderTime: time } = config.contractSettings
    const write = writeDaysMail(engine, realms.values())
    const reminders = createReminderClock(() => mailReminders(engine, { timeZone, time, write }), onError)
    const defaultPasswordRealms: string[] = []
    for (const realm of realms.values()) {
      if (await isDefaultPasswordInPlace(engine, realm)) defaultPasswordRealms.push(realm.name)
    }
    await fastify.listen({ port: config.port, host: config.host })
    sender.start()
    housekeeping.start()
    reminders.start()
    const app = fastify
    return {
      url: urlOf(config),
      house,
      isSetUpDue: await isSetUpDue(engine, getMain(realms)),
      defaultPasswordRealms,
      writeUses: housekeeping.writeUses,
      async close() {
        await closeWithin(app, DRAIN_MS)
        await sender.stop()
        closeTransport()
        await reminders.stop()
        await housekeeping.stop()
        await storage.close()
      },
    }
  } catch (error) {
    await fastify?.close()
    await storage.close()
    throw error
  }
}

/** Never in a log: what opens something. */
const REDACTED = ['req.headers.cookie', 'req.headers.authorization', '*.password', '*.token', '*.code']

/** Links need the port before the server listens, so a free one is found first. */
async function withPort(config: Config): Promise<Config> {
  if (config.port !== 0) return config
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.listen(0, config.host, resolve)
  })
  const address = probe.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await new Promise((resolve) => probe.close(resolve))
  const publicUrl = config.publicUrl.replace(/:0$/, `:${port}`)
  return { ...config, port, publicUrl }
}

async function openRealms(
  engine: Parameters<typeof openRealm>[0],
  config: Config,
): Promise<Map<string, Realm>> {
  const realms = new Map<string, Realm>()
  for (const [name, policy] of config.realms) realms.set(name, await openRealm(engine, { name, policy }))
  return realms
}

/** @throws ConfigError when the operator's password for it is one that the realm refuses. */
async function makeDefaultAdmins(
  engine: Engine,
  { defaultAdmin }: Config,
  realms: Map<string, Realm>,
  logger: Logger,
): Promise<void> {
  for (const realm of realms.values()) {
    const made = await makeDefaultAdmin(engine, { realm, ...defaultAdmin })
    if (made.ok) continue
    if (made.failure.code === 'name_taken') {
      logger.warn({ realm: realm.name }, 'its first admin cannot be made: somebody has the name')
      continue
    }
    throw new ConfigError([
      `REFERRAL_ADMIN_PASSWORD is not usable; realm ${realm.name} refuses it: ${made.failure.code}.`,
    ])
  }
}

function getMain(realms: Map<string, Realm>): Realm {
  const main = realms.get(OPERATORS_REALM)
  if (!main) throw new Error('There is always a realm of the operators.')
  return main
}

/**
 * Whoever comes first owns the server; where others can reach it, by itself or by a proxy in front, the first must
 * be able to read its console.
 */
export function newSetupCode({ host, publicUrl }: Config): string | undefined {
  const isOurs = isLoopback(host) && isLoopback(new URL(publicUrl).hostname)
  return isOurs ? undefined : randomBytes(9).toString('base64url')
}

function houseFacts(config: Config, realms: Map<string, Realm>, setupCode: string | undefined): HouseFacts {
  return {
    version: VERSION,
    publicUrl: config.publicUrl,
    mail: config.smtpUrl ? 'smtp' : 'captured',
    setupCode,
    realms,
    // Ours is told of once, though each realm has it.
    apps: config.apps
      .filter(({ contract, realm }) => contract.name !== 'latchkey' || realm === OPERATORS_REALM)
      .map((app) => {
        const facts = appFacts(app, config)
        const { name, contract, url } = facts
        return {
          name,
          contract,
          realm: app.realm,
          url,
          // Where the page is for developers alone, the document itself.
          docsUrl:
            app.contract.docs && !config.contractSettings.isDevelopment
              ? `${url}/openapi.json`
              : `${url}/docs`,
          summary: app.contract.summary,
          providerReturnUrl: app.contract.providerReturnUrlOf?.(facts) ?? null,
        }
      }),
  }
}

async function chooseDelivery(
  { smtpUrl, mailFrom }: Config,
  print: (line: string) => void,
): Promise<{ deliver: Deliver; closeTransport: () => void }> {
  if (smtpUrl === undefined) return { deliver: printDelivery(print), closeTransport: () => undefined }
  // Loaded only where there is a mail server: the start is quicker without.
  const { smtpTransport } = await import('../engine/mail/transport.ts')
  const transport = smtpTransport({ url: smtpUrl, from: mailFrom })
  return { deliver: transport.deliver, closeTransport: transport.close }
}

/** One line for each mail, with its link or code, so that every flow can be tried without a mail server. */
function printDelivery(print: (line: string) => void): Deliver {
  return async ({ to, subject, text }) => {
    const [link] = text.match(/https?:\/\/\S+/) ?? []
    const [code] = text.match(/^\d{6}$/m) ?? []
    print(`Mail to ${to}: ${subject}${code || link ? ` → ${code ?? link}` : ''}`)
  }
}

function urlOf({ host, port }: Config): string {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${shown === '127.0.0.1' ? 'localhost' : shown}:${port}`
}

async function closeWithin(fastify: FastifyInstance, limitMs: number): Promise<void> {
  const { server } = fastify
  const limit = setTimeout(() => server.closeAllConnections(), limitMs)
  // One that was busy when the stop began would be kept open afterwards, for requests that are no longer taken.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS)
  try {
    await fastify.close()
  } finally {
    clearTimeout(limit)
    clearInterval(idle)
  }
}
