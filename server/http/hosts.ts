import type { RawRequestDefaultExpression, RawServerBase } from 'fastify'
import type { AppConfig } from '../config/apps.ts'

/** No caller can ask for such a path: it begins with what the rewriter refuses. */
const HIDDEN = '/~'

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
    if (url.startsWith(HIDDEN)) return '/there-is-nothing-here.txt'
    if (byHost.size === 0) return url
    const host = (headers.host ?? '').toLowerCase()
    const prefix = byHost.get(host) ?? byHost.get(host.replace(/:\d+$/, ''))
    return prefix === undefined ? url : `${prefix}${url}`
  }
}
