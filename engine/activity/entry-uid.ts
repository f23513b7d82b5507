import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'

const COUNTER_MAX = 0xfff

/** What the last one was, for each clock: a process has one. */
const lastOf = new WeakMap<Clock, { ms: number; counter: number }>()

/**
 * A UUID of version 7 that is higher than the one before, in this process: who sorts entries by their ids has them in
 * the order in which they were written, those of one millisecond too (RFC 9562 §6.2, method 1: a counter of 12 bits in
 * `rand_a`, started at random below its half).
 */
export function newEntryUid(clock: Clock): string {
  const random = randomUUID()
  const last = lastOf.get(clock)
  const now = clock.now()
  let [ms, counter] = [now, Number.parseInt(random.slice(15, 18), 16) >> 1]
  // Within a millisecond, and when the clock was set back, counting goes on; what overflows borrows from the next.
  if (last && last.ms >= now) {
    ms = last.counter < COUNTER_MAX ? last.ms : last.ms + 1
    counter = last.counter < COUNTER_MAX ? last.counter + 1 : 0
  }
  lastOf.set(clock, { ms, counter })
  const time = ms.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${random.slice(19)}`
}

/** When a UUID of version 7 was made, in milliseconds; nothing for another. */
export function timeOfUuid7(uuid: string): number | undefined {
  return uuid[14] === '7' ? Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) : undefined
}
