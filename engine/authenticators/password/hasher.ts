import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { OverloadedError } from '../../overloaded.ts'

/** OWASP's first choice for argon2id (the library's default algorithm): 19 MiB, two passes, one lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Longer than any allowed password; what is longer is not hashed, and is simply wrong. */
const PASSWORD_BYTES_MAX = 1_024
/** About a second's worth of waiting for each hashing thread. */
const WAITING_PER_THREAD_MAX = 100

export interface PasswordHasher {
  /** @returns a PHC string. @throws OverloadedError when too many wait. */
  hash(password: string): Promise<string>
  /**
   * Takes as long whether there is a password to compare with or not, so that the time tells nothing.
   *
   * @throws OverloadedError when too many wait.
   */
  verify(password: string, phc: string | null): Promise<boolean>
  readonly waiting: number
}

/**
 * Hashes on the thread pool, as many at once as there are cores, and lets a bounded number wait: a flood of
 * sign-ins is refused at the door and does not starve what needs no hash.
 */
export function createPasswordHasher({
  threads = availableParallelism(),
  cost = ARGON2,
} = {}): PasswordHasher {
  const waitingMax = threads * WAITING_PER_THREAD_MAX
  const waiting: (() => void)[] = []
  let running = 0
  let nobody: Promise<string> | undefined

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= threads) {
      if (waiting.length >= waitingMax) throw new OverloadedError('Too many passwords wait to be hashed.')
      await new Promise<void>((go) => waiting.push(go))
    } else running++
    try {
      return await work()
    } finally {
      // The place goes straight to the next one, so that nobody can slip in between.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  return {
    hash: (password) => inTurn(() => hash(normalise(password), cost)),
    async verify(password, phc) {
      nobody ??= hash(randomBytes(32).toString('base64url'), cost)
      const usable = phc !== null && Buffer.byteLength(password) <= PASSWORD_BYTES_MAX
      const against = usable ? phc : await nobody
      const matches = await inTurn(() => verify(against, usable ? normalise(password) : ''))
      return usable && matches
    },
    get waiting() {
      return waiting.length
    },
  }
}

/** One password, however a keyboard composes its letters (NIST SP 800-63B-4 §3.1.1.2). */
function normalise(password: string): string {
  return password.normalize('NFKC')
}
