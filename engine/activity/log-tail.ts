import {
  type ActionLogHead,
  type LoggedAction,
  readActionLog,
  readActionLogHead,
} from '../../storage/action-log.ts'
import type { Storage } from '../../storage/database.ts'
import { SECOND_MS } from '../clock.ts'

export type { LoggedAction } from '../../storage/action-log.ts'

/** Hears of every entry of every realm, once and in the order of ids. */
export type LogFollower = (entry: LoggedAction) => void

/**
 * Reads the action log as it grows, once for all who follow it in this process; while nobody does, it reads nothing.
 * `docs/decisions/16-live-stream.md` says why no entry is passed over and none comes twice.
 */
export interface LogTail {
  /** Entries up to this id have been told of; what comes is higher. */
  readonly position: number
  /** Follows from now on: {@link LogTail.position} is true from then. @throws if the database cannot be read. */
  follow(follower: LogFollower): Promise<void>
  unfollow(follower: LogFollower): void
}

/** How many entries are read at once. */
const BATCH = 500
/** How often the log is looked at when nobody says that it has grown. */
const LOOK_MS = 2 * SECOND_MS
/** How often, while an entry waits for transactions that may bring earlier ones. */
const SETTLE_MS = 10

export function createLogTail({ db, bus }: Pick<Storage, 'db' | 'bus'>): LogTail {
  const followers = new Set<LogFollower>()
  let position = 0
  /** There while somebody follows, or is about to; another one each time that the first one comes. */
  let run: { started: Promise<void> } | undefined
  let settling: ActionLogHead | undefined
  let timer: NodeJS.Timeout | undefined
  let isLooking = false
  let isWoken = false

  const settle = async (from: number): Promise<number | undefined> => {
    const next = settledBy(settling, await readActionLogHead(db), from)
    settling = next.settling
    return next.settled
  }
  const start = async (): Promise<void> => {
    settling = undefined
    let from = await settle(-1)
    while (from === undefined) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
      from = await settle(-1)
    }
    position = from
    schedule()
  }
  const readOn = async (): Promise<void> => {
    const mine = run
    const upTo = await settle(position)
    while (upTo !== undefined && run === mine && position < upTo) {
      const entries = await readActionLog(db, { above: position, upTo, limit: BATCH })
      // Who stopped in the meantime, and perhaps started again, is somewhere else now.
      for (const entry of entries) {
        if (run !== mine) return
        position = entry.id
        for (const follower of followers) follower(entry)
      }
      if (entries.length < BATCH && run === mine) position = upTo
    }
  }
  const look = async (): Promise<void> => {
    isWoken = true
    if (isLooking) return
    isLooking = true
    clearTimeout(timer)
    try {
      while (isWoken && followers.size > 0) {
        isWoken = false
        await readOn()
      }
    } catch {
      // The database is away: looked at again by time.
    } finally {
      isLooking = false
      if (run) schedule()
    }
  }
  const schedule = (): void => {
    clearTimeout(timer)
    const isWaiting = settling !== undefined && settling.top > position
    timer = setTimeout(() => void look(), isWaiting ? SETTLE_MS : LOOK_MS)
    timer.unref()
  }
  bus.subscribe(({ kind }) => {
    if (kind === 'action_logged' && followers.size > 0) void look()
  })
  return {
    get position() {
      return position
    },
    async follow(follower) {
      for (;;) {
        run ??= { started: start() }
        const mine = run
        try {
          await mine.started
        } catch (error) {
          if (run === mine) run = undefined
          throw error
        }
        // The last one may have left while this one waited.
        if (run === mine) break
      }
      followers.add(follower)
    },
    unfollow(follower) {
      if (!followers.delete(follower) || followers.size > 0) return
      clearTimeout(timer)
      run = undefined
    },
  }
}

/**
 * Up to which id the log is settled: nothing lower can come any more. That is the highest one if nobody writes; else
 * the highest one of an earlier look, once all who wrote then are over, however many write now.
 *
 * @param earlier the head that is waited for, if one is.
 * @param from up to where it was settled before.
 */
export function settledBy(
  earlier: ActionLogHead | undefined,
  head: ActionLogHead,
  from: number,
): { settled?: number; settling?: ActionLogHead } {
  if (head.writers.length === 0) return { settled: head.top }
  if (!earlier || earlier.top <= from) return { settling: head }
  const isOver = !earlier.writers.some((writer) => head.writers.includes(writer))
  return isOver ? { settled: earlier.top, settling: head } : { settling: earlier }
}

/** Many entries in a row are told of once. */
const TELL_EVERY_MS = 25

/** Wakes those who follow the log, in every process: at once, then not more often than that. */
export function tellOfEntries(bus: Storage['bus']): () => void {
  let timer: NodeJS.Timeout | undefined
  let isDue = false
  const tell = (): void => {
    if (timer) {
      isDue = true
      return
    }
    timer = setTimeout(() => {
      timer = undefined
      if (!isDue) return
      isDue = false
      tell()
    }, TELL_EVERY_MS)
    timer.unref()
    bus.publish({ kind: 'action_logged' })
  }
  return tell
}
