import type { FastifyInstance } from 'fastify'
import { currentInvitation } from '../../engine/accounts/invitation.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { TokenResponse } from './objects.ts'
import { responsesWith, session } from './problems.ts'

export function createTokenRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/me/create-token',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'My token for people I invite',
        description: 'The newest one while it has more than 3 of its 15 days left, else a new one.',
        response: responsesWith(TokenResponse, session),
      },
    },
    async (request) => {
      const accountId = signedInOf(request).account.id
      const { token } = await currentInvitation(engine, {
        realm,
        client: context.clientOf(request),
        accountId,
      })
      return { token }
    },
  )
}
