import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import pg from 'pg'

/** What one process tells the others: that something they may have cached has changed, or that work waits. */
export type Message =
  | { kind: 'account_changed'; accountId: number }
  | { kind: 'session_ended'; sessionId: string }
  | { kind: 'mail_waiting' }
  | { kind: 'keys_changed' }
  /** The action log has grown: whoever follows it reads on. */
  | { kind: 'action_logged' }

/**
 * Carries messages to every process of this installation, this one included. Best effort: a message may be
 * lost with a connection, so whoever caches also re-checks by time.
 */
export interface Bus {
  publish(message: Message): void
  subscribe(listener: (message: Message) => void): void
  close(): Promise<void>
}

const CHANNEL = 'latchkey'
const RECONNECT_MS = 1_000

/** As many listeners as there are parts and realms: no number of them is a leak. */
function createEvents(): EventEmitter {
  return new EventEmitter().setMaxListeners(0)
}

/** For SQLite: in this process, and by way of the parent process to its other workers (`WORKERS`). */
export function localBus(): Bus {
  const events = createEvents()
  const fromParent = (message: unknown): void => {
    if (isWrapped(message)) events.emit('message', message.latchkey)
  }
  process.on('message', fromParent)
  return {
    publish(message) {
      events.emit('message', message)
      process.send?.({ latchkey: message })
    },
    subscribe: (listener) => void events.on('message', listener),
    close: async () => void process.off('message', fromParent),
  }
}

/** For PostgreSQL: `LISTEN` and `NOTIFY`, on a connection of its own that comes back by itself. */
export function postgresBus(url: string, pool: pg.Pool): Bus {
  const events = createEvents()
  const self = randomUUID()
  let client: pg.Client | undefined
  let closed = false
  let retry: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url })
    const again = (): void => {
      if (client === next) client = undefined
      if (closed || retry) return
      retry = setTimeout(() => {
        retry = undefined
        void connect()
      }, RECONNECT_MS)
    }
    next.on('error', again)
    next.on('end', again)
    next.on('notification', ({ payload }) => {
      const heard = payload === undefined ? undefined : parseMessage(payload)
      if (heard && heard.from !== self) events.emit('message', heard.message)
    })
    try {
      await next.connect()
      await next.query(`listen ${CHANNEL}`)
      client = next
      if (closed) await next.end()
    } catch {
      next.end().catch(() => undefined)
      again()
    }
  }
  void connect()

  return {
    publish(message) {
      // At once here; our own notification is passed over when it comes back.
      events.emit('message', message)
      const payload = JSON.stringify({ from: self, message })
      pool.query('select pg_notify($1, $2)', [CHANNEL, payload]).catch(() => undefined)
    },
    subscribe: (listener) => void events.on('message', listener),
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end().catch(() => undefined)
    },
  }
}

/** Others may use the channel's name too: what is no message of ours is passed over. */
function parseMessage(payload: string): { from: unknown; message: Message } | undefined {
  try {
    const heard = JSON.parse(payload) as { from: unknown; message?: Message | null } | null
    const message = heard?.message
    return typeof message?.kind === 'string' ? { from: heard?.from, message } : undefined
  } catch {
    return undefined
  }
}

function isWrapped(message: unknown): message is { latchkey: Message } {
  return typeof message === 'object' && message !== null && 'latchkey' in message
}
