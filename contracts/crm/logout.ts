import type { FastifyInstance } from 'fastify'
import { authenticate } from '../../engine/sessions/authenticate.ts'
import { endSession } from '../../engine/sessions/end-session.ts'
import type { AppContext } from '../contract.ts'
import { readCookie } from '../cookies.ts'
import { SESSION_COOKIE } from './credential.ts'
import { Message } from './fields.ts'
import { forbidden, responsesWith } from './problems.ts'
import { clearSessionCookie } from './session-cookie.ts'

export function logoutRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/logout',
    {
      config: { access: 'public', ignoresBody: true },
      schema: {
        summary: 'Sign out: ends the session and clears the cookie',
        description: 'Needs no session, and may be called again.',
        tags: ['Auth'],
        response: responsesWith({ 200: Message }, { forbidden }),
      },
    },
    async (request, reply) => {
      clearSessionCookie(reply, context)
      const token = readCookie(request.headers.cookie, SESSION_COOKIE)
      const who = token ? await authenticate(engine, { realm, app: app.name, token }) : undefined
      if (who?.ok) {
        const { account, session } = who.value
        const client = context.clientOf(request)
        await endSession(engine, { realm, accountId: account.id, sessionId: session.id, client })
      }
      return { message: 'Signed out.' }
    },
  )
}
