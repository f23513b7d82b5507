import type { FastifyInstance } from 'fastify'
import { type CloseAccountFailure, closeAccount } from '../../engine/accounts/close-account.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { True } from './objects.ts'
import { lastAdmin, type Problems, responsesWith, sendProblem, session } from './problems.ts'

const problems: Problems<CloseAccountFailure> = { last_admin: lastAdmin }

export function closeAccountRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.delete(
    '/api/auth/me',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'Close my account',
        description: 'Shut at once, erased after 30 days, unless an admin lets it in again before.',
        response: responsesWith(True, { ...session, ...problems }),
      },
    },
    async (request, reply) => {
      const { account } = signedInOf(request)
      const result = await closeAccount(engine, { realm, client: context.clientOf(request), account })
      return result.ok ? true : sendProblem(reply, problems, result.failure)
    },
  )
}
