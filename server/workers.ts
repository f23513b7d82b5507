import cluster, { type Worker } from 'node:cluster'
import { openStorage } from '../storage/database.ts'
import { type Config, WORKER_SETUP_CODE } from './config/load.ts'
import { readOrMakeSecret } from './config/secret.ts'
import { newSetupCode } from './start.ts'

/** A worker that dies is replaced, but not faster than this. */
const RESTART_MS = 1_000

/**
 * Runs `WORKERS` processes that share the port: migrates first, passes on what one tells the others (an ended
 * session, say), replaces one that dies, and stops them all together.
 */
export async function runWorkers(
  config: Config,
  onStarted: (
    config: Config,
    facts: { url: string; isSetUpDue: boolean; house: { setupCode: string | undefined } },
  ) => void,
): Promise<number> {
  if (config.port === 0) {
    console.error('WORKERS needs a fixed PORT: with 0 each worker would find its own.')
    return 2
  }
  if (!config.secret) readOrMakeSecret(config.dataDir)
  const storage = openStorage(config.storage)
  await storage.migrate()
  await storage.close()
  const setupCode = newSetupCode(config)

  let isStopping = false
  let hasStarted = false
  const { promise: stopped, resolve } = Promise.withResolvers<number>()
  const fork = (): void => {
    const worker = cluster.fork({ [WORKER_SETUP_CODE]: setupCode ?? '' })
    worker.on('message', (message: unknown) => {
      relay(worker, message)
      const started = (message as { started?: { url: string; isSetUpDue: boolean } }).started
      if (started && !hasStarted) {
        hasStarted = true
        onStarted(config, { ...started, house: { setupCode } })
      }
    })
  }
  cluster.on('exit', (_worker, code) => {
    if (isStopping) {
      if (Object.keys(cluster.workers ?? {}).length === 0) resolve(0)
      return
    }
    if (!hasStarted) {
      isStopping = true
      for (const worker of Object.values(cluster.workers ?? {})) worker?.kill()
      resolve(code || 1)
      return
    }
    setTimeout(() => {
      if (!isStopping) fork()
    }, RESTART_MS)
  })
  const stop = (): void => {
    isStopping = true
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM')
  }
  process.once('SIGTERM', stop).once('SIGINT', stop)
  for (let i = 0; i < config.workers; i++) fork()
  return stopped
}

/** What one worker says for its siblings goes to them all. */
function relay(from: Worker, message: unknown): void {
  if (typeof message !== 'object' || message === null || !('latchkey' in message)) return
  for (const worker of Object.values(cluster.workers ?? {})) {
    if (worker && worker !== from && worker.isConnected()) worker.send(message)
  }
}
