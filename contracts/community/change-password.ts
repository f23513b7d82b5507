import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type ChangePasswordFailure, changePassword } from '../../engine/authenticators/change-password.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { GivenPassword, NewPassword } from './fields.ts'
import {
  badRequest,
  input,
  invalidPassword,
  newPassword,
  type Problems,
  passwordNotSet,
  responsesWith,
  sendProblem,
  sendWords,
  session,
  tooManyRequests,
} from './problems.ts'

const problems: Problems<ChangePasswordFailure> = {
  ...newPassword,
  too_many_requests: tooManyRequests,
  password_wrong: invalidPassword,
  sign_in_again: passwordNotSet,
  password_same: badRequest,
}

export function changePasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const Request = Type.Object({ current_password: GivenPassword, new_password: NewPassword(realm.policy) })
  fastify.post(
    '/v0/auth/change-password',
    {
      config: { access: 'session', isOpenBeforePasswordChange: true },
      schema: {
        summary: 'Change my password',
        description: 'Ends every other session and every pending link; a mail tells.',
        tags: ['Auth'],
        body: Request,
        response: responsesWith({ 204: null }, { ...input, ...session, ...problems }),
      },
    },
    async (request, reply) => {
      const { current_password, new_password } = request.body as Static<typeof Request>
      const signedIn = signedInOf(request)
      if (!signedIn.account.hasPassword) return sendWords(reply, context, passwordNotSet)
      const result = await changePassword(engine, {
        realm,
        client: context.clientOf(request),
        signedIn,
        currentPassword: current_password,
        newPassword: new_password,
      })
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, problems, result.failure)
    },
  )
}
