import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type RefreshFailure, refreshSession } from '../../engine/sessions/refresh-token.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { RefreshToken } from './fields.ts'
import { ErrorShape, invalidInput, type Problems, sendProblem, tooManyRequests } from './problems.ts'
import { FullUser, toUser } from './user.ts'

const Request = Type.Object({ refresh_token: RefreshToken })
const Answer = Type.Object({ token: Type.String(), refresh_token: Type.String(), user: FullUser })

const problems: Problems<RefreshFailure> = {
  too_many_requests: tooManyRequests,
  refresh_token_not_valid: {
    status: 401,
    message: 'Invalid or expired refresh token',
    dutch: 'Ongeldig of verlopen refresh-token',
    code: 'REFRESH_TOKEN_INVALID',
  },
}

export function refreshRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/refresh',
    {
      config: { access: 'public' },
      schema: {
        summary: 'A new access token, and a new refresh token',
        description:
          'The old refresh token is spent. One that comes back later than 10 seconds after ends its whole family.',
        body: Request,
        response: { 200: Answer, ...problemResponses({ ...problems, invalidInput }, ErrorShape) },
      },
    },
    async (request, reply) => {
      const { refresh_token } = request.body as Static<typeof Request>
      const client = context.clientOf(request)
      const result = await refreshSession(engine, { realm, client, refreshToken: refresh_token })
      if (!result.ok) return sendProblem(reply, context, problems, result.failure)
      const { token, refreshToken, account } = result.value
      return { token, refresh_token: refreshToken, user: toUser(account) }
    },
  )
}
