import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { askRecovery } from '../../engine/authenticators/ask-recovery.ts'
import {
  type CompleteRecoveryFailure,
  completeRecovery,
} from '../../engine/authenticators/complete-recovery.ts'
import type { AppContext } from '../contract.ts'
import { Email, MailedToken, NewPassword, readEmail } from './fields.ts'
import { linkTo } from './links.ts'
import {
  input,
  newPassword,
  type Problems,
  responsesWith,
  sendInvalid,
  sendProblem,
  tooManyRequests,
} from './problems.ts'

const ForgotRequest = Type.Object({ email: Email })

const problems: Problems<CompleteRecoveryFailure> = {
  ...newPassword,
  too_many_requests: tooManyRequests,
  link_dead: { status: 400, code: 'token:invalid_reset', details: 'The token is unknown, used or expired.' },
}

export function forgotPasswordRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  const toPage = linkTo(app, '/reset-password')
  fastify.post(
    '/v0/auth/forgot-password',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Mail a token to set a new password',
        description: 'The same answer whoever has the address.',
        tags: ['Auth'],
        body: ForgotRequest,
        response: responsesWith({ 204: null }, input),
      },
    },
    async (request, reply) => {
      const email = readEmail((request.body as Static<typeof ForgotRequest>).email)
      if (!email) return sendInvalid(reply, context, { email: 'email' })
      await askRecovery(engine, {
        realm,
        client: context.clientOf(request),
        email: email.address,
        isPasswordNeeded: true,
        linkTo: toPage && (({ token }) => toPage(token)),
      })
      return reply.code(204).send()
    },
  )
  const ResetRequest = Type.Object({ token: MailedToken, new_password: NewPassword(realm.policy) })
  fastify.post(
    '/v0/auth/reset-password',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Set a new password by the mailed token',
        description: 'Ends every session, and opens none.',
        tags: ['Auth'],
        body: ResetRequest,
        response: responsesWith({ 204: null }, { ...input, ...problems }),
      },
    },
    async (request, reply) => {
      const { token, new_password: newPassword } = request.body as Static<typeof ResetRequest>
      const client = context.clientOf(request)
      const result = await completeRecovery(engine, { realm, client, token, newPassword })
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, problems, result.failure)
    },
  )
}
