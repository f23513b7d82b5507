import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { responsesWith } from './problems.ts'

const Answer = Type.Object({ enabled: Type.Boolean() })

/** A web client asks before it shows its sign-in page. */
export function oidcConfigRoute(fastify: FastifyInstance): void {
  fastify.get(
    '/auth/oidc/config',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether one signs in with a provider here',
        tags: ['Auth'],
        response: responsesWith({ 200: Answer }),
      },
    },
    async () => ({ enabled: false }),
  )
}
