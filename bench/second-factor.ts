/** Signing in with a second step, against signing in with the password alone. */
import { availableParallelism } from 'node:os'
import { totpAt, totpStep } from '../engine/authenticators/totp/algorithm.ts'
import { readPasswordHash, writeTwoStepPeople } from './contenders/crowd.ts'
import { startLatchkey } from './contenders/latchkey.ts'
import { type Contender, type Measured, measure, type Round, type Rounds } from './load/measure.ts'

export const NAMES = {
  password: 'the password alone, `POST /api/sign-in/password`',
  firstStep: 'the first step: the password of somebody who has a second',
  secondStep: 'the second step: the code, `POST /api/sign-in/second-step`',
  both: 'both steps, one after the other',
} as const

const CONNECTIONS = 4 * availableParallelism()
const PASSWORD = 'correct horse battery staple'
const OPERATOR = 'olga@example.org'
/** Each time step of an app opens one sign-in, so nobody may come twice within thirty seconds. */
const PEOPLE = 20_000

type Send = (path: string, body: object, wanted: number) => Promise<{ secondStep?: { token: string } }>

export async function compareSecondSteps(folder: string, rounds: Rounds): Promise<Map<string, Measured>> {
  const first = await startLatchkey(folder)
  await senderTo(first.origin)('/api/setup', { name: 'Olga', email: OPERATOR, password: PASSWORD }, 201)
  await first.stop()
  const emails = Array.from({ length: PEOPLE }, (_, i) => `person${i}@example.org`)
  const secret = writeTwoStepPeople(folder, 'main', { emails, phc: readPasswordHash(folder) })

  const { origin, stop } = await startLatchkey(folder)
  const send = senderTo(origin)
  let turn = 0
  const nextPerson = () => emails[turn++ % emails.length] ?? ''
  const begin = async (): Promise<string> => {
    const answer = await send('/api/sign-in/password', { identifier: nextPerson(), password: PASSWORD }, 202)
    return answer.secondStep?.token ?? ''
  }
  const complete = (token: string) =>
    send('/api/sign-in/second-step', { token, code: totpAt(secret, totpStep(Date.now())) }, 200)
  const contenders: Contender[] = [
    {
      name: NAMES.password,
      run: (seconds) =>
        drive(seconds, () =>
          send('/api/sign-in/password', { identifier: OPERATOR, password: PASSWORD }, 200),
        ),
    },
    { name: NAMES.firstStep, run: (seconds) => drive(seconds, begin) },
    {
      name: NAMES.secondStep,
      async run(seconds) {
        // First steps are made beforehand, for about as long: what is measured is the code.
        const tokens: string[] = []
        await drive(seconds, async () => void tokens.push(await begin()))
        return drive(seconds, async () => {
          const token = tokens.pop()
          if (token === undefined) return false
          await complete(token)
        })
      },
    },
    { name: NAMES.both, run: (seconds) => drive(seconds, async () => complete(await begin())) },
  ]
  try {
    return await measure('second step', contenders, rounds)
  } finally {
    await stop()
  }
}

/** Does it again and again, so many at once, until the time is over or it says that there is no more. */
async function drive(seconds: number, act: () => Promise<unknown>): Promise<Round> {
  const times: number[] = []
  const startedAt = performance.now()
  const endAt = startedAt + seconds * 1_000
  const work = async (): Promise<void> => {
    while (performance.now() < endAt) {
      const from = performance.now()
      if ((await act()) === false) return
      times.push(performance.now() - from)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  const elapsed = (performance.now() - startedAt) / 1_000
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { requestsPerSecond: times.length / elapsed, p50: at(0.5), p99: at(0.99) }
}

/** Keep-alive, as a browser; every answer has to be the one that is wanted. */
function senderTo(origin: string): Send {
  return async (path, body, wanted) => {
    const answer = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(body),
    })
    const text = await answer.text()
    if (answer.status !== wanted) throw new Error(`${path} answered ${answer.status}: ${text}`)
    return JSON.parse(text)
  }
}
