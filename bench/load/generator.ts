/**
 * A process that puts load on a server when its parent tells it to, and answers with what it measured. On a
 * core of its own, so that the server under load does not share its time with it.
 */
import { Connection, type LoadRequest } from './connection.ts'

export type LoadOrder = {
  host: string
  port: number
  /** Taken in turn. */
  requests: LoadRequest[]
  connections: number
  seconds: number
}

export type LoadResult = {
  requestsPerSecond: number
  /** Milliseconds, of the answers by their time. */
  p50: number
  p99: number
  /** Answers that were not 200 or not what was expected, with one of them in full. */
  wrong: number
  wrongAnswer?: string
  error?: string
}

process.on('message', async (order: LoadOrder) => process.send?.(await carryOut(order)))

async function carryOut({ host, port, requests, connections, seconds }: LoadOrder): Promise<LoadResult> {
  const times: number[] = []
  let [turn, wrong] = [0, 0]
  let wrongAnswer: string | undefined
  const startedAt = performance.now()
  const endAt = startedAt + seconds * 1000
  const next = () => (performance.now() < endAt ? requests[turn++ % requests.length] : undefined)
  const onAnswer = (milliseconds: number, right: boolean, answer: () => string) => {
    times.push(milliseconds)
    if (right) return
    wrong++
    wrongAnswer ??= answer()
  }
  const ends = Array.from(
    { length: connections },
    () => new Promise<Error | undefined>((end) => new Connection({ host, port }, next, onAnswer, end)),
  )
  const error = (await Promise.all(ends)).find(Boolean)
  const elapsed = (performance.now() - startedAt) / 1000
  const sorted = Float64Array.from(times).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    requestsPerSecond: times.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    wrong,
    wrongAnswer,
    error: error?.message,
  }
}

// Never outlives the benchmark.
process.on('disconnect', () => process.exit())
