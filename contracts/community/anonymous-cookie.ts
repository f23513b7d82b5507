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
  const value = randomUUIDv7()
  given.set(request, value)
  const cookie = { name: anonymousCookie(context.app), value, maxAgeSeconds: YEAR_SECONDS }
  reply.header('set-cookie', serializeCookie({ ...cookie, ...cookieAttributes(context) }))
}

/** What this very answer gives to a browser that had none. */
const given = new WeakMap<FastifyRequest, string>()

/** What the browser is known by. @returns nothing where it says two things at once. */
export function anonymousIdOf(request: FastifyRequest): string | null {
  const { cookie: header } = request.headers
  const sent = anonymousCookies.map((name) => readCookie(header, name)).find((value) => value !== undefined)
  return sent === 'ambiguous' ? null : (sent ?? given.get(request) ?? null)
}
