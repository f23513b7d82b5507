import type { Contract } from '../contract.ts'

export const SESSION_COOKIE = 'session_id'
export const ANONYMOUS_COOKIE = 'anonymous_user_id'

/** The cookie wins over the header. */
export const communityCredential: Contract['credential'] = {
  cookie: () => SESSION_COOKIE,
  isBearerTaken: true,
  otherCookies: [ANONYMOUS_COOKIE],
}
