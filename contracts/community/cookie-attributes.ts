import type { AppContext } from '../contract.ts'
import type { Cookie } from '../cookies.ts'

/**
 * What both cookies of this document have. `Secure` even over plain HTTP, unless the operator says otherwise; but not in
 * development, where other sites may send the cookie over https: there a front end runs on an origin of its own.
 */
export function cookieAttributes({
  app,
  settings,
}: Pick<AppContext, 'app' | 'settings'>): Pick<Cookie, 'path' | 'domain' | 'isSecure' | 'sameSite'> {
  if (!settings.isDevelopment) {
    const isSecure = !settings.isPlainCookieWanted
    return { path: '/', domain: app.cookieDomain, isSecure, sameSite: 'Lax' }
  }
  // Browsers refuse `None` without `Secure`.
  return { path: '/', domain: undefined, isSecure: app.isSecure, sameSite: app.isSecure ? 'None' : 'Lax' }
}
