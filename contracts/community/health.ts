import type { FastifyInstance } from 'fastify'
import { responsesWith } from './problems.ts'

export function healthRoute(fastify: FastifyInstance): void {
  fastify.get(
    '/health-check',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether the server answers',
        description: 'It looks at nothing else.',
        tags: ['Health'],
        response: responsesWith({ 204: null }),
      },
    },
    (_request, reply) => {
      reply.code(204).send()
    },
  )
}
