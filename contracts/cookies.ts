import type { FastifyReply } from 'fastify'

/** A cookie as it is set (RFC 6265 §4.1). */
export interface Cookie {
  name: string
  value: string
  path: string
  domain?: string | undefined
  isSecure: boolean
  /** Left out: until the browser closes. Zero: now, which clears it. */
  maxAgeSeconds?: number
  isReadableByScripts?: boolean
  /** `None` takes `isSecure`: browsers refuse it without. */
  sameSite?: 'Lax' | 'None' | undefined
}

export function serializeCookie(cookie: Cookie): string {
  const { name, value, path, domain, isSecure, maxAgeSeconds } = cookie
  const { isReadableByScripts = false, sameSite = 'Lax' } = cookie
  const parts = [`${name}=${value}`]
  if (maxAgeSeconds !== undefined) {
    const expires = maxAgeSeconds === 0 ? new Date(0) : new Date(Date.now() + maxAgeSeconds * 1_000)
    parts.push(`Max-Age=${maxAgeSeconds}`, `Expires=${expires.toUTCString()}`)
  }
  parts.push(`Path=${path}`)
  if (domain) parts.push(`Domain=${domain}`)
  if (!isReadableByScripts) parts.push('HttpOnly')
  if (isSecure) parts.push('Secure')
  parts.push(`SameSite=${sameSite}`)
  return parts.join('; ')
}

/** Sets the credential before any other cookie of the answer: simple clients read only the first. */
export function setCredentialCookie(reply: FastifyReply, cookie: Cookie): void {
  const others = reply.getHeader('set-cookie') ?? []
  reply.removeHeader('set-cookie')
  reply.header('set-cookie', [serializeCookie(cookie), others].flat().map(String))
}

/**
 * The value of one cookie. What cannot be read is left alone: other software on the domain sets cookies too.
 *
 * @returns `undefined` without one, or with an empty one; `'ambiguous'` when it came twice with different values,
 *   since a sibling domain may have planted one (cookie tossing), and nobody can say which.
 */
export function readCookie(header: string | undefined, name: string): string | undefined | 'ambiguous' {
  if (!header) return undefined
  let found: string | undefined
  let from = 0
  let equals = -1
  while (from < header.length) {
    let to = header.indexOf(';', from)
    if (to === -1) to = header.length
    // Found once and kept: to look again in each of many parts without one would read all the rest each time.
    if (equals < from) equals = header.indexOf('=', from)
    if (equals === -1) break
    if (equals < to && header.slice(from, equals).trim() === name) {
      const value = unquote(header.slice(equals + 1, to).trim())
      if (value !== '') {
        if (found !== undefined && found !== value) return 'ambiguous'
        found = value
      }
    }
    from = to + 1
  }
  return found
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
