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
  onStarted: (config: Config, facts: StartedFacts & { house: { setupCode: string | undefined } }) => void,
  stopSignal: Promise<void>,
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
  let exitCode = 0
  const live = new Set<Worker>()
  const { promise: stopped, resolve } = Promise.withResolvers<number>()
  const stop = (): void => {
    isStopping = true
    for (const worker of live) worker.process.kill('SIGTERM')
    if (live.size === 0) resolve(exitCode)
  }
  const hear = (worker: Worker, message: FromWorker): void => {
    relay(worker, message)
    if (message.started && !hasStarted) {
      hasStarted = true
      onStarted(config, { ...message.started, house: { setupCode } })
    }
    if (message.refused && !isStopping) {
      exitCode = 1
      console.error(message.refused)
      stop()
    }
  }
  const fork = (): void => {
    const worker = cluster.fork({ [WORKER_SETUP_CODE]: setupCode ?? '' })
    live.add(worker)
    worker.on('message', (message: FromWorker) => hear(worker, message))
    // A message that was on its way to one that died: its end is told by `exit`.
    worker.on('error', () => undefined)
  }
  cluster.on('exit', (worker, code) => {
    live.delete(worker)
    if (!isStopping && hasStarted) {
      setTimeout(() => {
        if (!isStopping) fork()
      }, RESTART_MS)
      return
    }
    if (!isStopping) exitCode = code || 1
    // The others come with it, or, when all of them are gone, it is over.
    if (!isStopping || live.size === 0) stop()
  })
  for (let i = 0; i < config.workers; i++) fork()
  void stopSignal.then(stop)
  return stopped
}

interface StartedFacts {
  url: string
  isSetUpDue: boolean
  defaultPasswordRealms: string[]
}

interface FromWorker {
  started?: StartedFacts
  /** Why it cannot start, in a sentence. */
  refused?: string
  latchkey?: unknown
}

/** What one worker says for its siblings goes to them all. */
function relay(from: Worker, message: FromWorker): void {
  if (!message.latchkey) return
  for (const worker of Object.values(cluster.workers ?? {})) {
    if (worker && worker !== from && worker.isConnected()) worker.send(message)
  }
}
