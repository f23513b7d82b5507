import type { FastifyInstance } from 'fastify'
import { signedInOf } from '../contract.ts'
import { toUser, User } from './objects.ts'
import { responsesWith, session } from './problems.ts'

export function meRoute(fastify: FastifyInstance): void {
  const { password_change_due: _, ...problems } = session
  fastify.get(
    '/api/auth/me',
    {
      exposeHeadRoute: false,
      // A front end shows whose password a mailed link sets.
      config: { access: 'session', isOpenBeforePasswordChange: true, isOpenToRecovery: true },
      schema: {
        summary: 'My account',
        description: 'Also by the token of a reset link.',
        response: responsesWith(User, problems),
      },
    },
    async (request) => toUser(signedInOf(request).account),
  )
}
