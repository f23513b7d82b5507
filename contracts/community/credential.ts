import type { AppFacts, Contract } from '../contract.ts'

const SESSION = 'session_id'
const ANONYMOUS = 'anonymous_user_id'

/** With a prefix a browser holds the cookie to what it promises (RFC 6265bis §4.1.3): no domain, or https alone. */
function prefixed({ areCookiesPrefixed, cookieDomain }: AppFacts, name: string): string {
  if (!areCookiesPrefixed) return name
  return `${cookieDomain === undefined ? '__Host-' : '__Secure-'}${name}`
}
const everyName = (name: string): string[] => [name, `__Host-${name}`, `__Secure-${name}`]

export const sessionCookie = (app: AppFacts): string => prefixed(app, SESSION)
export const anonymousCookie = (app: AppFacts): string => prefixed(app, ANONYMOUS)
export const anonymousCookies = everyName(ANONYMOUS)

/** The cookie wins over the header. */
export const communityCredential: Contract['credential'] = {
  cookie: sessionCookie,
  olderCookies: everyName(SESSION),
  isBearerTaken: true,
  otherCookies: [ANONYMOUS],
}
