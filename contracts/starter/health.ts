import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { AppContext } from '../contract.ts'

const Answer = Type.Object({
  status: Type.Literal('ok'),
  timestamp: Type.String({ description: 'Now: ISO 8601, UTC, milliseconds.' }),
})

/** Says that the process answers. It touches no database: readiness is `/readyz`. */
export function healthRoute(fastify: FastifyInstance, { engine }: AppContext): void {
  fastify.get(
    '/api/health',
    {
      config: { access: 'public' },
      schema: { summary: 'Is the server up?', tags: ['Health'], response: { 200: Answer } },
    },
    async () => ({ status: 'ok', timestamp: new Date(engine.clock.now()).toISOString() }),
  )
}
