import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { askRecovery } from '../../engine/authenticators/ask-recovery.ts'
import {
  type CompleteRecoveryFailure,
  completeRecovery,
} from '../../engine/authenticators/complete-recovery.ts'
import type { AppContext } from '../contract.ts'
import { Email, Message, NewPassword } from './fields.ts'
import { newPassword, refuseWeak, sendPasswordProblem } from './password.ts'
import {
  forbidden,
  input,
  invalidInput,
  type Problems,
  rateLimited,
  responsesWith,
  sendInvalidField,
} from './problems.ts'

const AskRequest = Type.Object({ email: Email })
const ConfirmRequest = Type.Object({
  token: Type.String({ minLength: 16, description: 'Of the mail.' }),
  password: NewPassword,
})

const problems: Problems<CompleteRecoveryFailure> = {
  ...newPassword,
  too_many_requests: rateLimited,
  link_dead: invalidInput,
}

export function passwordResetRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/password-reset/request',
    {
      config: { access: 'public', isGuess: true },
      schema: {
        summary: 'Mail a token to set a new password',
        description: 'The same answer whoever has the address.',
        tags: ['Auth'],
        body: AskRequest,
        response: responsesWith({ 200: Message }, { ...input, forbidden, rateLimited }),
      },
    },
    async (request) => {
      const { email } = request.body as Static<typeof AskRequest>
      await askRecovery(engine, { realm, client: context.clientOf(request), email, isTokenShown: true })
      return { message: 'If somebody has this address, a mail is on its way.' }
    },
  )
  fastify.post(
    '/password-reset/confirm',
    {
      config: { access: 'public', isGuess: true },
      schema: {
        summary: 'Set a new password by the mailed token',
        description: 'Ends every session, and opens none.',
        tags: ['Auth'],
        body: ConfirmRequest,
        response: responsesWith({ 200: Message }, { ...input, ...problems, forbidden }),
      },
    },
    async (request, reply) => {
      const { token, password } = request.body as Static<typeof ConfirmRequest>
      const weak = refuseWeak(reply, password, 'Password')
      if (weak) return weak
      const client = context.clientOf(request)
      const result = await completeRecovery(engine, { realm, client, token, newPassword: password })
      if (result.ok) return { message: 'The password was set.' }
      if (result.failure.code === 'link_dead') {
        return sendInvalidField(reply, 'token', 'The token is unknown, used or expired.')
      }
      return sendPasswordProblem(reply, problems, result.failure, 'Password')
    },
  )
}
