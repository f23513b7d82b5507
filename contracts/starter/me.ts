import type { FastifyInstance } from 'fastify'
import { type AppContext, signedInOf } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { ErrorShape } from './problems.ts'
import { toUser, userAnswer } from './user.ts'

const problems = {
  signed_out: { status: 401, message: 'Authentication required' },
  token_not_valid: { status: 401, message: 'Invalid or expired token' },
  account_gone: { status: 401, message: 'User not found' },
}

export function meRoute(fastify: FastifyInstance, { settings }: AppContext): void {
  fastify.get(
    '/api/auth/me',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Who is signed in',
        tags: ['Shared'],
        response: { 200: userAnswer(settings), ...problemResponses(problems, ErrorShape) },
      },
    },
    (request, reply) => {
      reply.send({ user: toUser(signedInOf(request).account) })
    },
  )
}
