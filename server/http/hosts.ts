import { randomBytes } from 'node:crypto'
import type { FastifyRequest, RawRequestDefaultExpression, RawServerBase } from 'fastify'
import type { AppConfig } from '../config/apps.ts'
import { isLoopback } from './origins.ts'

/** Nobody can ask for such a path, in whatever spelling: each process has its own, and tells nobody. */
const HIDDEN = `/~${randomBytes(16).toString('hex')}-`
/** A request may name its target in full (RFC 9112 §3.2.2). */
const ORIGIN = /^https?:\/\/[^/?#]*/i

/** Where the router finds an app: at its prefix, or, with a host of its own, under a hidden one. */
export function internalPrefixOf({ name, place }: AppConfig): string {
  return 'prefix' in place ? place.prefix : `${HIDDEN}${name}`
}

/**
 * Sends requests for an app's own host to the app, whole, and nothing else there: the pages and the other apps
 * live at the public origin.
 */
export function hostRewriter(
  apps: AppConfig[],
): ((request: RawRequestDefaultExpression<RawServerBase>) => string) | undefined {
  const byHost = new Map(
    apps.flatMap((app) => ('host' in app.place ? [[app.place.host, internalPrefixOf(app)]] : [])),
  )
  return ({ url = '/', headers }) => {
    if (byHost.size === 0) return url
    const host = (headers.host ?? '').toLowerCase()
    const prefix = byHost.get(host) ?? byHost.get(host.replace(/:\d+$/, ''))
    return prefix === undefined ? url : `${prefix}${url.replace(ORIGIN, '')}`
  }
}

/**
 * Whether this machine was called by a name of its own (a foreign name may lead here: DNS rebinding), and no proxy
 * says that it speaks for somebody.
 */
export function isAskedDirectly({ headers }: FastifyRequest): boolean {
  const isForwarded = Object.keys(headers).some((name) => PROXY_HEADER.test(name))
  return !isForwarded && isLoopback((headers.host ?? '').replace(/:\d+$/, ''))
}

const PROXY_HEADER = /^(x-)?forwarded|^(x-)?real-ip$|^via$|^x-client-ip$|^cf-/
