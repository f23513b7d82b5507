import type { FastifyReply } from 'fastify'
import type { NewSignIn } from '../../engine/sessions/sign-in.ts'
import type { AppContext } from '../contract.ts'
import { setCredentialCookie } from '../cookies.ts'
import { cookieAttributes } from './cookie-attributes.ts'
import { sessionCookie } from './credential.ts'

/** Until the browser closes, unless the person asked to be remembered; the session behind it lasts as long either way. */
export function setSessionCookie(
  reply: FastifyReply,
  context: AppContext,
  { token, session }: NewSignIn,
): void {
  const maxAgeSeconds = Math.round((session.expiresAt - session.createdAt) / 1_000)
  setCredentialCookie(reply, {
    name: sessionCookie(context.app),
    value: token,
    ...cookieAttributes(context),
    ...(session.isPersistent && { maxAgeSeconds }),
  })
}

export function clearSessionCookie(reply: FastifyReply, context: AppContext): void {
  const cleared = { name: sessionCookie(context.app), value: '', maxAgeSeconds: 0 }
  setCredentialCookie(reply, { ...cleared, ...cookieAttributes(context) })
}
