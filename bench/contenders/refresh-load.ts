/**
 * Phones that refresh as fast as they are answered: each holds one refresh token and spends it for the next, so no
 * request can be made before the answer to the last. Measures for as many seconds as its parent says, against the
 * `salon` app at ORIGIN, for the account that it signs in to.
 */
import { Agent, request } from 'node:http'

const { ORIGIN: origin = '', EMAIL: email, PASSWORD: password, PHONES = '16' } = process.env
const agent = new Agent({ keepAlive: true, maxSockets: Number(PHONES) })

function post(path: string, body: object): Promise<{ refresh_token: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ refresh_token: string }>()
  const headers = { 'content-type': 'application/json' }
  const sent = request(`${origin}${path}`, { method: 'POST', agent, headers }, (answer) => {
    let text = ''
    answer.setEncoding('utf8').on('data', (chunk) => {
      text += chunk
    })
    answer.on('end', () => {
      if (answer.statusCode === 200) resolve(JSON.parse(text))
      else reject(new Error(`${path} answered ${answer.statusCode}: ${text}`))
    })
  })
  sent.on('error', reject)
  sent.end(JSON.stringify(body))
  return promise
}

const tokens = await Promise.all(
  Array.from({ length: Number(PHONES) }, async () => {
    const answer = await post('/salon/api/auth/login', { email, password, mobile: true })
    return answer.refresh_token
  }),
)

process.on('message', async (seconds: number) => {
  const times: number[] = []
  const startedAt = performance.now()
  const endAt = startedAt + seconds * 1000
  const work = async (phone: number): Promise<void> => {
    while (performance.now() < endAt) {
      const askedAt = performance.now()
      const answer = await post('/salon/api/auth/refresh', { refresh_token: tokens[phone] })
      tokens[phone] = answer.refresh_token
      times.push(performance.now() - askedAt)
    }
  }
  await Promise.all(tokens.map((_, phone) => work(phone)))
  const elapsed = (performance.now() - startedAt) / 1000
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  process.send?.({ requestsPerSecond: times.length / elapsed, p50: at(0.5), p99: at(0.99) })
})
process.send?.('ready')

// Never outlives the benchmark.
process.on('disconnect', () => process.exit())
