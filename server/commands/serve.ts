import cluster from 'node:cluster'
import { isUnavailable } from '../../storage/database.ts'
import { type Config, WORKER_SETUP_CODE } from '../config/load.ts'
import { type RunningServer, startServer } from '../start.ts'
import { runWorkers } from '../workers.ts'

/** Serves until it is told to stop (SIGTERM, SIGINT); a second signal does not wait. */
export async function serve(config: Config): Promise<number | undefined> {
  // Heard from the first moment: a server that is told to stop while it starts stops in order too.
  const stopped = stopSignal()
  try {
    if (config.workers > 1 && cluster.isPrimary) return await runWorkers(config, sayWhere, stopped)
    return await serveAlone(config, stopped)
  } catch (error) {
    const sentence = explain(error as NodeJS.ErrnoException, config)
    if (!sentence) throw error
    // Of several workers that fail alike, their parent says it once.
    if (cluster.isWorker) process.send?.({ refused: sentence })
    else console.error(sentence)
    return 1
  } finally {
    // Workers hold a channel to their parent that would keep them running.
    if (cluster.isWorker && process.connected) process.disconnect?.()
  }
}

async function serveAlone(config: Config, stopped: Promise<void>): Promise<number> {
  const server = await startServer({
    config,
    isWorker: cluster.isWorker,
    setupCode: process.env[WORKER_SETUP_CODE] || undefined,
  })
  if (cluster.isWorker) process.send?.({ started: startedOf(server) })
  else sayWhere(config, server)
  await stopped
  const hurry = (): never => process.exit(1)
  process.once('SIGTERM', hurry)
  if (!cluster.isWorker) process.once('SIGINT', hurry)
  await server.close()
  return 0
}

/** What a worker tells its parent. */
function startedOf({ url, isSetUpDue, defaultPasswordRealms }: RunningServer): Started {
  return { url, isSetUpDue, defaultPasswordRealms }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    // Ctrl-C reaches workers too; they wait for the word of their parent, which finishes what is under way.
    if (cluster.isWorker) process.on('SIGINT', () => undefined)
    else {
      process.once('SIGINT', () => {
        console.log('Stopping: finishing what is under way.')
        resolve()
      })
    }
  })
}

interface Started {
  url: string
  isSetUpDue: boolean
  defaultPasswordRealms: string[]
  house?: { setupCode: string | undefined }
}

/** What a newcomer reads first. */
function sayWhere(config: Config, { url, isSetUpDue, defaultPasswordRealms, house }: Started): void {
  const open = config.publicUrl.endsWith(':0') ? url : config.publicUrl
  const lines = [`Latchkey is running at ${open}`]
  if (isSetUpDue) lines.push(`  Open ${open}/setup to make your account: the first one runs the house.`)
  if (isSetUpDue && house?.setupCode) {
    lines.push(`  Others can reach this server, so set-up asks for a code: ${house.setupCode}`)
  }
  for (const realm of defaultPasswordRealms) {
    lines.push(
      `  WARNING: the admin of realm ${realm} still has the documented password. It works from this machine alone; change it first.`,
    )
  }
  if (!config.smtpUrl)
    lines.push('  No SMTP_URL: each mail is printed here as one line, with its link or code.')
  if (!config.isRateLimited)
    lines.push('  RATE_LIMIT is off: guessing is not slowed down. For load tests only.')
  console.log(lines.join('\n'))
}

/** Ports below 1024, addresses, and folders that cannot be made or written. */
const NOT_ALLOWED = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'])

/** The failures of a start that a person can do something about. */
function explain(error: NodeJS.ErrnoException, config: Config): string | undefined {
  const { code, message } = error
  if (code === 'EADDRINUSE') {
    return `Port ${config.port} is taken by another program. Stop it, or choose another: PORT=${config.port + 1} npm start`
  }
  if (code !== undefined && NOT_ALLOWED.has(code)) {
    return `Latchkey may not do that: ${message}. Check HOST, PORT and the rights of DATA_DIR (${config.dataDir}).`
  }
  if (code === 'EADDRNOTAVAIL') return `This machine has no address ${config.host}. Change HOST.`
  if (isUnavailable(error) && config.storage.kind === 'postgres') {
    return `PostgreSQL cannot be reached: ${message}. Check DATABASE_URL, or run: latchkey doctor`
  }
  if (isUnavailable(error))
    return `The database in ${config.dataDir} cannot be used: ${message}. Run: latchkey doctor`
  return undefined
}
