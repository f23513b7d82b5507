import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type CompleteRecoveryFailure,
  completeRecovery,
} from '../../engine/authenticators/complete-recovery.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { NewPassword } from './fields.ts'
import { ErrorShape, invalid, type Problems, sendProblem, TOO_MANY } from './problems.ts'

const Request = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 512 }), password: NewPassword },
  { additionalProperties: false },
)
const Answer = Type.Object({ success: Type.Literal(true) })

const problems: Problems<CompleteRecoveryFailure> = {
  password_too_short: invalid('password'),
  password_too_long: invalid('password'),
  password_common: invalid('password'),
  too_many_requests: TOO_MANY,
  link_dead: { status: 400, message: 'Invalid or expired reset token' },
}

export function resetPasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/reset-password',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Set a new password by the mailed token (version 1.1)',
        description: 'Ends every session of the account and signs nobody in.',
        tags: ['Version 1.1'],
        body: Request,
        response: { 200: Answer, ...problemResponses(problems, ErrorShape) },
      },
    },
    async (request, reply) => {
      const { token, password: newPassword } = request.body as Static<typeof Request>
      const client = context.clientOf(request)
      const result = await completeRecovery(engine, { realm, client, token, newPassword })
      return result.ok ? { success: true } : sendProblem(reply, problems, result.failure)
    },
  )
}
