import { randomUUIDv7 } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppContext } from '../contract.ts'
import { readCookie, serializeCookie } from '../cookies.ts'
import { cookieAttributes } from './cookie-attributes.ts'
import { anonymousCookie, anonymousCookies } from './credential.ts'

const YEAR_SECONDS = 365 * 24 * 3600

/** Knows a browser again without knowing who uses it. Whatever value it sends is taken as it is. */
export function setAnonymousCookie(request: FastifyRequest, reply: FastifyReply, context: AppContext): void {
  const { cookie: header } = request.headers
  if (anonymousCookies.some((name) => readCookie(header, name) !== undefined)) return
  const cookie = { name: anonymousCookie(context.app), value: randomUUIDv7(), maxAgeSeconds: YEAR_SECONDS }
  reply.header('set-cookie', serializeCookie({ ...cookie, ...cookieAttributes(context) }))
}
