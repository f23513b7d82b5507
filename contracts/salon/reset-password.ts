import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type CompleteRecoveryFailure,
  completeRecovery,
} from '../../engine/authenticators/complete-recovery.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Done, done, Email, NewPassword } from './fields.ts'
import { ErrorShape, invalidInput, type Problems, sendProblem, tooManyRequests } from './problems.ts'

const Request = Type.Object({
  email: Email,
  token: Type.String({ minLength: 1, maxLength: 512 }),
  password: NewPassword,
})

const problems: Problems<CompleteRecoveryFailure> = {
  password_too_short: invalidInput,
  password_too_long: invalidInput,
  password_common: invalidInput,
  too_many_requests: tooManyRequests,
  link_dead: {
    status: 400,
    message: 'Invalid or expired token',
    dutch: 'Ongeldige of verlopen link',
    code: 'RESET_TOKEN_INVALID',
  },
}

export function resetPasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/reset-password',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Set a new password by the mailed token',
        description: 'Ends every session and refresh token of the account, and signs nobody in.',
        body: Request,
        response: { 200: Done, ...problemResponses(problems, ErrorShape) },
      },
    },
    async (request, reply) => {
      const { email, token, password: newPassword } = request.body as Static<typeof Request>
      const client = context.clientOf(request)
      const result = await completeRecovery(engine, { realm, client, token, newPassword, email })
      if (result.ok) return done
      const fields = result.failure.code.startsWith('password_')
        ? { password: result.failure.code }
        : undefined
      return sendProblem(reply, context, problems, result.failure, fields)
    },
  )
}
