import type { FastifyInstance } from 'fastify'
import { equalBytes, randomToken } from '../../engine/secrets/secrets.ts'
import type { AppContext } from '../contract.ts'
import { readCookie, serializeCookie } from '../cookies.ts'
import { renderProblem } from './problems.ts'

const COOKIE = 'crumb'
const HEADER = 'x-csrf-token'
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * The scheme of version 1.1, off unless `CSRF_ENABLED=true`: a cookie that scripts can read, whose value
 * state-changing requests repeat in a header. The origin check, always on, comes first.
 */
export function demandCsrfToken(fastify: FastifyInstance, { app }: AppContext): void {
  fastify.addHook('preValidation', async (request, reply) => {
    const crumb = readCookie(request.headers.cookie, COOKIE)
    if (crumb === undefined) {
      const cookie = { name: COOKIE, value: randomToken(), path: app.prefix || '/', isSecure: app.isSecure }
      reply.header('set-cookie', serializeCookie({ ...cookie, isReadableByScripts: true }))
    }
    // A sign-in with a provider has a state of its own.
    const isOauth = request.routeOptions.url?.includes('/api/auth/oauth/')
    if (SAFE.has(request.method) || isOauth) return undefined
    const sent = request.headers[HEADER]
    const isRepeated =
      crumb !== undefined &&
      crumb !== 'ambiguous' &&
      typeof sent === 'string' &&
      equalBytes(Buffer.from(sent), Buffer.from(crumb))
    if (isRepeated) return undefined
    const { status, body } = renderProblem({ code: 'forbidden' })
    return reply.code(status).send(body)
  })
}
