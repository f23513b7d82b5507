import type { Contract } from '../contract.ts'
import { cookieName } from './session-cookie.ts'

export const latchkeyCredential: Contract['credential'] = {
  cookie: cookieName,
  isBearerTaken: true,
  areApiTokensTaken: true,
}
