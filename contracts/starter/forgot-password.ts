import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type AskRecoveryFailure, askRecovery } from '../../engine/authenticators/ask-recovery.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Email } from './fields.ts'
import { withLimitHeaders } from './limit-headers.ts'
import { ErrorShape, invalid, type Problems, sendProblem } from './problems.ts'

const Request = Type.Object({ email: Email }, { additionalProperties: false })
const Answer = Type.Object({ sent: Type.Literal(true) })
const problems: Problems<AskRecoveryFailure> = { email_not_valid: invalid('email') }

export function forgotPasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/forgot-password',
    {
      config: { access: 'public' },
      onSend: withLimitHeaders(context),
      schema: {
        summary: 'Mail a link to set a new password (version 1.1)',
        tags: ['Version 1.1'],
        body: Request,
        response: { 200: Answer, ...problemResponses(problems, ErrorShape) },
      },
    },
    async (request, reply) => {
      const { email } = request.body as Static<typeof Request>
      const result = await askRecovery(engine, { realm, client: context.clientOf(request), email })
      return result.ok ? { sent: true } : sendProblem(reply, problems, result.failure)
    },
  )
}
