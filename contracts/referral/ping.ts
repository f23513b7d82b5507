import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { responsesWith } from './problems.ts'

export function pingRoute(fastify: FastifyInstance): void {
  fastify.route({
    method: ['GET', 'HEAD', 'OPTIONS'],
    url: '/api/ping',
    config: { access: 'public' },
    schema: { summary: 'Is the server there?', response: responsesWith(Type.Literal('pong')) },
    handler: (_request, reply) => reply.type('application/json; charset=utf-8').send('"pong"'),
  })
}
