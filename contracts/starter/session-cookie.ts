import type { FastifyReply } from 'fastify'
import type { NewSignIn } from '../../engine/sessions/sign-in.ts'
import type { AppContext } from '../contract.ts'
import { setCredentialCookie } from '../cookies.ts'

export const COOKIE = 'token'

/** The cookie lives exactly as long as the session behind it. */
export function setSessionCookie(
  reply: FastifyReply,
  { app, realm }: AppContext,
  { token }: NewSignIn,
): void {
  const maxAgeSeconds = realm.policy.sessionLifetimeSeconds
  setCredentialCookie(reply, { ...attributes(app), value: token, maxAgeSeconds })
}

export function clearSessionCookie(reply: FastifyReply, { app }: AppContext): void {
  setCredentialCookie(reply, { ...attributes(app), value: '', maxAgeSeconds: 0 })
}

/** The path is the app's own: two apps on one origin both call their cookie `token`. */
function attributes({ prefix, isSecure, cookieDomain }: AppContext['app']) {
  return { name: COOKIE, path: prefix || '/', isSecure, domain: cookieDomain }
}
