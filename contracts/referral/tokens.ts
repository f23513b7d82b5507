import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { listInvitations } from '../../engine/accounts/invitation.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { toUserToken, UserToken } from './objects.ts'
import { responsesWith, session } from './problems.ts'

export function tokensRoute(fastify: FastifyInstance, { engine }: AppContext): void {
  fastify.post(
    '/api/auth/me/tokens',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'My live tokens, that with the latest end first',
        response: responsesWith(Type.Array(UserToken), session),
      },
    },
    async (request) => {
      const { id, uid } = signedInOf(request).account
      return (await listInvitations(engine, id)).map((invitation) => toUserToken(invitation, uid))
    },
  )
}
