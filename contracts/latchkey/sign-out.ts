import type { FastifyInstance } from 'fastify'
import { authenticate } from '../../engine/sessions/authenticate.ts'
import { endSession } from '../../engine/sessions/end-session.ts'
import type { AppContext } from '../contract.ts'
import { readCredential } from '../credential.ts'
import { latchkeyCredential } from './credential.ts'
import { Empty } from './fields.ts'
import { responsesWith } from './problems.ts'
import { clearSessionCookie } from './session-cookie.ts'

export function signOutRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/sign-out',
    {
      config: { access: 'public', ignoresBody: true },
      schema: { summary: 'Sign out', tags: ['Sign up and in'], response: responsesWith({ 200: Empty }) },
    },
    async (request, reply) => {
      clearSessionCookie(reply, context)
      const token = readCredential(request, app, latchkeyCredential)
      const who = token ? await authenticate(engine, { realm, app: app.name, token }) : undefined
      if (who?.ok) {
        const { account, session } = who.value
        const client = context.clientOf(request)
        await endSession(engine, { realm, accountId: account.id, sessionId: session.id, client })
      }
      return {}
    },
  )
}
