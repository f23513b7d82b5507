/** Who is signed in? Our two ways to ask, against bare Fastify and against Better Auth. */
import type { ChildProcess } from 'node:child_process'
import { startBetterAuth } from './contenders/better-auth.ts'
import { endChild, startChild } from './contenders/child.ts'
import { registerWithStarter, setUpOperator, startLatchkey } from './contenders/latchkey.ts'
import { type Measured, measure, overHttp, type Rounds, startGenerator } from './load/measure.ts'
import { get } from './load/requests.ts'
import { residentMebibytes } from './machine.ts'

export const NAMES = {
  cookie: 'Latchkey, `GET /starter/api/auth/me` with a cookie',
  bearer: 'Latchkey, `GET /api/account` with a bearer token',
  fastify: 'bare Fastify, the same bytes',
  betterAuth: 'Better Auth, `GET /api/auth/get-session`',
} as const

export type SessionCheck = {
  measured: Map<string, Measured>
  /** Of our server, in MiB: after its start, and after the load. */
  memory: { atRest: number | undefined; afterLoad: number | undefined }
}

const CONNECTIONS = 32
const PASSWORD = 'correct horse battery staple'

export async function compareSessionChecks(folder: string, rounds: Rounds): Promise<SessionCheck> {
  const latchkey = await startLatchkey(`${folder}/latchkey`)
  // Once ready, a server is still busy with itself for a moment.
  await new Promise((done) => setTimeout(done, 1000))
  const atRest = residentMebibytes(latchkey.child.pid)
  const cookie = await registerWithStarter(latchkey.origin, 'grace', PASSWORD)
  const bearer = await setUpOperator(latchkey.origin, PASSWORD)
  const betterAuth = await startBetterAuth(folder, 'grace@example.org', PASSWORD)
  const generator = startGenerator()
  const byCookie = await contender(generator, NAMES.cookie, latchkey.origin, '/starter/api/auth/me', cookie)
  const fastify = await startChild<{ origin: string }>('fastify-server.ts', { BODY: byCookie.body })
  try {
    const contenders = [
      byCookie,
      await contender(generator, NAMES.bearer, latchkey.origin, '/api/account', bearer),
      await contender(generator, NAMES.fastify, fastify.said.origin, '/me', 'accept: */*'),
      await contender(
        generator,
        NAMES.betterAuth,
        betterAuth.origin,
        '/api/auth/get-session',
        betterAuth.header,
      ),
    ]
    const measured = await measure('session check', contenders, rounds)
    return { measured, memory: { atRest, afterLoad: residentMebibytes(latchkey.child.pid) } }
  } finally {
    await Promise.all([latchkey.stop(), ...[generator, fastify.child, betterAuth.child].map(endChild)])
  }
}

/** The answer to a first request is what every other answer must be. */
async function contender(
  generator: ChildProcess,
  name: string,
  origin: string,
  path: string,
  header: string,
) {
  const [key = '', value = ''] = header.split(/: (.*)/)
  const answer = await fetch(origin + path, { headers: { [key]: value } })
  const body = await answer.text()
  if (!answer.ok || body === 'null') throw new Error(`${name} answered ${answer.status}: ${body}`)
  const requests = [get(origin, path, header, body)]
  return { ...overHttp(generator, { name, origin, requests, connections: CONNECTIONS }), body }
}
