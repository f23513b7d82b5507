import type { FastifyInstance } from 'fastify'
import { type SendEmailCodeFailure, sendEmailCode } from '../../engine/accounts/send-email-code.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { TokenResponse } from './objects.ts'
import { type Problems, responsesWith, sendProblem, session, tooManyRequests } from './problems.ts'

const problems: Problems<SendEmailCodeFailure> = {
  no_email: { status: 409, message: 'Account has no email' },
  email_proved: { status: 409, message: 'Email is already verified' },
  too_many_requests: tooManyRequests,
}

export function sendOtpRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/me/send-otp',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'Mail me a code that proves my address',
        description:
          'Six digits for 5 minutes. One in 30 seconds, ten in a day; a new one ends the one before.',
        response: responsesWith(TokenResponse, { ...session, ...problems }),
      },
    },
    async (request, reply) => {
      const accountId = signedInOf(request).account.id
      const result = await sendEmailCode(engine, { realm, client: context.clientOf(request), accountId })
      return result.ok ? { token: result.value } : sendProblem(reply, problems, result.failure)
    },
  )
}
