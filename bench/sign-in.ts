/** Signing in with a password, against Better Auth and against the bare hash on all cores. */
import { availableParallelism } from 'node:os'
import { startBetterAuth } from './contenders/better-auth.ts'
import { ask, endChild, startChild } from './contenders/child.ts'
import { registerWithStarter, startLatchkey } from './contenders/latchkey.ts'
import {
  type Contender,
  type Measured,
  measure,
  overHttp,
  type Rounds,
  startGenerator,
} from './load/measure.ts'
import { post } from './load/requests.ts'

export const NAMES = {
  latchkey: 'Latchkey, `POST /starter/api/auth/login`',
  betterAuth: 'Better Auth, `POST /api/auth/sign-in/email`',
  argon2: 'argon2id alone on all cores',
} as const

/** Enough to keep every core at work, and short of what a bounded queue turns away. */
const CONNECTIONS = 4 * availableParallelism()
const PASSWORD = 'correct horse battery staple'
const PEOPLE = ['ada', 'grace', 'hedy', 'radia']
const EMAIL = 'grace@example.org'

export async function compareSignIns(folder: string, rounds: Rounds): Promise<Map<string, Measured>> {
  const latchkey = await startLatchkey(`${folder}/latchkey`)
  for (const person of PEOPLE) await registerWithStarter(latchkey.origin, person, PASSWORD)
  const betterAuth = await startBetterAuth(folder, EMAIL, PASSWORD)
  const argon2 = await startChild('argon2-rate.ts', {})
  const generator = startGenerator()
  const hashing: Contender = {
    name: NAMES.argon2,
    async run(seconds) {
      const requestsPerSecond = await ask<number>(argon2.child, seconds)
      return { requestsPerSecond, p50: Number.NaN, p99: Number.NaN }
    },
  }
  try {
    const contenders = [
      overHttp(generator, {
        name: NAMES.latchkey,
        origin: latchkey.origin,
        requests: PEOPLE.map((username) =>
          post(latchkey.origin, '/starter/api/auth/login', { username, password: PASSWORD }, `"${username}"`),
        ),
        connections: CONNECTIONS,
      }),
      overHttp(generator, {
        name: NAMES.betterAuth,
        origin: betterAuth.origin,
        requests: [
          post(betterAuth.origin, '/api/auth/sign-in/email', { email: EMAIL, password: PASSWORD }, EMAIL),
        ],
        connections: CONNECTIONS,
      }),
      hashing,
    ]
    return await measure('sign-in', contenders, rounds)
  } finally {
    await Promise.all([latchkey.stop(), ...[generator, betterAuth.child, argon2.child].map(endChild)])
  }
}
