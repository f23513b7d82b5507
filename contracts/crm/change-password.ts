import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type ChangePasswordFailure, changePassword } from '../../engine/authenticators/change-password.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { GivenPassword, Message, NewPassword } from './fields.ts'
import { newPassword, refuseWeak, sendPasswordProblem } from './password.ts'
import {
  input,
  invalidInput,
  type Problems,
  rateLimited,
  responsesWith,
  sendInvalidField,
  session,
} from './problems.ts'

const Request = Type.Object({ current_password: GivenPassword, new_password: NewPassword })

const problems: Problems<ChangePasswordFailure> = {
  ...newPassword,
  too_many_requests: rateLimited,
  password_wrong: invalidInput,
  sign_in_again: invalidInput,
  password_same: invalidInput,
}

export function changePasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/users/change-password',
    {
      config: { access: 'session', isOpenBeforePasswordChange: true, isForPeopleOnly: true },
      schema: {
        summary: 'Change my password',
        description: 'Ends every other session and every pending token; a mail tells.',
        tags: ['Users'],
        body: Request,
        response: responsesWith({ 200: Message }, { ...input, ...session, ...problems }),
      },
    },
    async (request, reply) => {
      const given = request.body as Static<typeof Request>
      const weak = refuseWeak(reply, given.new_password, 'NewPassword')
      if (weak) return weak
      const result = await changePassword(engine, {
        realm,
        client: context.clientOf(request),
        signedIn: signedInOf(request),
        currentPassword: given.current_password,
        newPassword: given.new_password,
      })
      if (result.ok) return { message: 'The password was changed.' }
      const { failure } = result
      // Never 401: a client would take it for the end of the session.
      if (failure.code === 'password_wrong' || failure.code === 'sign_in_again') {
        return sendInvalidField(reply, 'current_password', 'It is not right.')
      }
      if (failure.code === 'password_same') {
        return sendInvalidField(reply, 'new_password', 'It is the password already.')
      }
      return sendPasswordProblem(reply, problems, failure, 'NewPassword')
    },
  )
}
