/** Exchanging refresh tokens, durably, against the bare rate of commits of the same database on the same disk. */
import { ask, endChild, startChild } from './contenders/child.ts'
import { setUpSalon, startLatchkey } from './contenders/latchkey.ts'
import { type Contender, type Measured, measure, type Round, type Rounds } from './load/measure.ts'

export const NAMES = {
  latchkey: 'Latchkey, `POST /salon/api/auth/refresh`',
  commits: 'SQLite alone, one commit after the other',
} as const

const PASSWORD = 'correct horse battery staple'
const EMAIL = 'ada@example.org'

export async function compareRefreshes(folder: string, rounds: Rounds): Promise<Map<string, Measured>> {
  const latchkey = await startLatchkey(`${folder}/latchkey`)
  await setUpSalon(latchkey.origin, { email: EMAIL, password: PASSWORD })
  const phones = await startChild('refresh-load.ts', { ORIGIN: latchkey.origin, EMAIL, PASSWORD })
  const commits = await startChild('commit-rate.ts', { COMMIT_FOLDER: `${folder}/commits` })
  const contenders: Contender[] = [
    { name: NAMES.latchkey, run: (seconds) => ask<Round>(phones.child, seconds) },
    {
      name: NAMES.commits,
      async run(seconds) {
        const requestsPerSecond = await ask<number>(commits.child, seconds)
        return { requestsPerSecond, p50: Number.NaN, p99: Number.NaN }
      },
    },
  ]
  try {
    return await measure('refresh', contenders, rounds)
  } finally {
    await Promise.all([latchkey.stop(), endChild(phones.child), endChild(commits.child)])
  }
}
