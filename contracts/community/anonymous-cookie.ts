import { randomUUIDv7 } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppContext } from '../contract.ts'
import { readCookie, serializeCookie } from '../cookies.ts'
import { cookieAttributes } from './cookie-attributes.ts'
import { ANONYMOUS_COOKIE } from './credential.ts'

const YEAR_SECONDS = 365 * 24 * 3600

/** Knows a browser again without knowing who uses it. Whatever value it sends is taken as it is. */
export function setAnonymousCookie(request: FastifyRequest, reply: FastifyReply, context: AppContext): void {
  if (readCookie(request.headers.cookie, ANONYMOUS_COOKIE) !== undefined) return
  const cookie = { name: ANONYMOUS_COOKIE, value: randomUUIDv7(), maxAgeSeconds: YEAR_SECONDS }
  reply.header('set-cookie', serializeCookie({ ...cookie, ...cookieAttributes(context) }))
}
