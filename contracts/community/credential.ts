import type { Contract } from '../contract.ts'

/** The cookie wins over the header. */
export const communityCredential: Contract['credential'] = {
  cookie: () => 'session_id',
  isBearerTaken: true,
  otherCookies: ['anonymous_user_id'],
}
