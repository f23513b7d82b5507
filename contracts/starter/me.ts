import type { FastifyInstance } from 'fastify'
import { type AppContext, signedInOf } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { ErrorShape, SIGNED_OUT } from './problems.ts'
import { toUser, userAnswer } from './user.ts'

export function meRoute(fastify: FastifyInstance, { settings }: AppContext): void {
  fastify.get(
    '/api/auth/me',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Who is signed in',
        tags: ['Shared'],
        response: { 200: userAnswer(settings), ...problemResponses(SIGNED_OUT, ErrorShape) },
      },
    },
    (request, reply) => {
      reply.send({ user: toUser(signedInOf(request).account) })
    },
  )
}
