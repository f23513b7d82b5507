import type { FastifyReply } from 'fastify'
import type { NewSignIn } from '../../engine/sessions/sign-in.ts'
import type { AppContext } from '../contract.ts'
import { setCredentialCookie } from '../cookies.ts'
import { SESSION_COOKIE } from './credential.ts'

export function setSessionCookie(
  reply: FastifyReply,
  context: AppContext,
  { token, session }: NewSignIn,
): void {
  const maxAgeSeconds = Math.round((session.expiresAt - session.createdAt) / 1_000)
  setCredentialCookie(reply, { ...attributes(context), value: token, maxAgeSeconds })
}

export function clearSessionCookie(reply: FastifyReply, context: AppContext): void {
  setCredentialCookie(reply, { ...attributes(context), value: '', maxAgeSeconds: 0 })
}

function attributes({ app }: AppContext) {
  const domain = app.cookieDomain?.replace(/^\./, '')
  return { name: SESSION_COOKIE, path: '/', domain, isSecure: app.isSecure }
}
