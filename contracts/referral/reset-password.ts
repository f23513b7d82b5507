import type { FastifyInstance } from 'fastify'
import {
  type CompleteRecoveryFailure,
  completeRecovery,
} from '../../engine/authenticators/complete-recovery.ts'
import { type AppContext, recoverySecretOf } from '../contract.ts'
import { chosenPassword, readByForm } from './fields.ts'
import { defineForm } from './form.ts'
import { True } from './objects.ts'
import {
  forbidden,
  inactive,
  newPassword,
  type Problems,
  responsesWith,
  sendProblem,
  sendWrongs,
  tooManyRequests,
  unauthorized,
  validation,
  wrongPassword,
} from './problems.ts'

const problems: Problems<CompleteRecoveryFailure> = {
  ...newPassword,
  too_many_requests: tooManyRequests,
  link_dead: unauthorized,
}

export function resetPasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const form = defineForm({ password: chosenPassword(realm.policy) })
  fastify.post(
    '/api/auth/reset-password-with-token',
    {
      config: { access: 'recovery' },
      ...readByForm,
      schema: {
        summary: 'Set a new password by the mailed token',
        description:
          'The bearer token is that of the link, and no other. Ends every session, and signs nobody in.',
        body: form.schema,
        response: responsesWith(True, { ...problems, account_disabled: inactive, forbidden }),
      },
    },
    async (request, reply) => {
      const read = form.read(request.body)
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const result = await completeRecovery(engine, {
        realm,
        client: context.clientOf(request),
        token: recoverySecretOf(request),
        newPassword: read.value.password,
      })
      if (result.ok) return true
      const { failure } = result
      if (problems[failure.code] === validation) return sendWrongs(reply, wrongPassword('password', failure))
      return sendProblem(reply, problems, failure)
    },
  )
}
