import type { Contract } from '../contract.ts'

export const SESSION_COOKIE = 'auth_token'

/** The cookie wins over the header. */
export const crmCredential: Contract['credential'] = {
  cookie: () => SESSION_COOKIE,
  isBearerTaken: true,
  areApiTokensTaken: true,
}
