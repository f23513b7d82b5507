import { LRUCache } from 'lru-cache'
import type { Storage } from '../../storage/database.ts'
import { countAttempt, findAttempts, uncountAttempt } from '../../storage/rate-limits.ts'
import type { Clock } from '../clock.ts'

/** So many in a window that begins with the first one. */
export interface LimitRule {
  name: string
  max: number
  windowSeconds: number
}

/** So many at once, and then as fast as it fills again. */
export interface BucketRule {
  name: string
  burst: number
  perSecond: number
}

export interface LimitState {
  isAllowed: boolean
  limit: number
  remaining: number
  /** UNIX milliseconds. */
  resetsAt: number
}

/** What a use-case answers when a limit is reached. */
export type TooManyRequests = { code: 'too_many_requests'; retryAfterSeconds: number }

/**
 * Counts what may be done only so often. An attempt is counted before it is made and given back when it turns
 * out well, so that many at once cannot outrun the counter.
 */
export interface Limits {
  take(rule: LimitRule, key: string): Promise<LimitState>
  giveBack(rule: LimitRule, key: string): Promise<void>
  /**
   * Takes one from a bucket that fills by itself. Each process has buckets of its own: they keep a flood away, and guard
   * no secret.
   *
   * @returns nothing, or why not.
   */
  draw(rule: BucketRule, key: string): TooManyRequests | undefined
  /** How it stands, without counting. Nothing when limits are off. */
  look(rule: LimitRule, key: string): Promise<LimitState | undefined>
}

/** Addresses remembered by one process; beyond that the least recently seen go first. */
const KEYS_MAX = 50_000

interface Counter {
  count: number
  resetsAt: number
}

/** For one process: in memory. */
export function memoryLimits(clock: Clock): Limits {
  const counters = new LRUCache<string, Counter>({ max: KEYS_MAX })
  return {
    async take(rule, key) {
      const now = clock.now()
      const id = keyOf(rule, key)
      let counter = counters.get(id)
      if (!counter || counter.resetsAt <= now) {
        counter = { count: 0, resetsAt: now + rule.windowSeconds * 1_000 }
        counters.set(id, counter)
      }
      counter.count++
      return stateOf(rule, counter)
    },
    async giveBack(rule, key) {
      const counter = counters.get(keyOf(rule, key))
      if (counter && counter.count > 0) counter.count--
    },
    look: async (rule, key) => lookState(rule, counters.get(keyOf(rule, key)), clock),
    draw: createBuckets(clock),
  }
}

/** The instant at which each bucket is full again stands for how full it is (the generic cell rate algorithm). */
function createBuckets(clock: Clock): Limits['draw'] {
  const fullAt = new LRUCache<string, number>({ max: KEYS_MAX })
  return ({ name, burst, perSecond }, key) => {
    const id = `${name} ${key}`
    const now = clock.now()
    const onceMs = 1_000 / perSecond
    const next = Math.max(fullAt.get(id) ?? 0, now) + onceMs
    const waitMs = next - now - burst * onceMs
    if (waitMs > 0) return { code: 'too_many_requests', retryAfterSeconds: Math.ceil(waitMs / 1_000) }
    fullAt.set(id, next)
    return undefined
  }
}

/** For several processes: in the database that they share. */
export function sharedLimits(db: Storage['db'], clock: Clock): Limits {
  return {
    async take(rule, key) {
      const now = clock.now()
      const resetsAt = now + rule.windowSeconds * 1_000
      return stateOf(rule, await countAttempt(db, { key: keyOf(rule, key), now, resetsAt }))
    },
    giveBack: (rule, key) => uncountAttempt(db, keyOf(rule, key)),
    look: async (rule, key) => lookState(rule, await findAttempts(db, keyOf(rule, key)), clock),
    draw: createBuckets(clock),
  }
}

/** `RATE_LIMIT=off`: for load tests. */
export function noLimits(clock: Clock): Limits {
  return {
    take: async (rule) => ({ isAllowed: true, limit: rule.max, remaining: rule.max, resetsAt: clock.now() }),
    giveBack: async () => undefined,
    look: async () => undefined,
    draw: () => undefined,
  }
}

export function tooManyRequests(state: LimitState, clock: Clock): TooManyRequests {
  const retryAfterSeconds = Math.max(1, Math.ceil((state.resetsAt - clock.now()) / 1_000))
  return { code: 'too_many_requests', retryAfterSeconds }
}

function keyOf(rule: LimitRule, key: string): string {
  return `${rule.name} ${key}`
}

function lookState(rule: LimitRule, counter: Counter | undefined, clock: Clock): LimitState {
  const now = clock.now()
  const isLive = counter !== undefined && counter.resetsAt > now
  return stateOf(rule, isLive ? counter : { count: 0, resetsAt: now + rule.windowSeconds * 1_000 })
}

function stateOf(rule: LimitRule, { count, resetsAt }: Counter): LimitState {
  return {
    isAllowed: count <= rule.max,
    limit: rule.max,
    remaining: Math.max(0, rule.max - count),
    resetsAt,
  }
}
