import type { FastifyInstance } from 'fastify'
import { type ChangePasswordFailure, changePassword } from '../../engine/authenticators/change-password.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { chosenPassword, givenPassword, readByForm } from './fields.ts'
import { defineForm } from './form.ts'
import { True } from './objects.ts'
import {
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

const problems: Problems<ChangePasswordFailure> = {
  ...newPassword,
  too_many_requests: tooManyRequests,
  password_wrong: unauthorized,
  sign_in_again: unauthorized,
  password_same: validation,
}

export function changePasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const form = defineForm({ old_password: givenPassword, new_password: chosenPassword(realm.policy) })
  fastify.put(
    '/api/auth/me/password',
    {
      config: { access: 'session', isOpenBeforePasswordChange: true },
      ...readByForm,
      schema: {
        summary: 'Change my password',
        description: 'Ends every other session and every pending link; the token that asked stays good.',
        body: form.schema,
        response: responsesWith(True, { ...problems, account_disabled: inactive }),
      },
    },
    async (request, reply) => {
      const read = form.read(request.body)
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const result = await changePassword(engine, {
        realm,
        client: context.clientOf(request),
        signedIn: signedInOf(request),
        currentPassword: read.value.old_password,
        newPassword: read.value.new_password,
      })
      if (result.ok) return true
      const { failure } = result
      if (problems[failure.code] === validation)
        return sendWrongs(reply, wrongPassword('new_password', failure))
      return sendProblem(reply, problems, failure)
    },
  )
}
