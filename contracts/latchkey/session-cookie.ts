import type { FastifyReply } from 'fastify'
import type { NewSignIn } from '../../engine/sessions/sign-in.ts'
import type { AppContext, AppFacts } from '../contract.ts'
import { setCredentialCookie } from '../cookies.ts'

/** With the prefix a browser lets nobody but this very host set it (RFC 6265bis §4.1.3.2). */
export function cookieName({ name, isSecure }: AppFacts): string {
  // Named as the app: one browser may be signed in to several realms.
  return isSecure ? `__Host-${name}` : name
}

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

function attributes(app: AppFacts) {
  return { name: cookieName(app), path: '/', isSecure: app.isSecure }
}
