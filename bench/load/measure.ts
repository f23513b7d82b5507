/** Rounds that alternate between contenders, so that what the machine does meanwhile touches all of them. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ask } from '../contenders/child.ts'
import type { LoadRequest } from './connection.ts'
import type { LoadOrder, LoadResult } from './generator.ts'

export type Round = Pick<LoadResult, 'requestsPerSecond' | 'p50' | 'p99'>

export type Contender = {
  name: string
  /** Puts full load on it for so many seconds. @throws if any answer was not what it must be. */
  run(seconds: number): Promise<Round>
}

/** The medians of all rounds. */
export type Measured = Round & { rounds: number[] }

export type Rounds = { count: number; seconds: number; warmUpSeconds: number }

/** Warms every contender up, then runs one after the other, again and again. */
export async function measure(
  title: string,
  contenders: Contender[],
  { count, seconds, warmUpSeconds }: Rounds,
): Promise<Map<string, Measured>> {
  const results = new Map<string, Round[]>()
  for (const { name, run } of contenders) {
    console.log(`${title}: warming up ${name}`)
    await run(warmUpSeconds)
  }
  for (let round = 1; round <= count; round++) {
    for (const { name, run } of contenders) {
      const result = await run(seconds)
      results.set(name, [...(results.get(name) ?? []), result])
      const rate = Math.round(result.requestsPerSecond).toLocaleString('en')
      console.log(`${title}, round ${round} of ${count}: ${rate}/s  ${name}`)
    }
  }
  return new Map([...results].map(([name, rounds]) => [name, summarise(rounds)]))
}

/** The process that makes the load: one for all contenders. */
export function startGenerator(): ChildProcess {
  return fork(fileURLToPath(new URL('generator.ts', import.meta.url)))
}

/** A server under load over `connections` connections that take the requests in turn. */
export function overHttp(
  generator: ChildProcess,
  {
    name,
    origin,
    requests,
    connections,
  }: { name: string; origin: string; requests: LoadRequest[]; connections: number },
): Contender {
  const { hostname, port } = new URL(origin)
  const run = async (seconds: number) => {
    const order: LoadOrder = { host: hostname, port: Number(port), requests, connections, seconds }
    const result = await ask<LoadResult>(generator, order)
    if (result.error) throw new Error(`${name}: ${result.error}`)
    if (result.wrong > 0) {
      throw new Error(
        `${name}: ${result.wrong} answers were not what they must be, such as\n${result.wrongAnswer}`,
      )
    }
    return result
  }
  return { name, run }
}

/** The middle one; of an even number, the mean of both in the middle. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

function summarise(rounds: Round[]): Measured {
  const of = (key: keyof Round) => rounds.map((round) => round[key])
  return {
    requestsPerSecond: median(of('requestsPerSecond')),
    p50: median(of('p50')),
    p99: median(of('p99')),
    rounds: of('requestsPerSecond'),
  }
}
