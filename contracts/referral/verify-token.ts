import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { checkInvitation } from '../../engine/accounts/invitation.ts'
import type { AppContext } from '../contract.ts'
import { readByForm, shortToken } from './fields.ts'
import { defineForm } from './form.ts'
import { responsesWith, sendProblem, sendWrongs, tooManyRequests, validation } from './problems.ts'

const form = defineForm({ token: shortToken })
const problems = { too_many_requests: tooManyRequests }

export function verifyTokenRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.get(
    '/api/auth/verify-token',
    {
      exposeHeadRoute: false,
      config: { access: 'public' },
      ...readByForm,
      schema: {
        summary: 'Does this token open sign-up?',
        description: '`false` for one that is unknown, ended, used up, or whose owner is inactive.',
        querystring: form.schema,
        response: responsesWith(Type.Boolean(), { validation, ...problems }),
      },
    },
    async (request, reply) => {
      const { token: given } = request.query as { token?: string | string[] }
      // Of several the last, as in the original.
      const read = form.read({ token: [given].flat().at(-1) }, 'query')
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const client = context.clientOf(request)
      const result = await checkInvitation(engine, { realm, client, token: read.value.token })
      if (result.ok) return true
      if (result.failure.code === 'too_many_requests') return sendProblem(reply, problems, result.failure)
      return false
    },
  )
}
