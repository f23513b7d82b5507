import type { FastifyInstance } from 'fastify'
import { endSession } from '../../engine/sessions/end-session.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { responsesWith, session } from './problems.ts'
import { clearSessionCookie } from './session-cookie.ts'

export function logoutRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/v0/auth/logout',
    {
      config: { access: 'session', ignoresBody: true, isOpenBeforePasswordChange: true },
      schema: {
        summary: 'Sign out: end the session and clear the cookie',
        tags: ['Auth'],
        response: responsesWith({ 204: null }, session),
      },
    },
    async (request, reply) => {
      const signedIn = signedInOf(request)
      const client = context.clientOf(request)
      const accountId = signedIn.account.id
      await endSession(engine, { realm, accountId, sessionId: signedIn.session.id, client })
      clearSessionCookie(reply, context)
      return reply.code(204).send()
    },
  )
}
