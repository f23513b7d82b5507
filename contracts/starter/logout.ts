import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { authenticate } from '../../engine/sessions/authenticate.ts'
import { endSession } from '../../engine/sessions/end-session.ts'
import type { AppContext } from '../contract.ts'
import { readCookie } from '../cookies.ts'
import { COOKIE, clearSessionCookie } from './session-cookie.ts'

const Answer = Type.Object({ success: Type.Literal(true) })

export function logoutRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/api/auth/logout',
    {
      config: { access: 'public', ignoresBody: true },
      schema: {
        summary: 'Sign out: end the session and clear the cookie',
        description: 'Needs no session, and may be called again.',
        tags: ['Shared'],
        response: { 200: Answer },
      },
    },
    async (request, reply) => {
      clearSessionCookie(reply, context)
      const token = readCookie(request.headers.cookie, COOKIE)
      const who = token ? await authenticate(engine, { realm, app: app.name, token }) : undefined
      if (who?.ok) {
        const { account, session } = who.value
        const client = context.clientOf(request)
        await endSession(engine, { realm, accountId: account.id, sessionId: session.id, client })
      }
      return { success: true }
    },
  )
}
