/** Fifty people who set up the same place at the same instant: one wins, and all of them are told. */
import { setUpSalon, startLatchkey } from './contenders/latchkey.ts'
import { median } from './load/measure.ts'

export interface SetUps {
  callers: number
  /** Of each round. */
  winners: number[]
  /** Until the last of them had an answer; the median of the rounds. */
  milliseconds: number
}

const CALLERS = 50
const PASSWORD = 'correct horse battery staple'

export async function measureSetUps(folder: string, rounds: number): Promise<SetUps> {
  const winners: number[] = []
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const latchkey = await startLatchkey(`${folder}/${round}`)
    try {
      const startedAt = performance.now()
      const statuses = await Promise.all(
        Array.from({ length: CALLERS }, (_, i) =>
          setUpSalon(latchkey.origin, { email: `admin${i}@example.org`, password: PASSWORD }),
        ),
      )
      times.push(performance.now() - startedAt)
      const others = statuses.filter((status) => status !== 201 && status !== 400)
      if (others.length > 0) throw new Error(`Set-up answered ${others.join(', ')}`)
      winners.push(statuses.filter((status) => status === 201).length)
      console.log(`set-up, round ${round + 1} of ${rounds}: ${winners.at(-1)} of ${CALLERS} won`)
    } finally {
      await latchkey.stop()
    }
  }
  return { callers: CALLERS, winners, milliseconds: median(times) }
}
