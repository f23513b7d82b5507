import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type SendSignInCodeFailure, sendSignInCode } from '../../engine/authenticators/send-sign-in-code.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Email } from './fields.ts'
import { withLimitHeaders } from './limit-headers.ts'
import { ErrorShape, invalid, type Problems, sendProblem } from './problems.ts'

const Request = Type.Object({ email: Email }, { additionalProperties: false })
const Answer = Type.Object({ sent: Type.Literal(true) })

const problems: Problems<SendSignInCodeFailure> = {
  email_not_valid: invalid('email'),
  method_off: { status: 403, message: 'Email code login is disabled' },
}

export function sendCodeRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/send-code',
    {
      config: { access: 'public' },
      onSend: withLimitHeaders(context),
      schema: {
        summary: 'Mail a six-digit code',
        description:
          'Ends the earlier code of the address. Always the same answer, whether or not the address has an account, and also when a code was sent a moment ago and no other goes out: that one stays good.',
        tags: ['E-mail code'],
        body: Request,
        response: { 200: Answer, ...problemResponses(problems, ErrorShape) },
      },
    },
    async (request, reply) => {
      const { email } = request.body as Static<typeof Request>
      const language = request.headers['accept-language'] ?? null
      const result = await sendSignInCode(engine, {
        realm,
        client: context.clientOf(request),
        email,
        language,
      })
      return result.ok ? { sent: true } : sendProblem(reply, problems, result.failure)
    },
  )
}
