import type { FastifyRequest } from 'fastify'
import type { AppFacts, Contract } from './contract.ts'
import { readCookie } from './cookies.ts'

/**
 * The token that a request brings: from the contract's cookie, else, where the contract takes one, as a bearer
 * token (RFC 6750 §2.1).
 *
 * @returns `'ambiguous'` when the cookie came twice with different values.
 */
export function readCredential(
  request: FastifyRequest,
  app: AppFacts,
  { cookie, olderCookies = [], isBearerTaken }: Contract['credential'],
): string | undefined | 'ambiguous' {
  const header = request.headers.cookie
  let fromCookie = cookie ? readCookie(header, cookie(app)) : undefined
  for (const name of olderCookies) fromCookie ??= readCookie(header, name)
  if (fromCookie !== undefined || !isBearerTaken) return fromCookie
  const { authorization } = request.headers
  if (authorization === undefined || !/^bearer /i.test(authorization)) return undefined
  const token = authorization.slice('bearer '.length).trim()
  return token === '' || token.includes(' ') ? undefined : token
}

/** Name and password of HTTP Basic (RFC 7617). @returns nothing for another scheme or none. */
export function readBasic(
  request: FastifyRequest,
): { identifier: string; password: string } | 'malformed' | undefined {
  const { authorization } = request.headers
  if (authorization === undefined || !/^basic(?: |$)/i.test(authorization)) return undefined
  const encoded = authorization.slice('basic '.length).trim()
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || colon < 0 || text.includes('\0')) return 'malformed'
  return { identifier: text.slice(0, colon), password: text.slice(colon + 1) }
}
