import type { FastifyReply, FastifyRequest } from 'fastify'
import { randomToken } from '../../engine/secrets/secrets.ts'
import type { AppFacts } from '../contract.ts'
import { readCookie, serializeCookie } from '../cookies.ts'
import { cookieName } from './session-cookie.ts'

/** The way to a provider and back, and choosing a name. */
const MAX_AGE_SECONDS = 15 * 60
const VALUE = /^[\w-]{43}$/

const nameOf = (app: AppFacts): string => `${cookieName(app)}-flow`

/** What knows the browser again that goes to a provider; of several at once in its tabs, all. */
export function readFlowCookie(request: FastifyRequest, app: AppFacts): string | null {
  const value = readCookie(request.headers.cookie, nameOf(app))
  return value !== undefined && VALUE.test(value) ? value : null
}

export function keepFlowCookie(request: FastifyRequest, reply: FastifyReply, app: AppFacts): string {
  const value = readFlowCookie(request, app) ?? randomToken()
  const cookie = {
    name: nameOf(app),
    value,
    path: '/',
    isSecure: app.isSecure,
    maxAgeSeconds: MAX_AGE_SECONDS,
  }
  reply.header('set-cookie', serializeCookie(cookie))
  return value
}
