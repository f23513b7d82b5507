import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type AskEmailChangeFailure, askEmailChange } from '../../engine/accounts/ask-email-change.ts'
import { type ConfirmEmailChangeFailure, confirmEmailChange } from '../../engine/accounts/confirm-email.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Email, GivenPassword, MailedToken } from './fields.ts'
import { linkTo } from './links.ts'
import {
  badRequest,
  emailExists,
  input,
  invalidPassword,
  type Problems,
  passwordNotSet,
  responsesWith,
  sendProblem,
  sendWords,
  session,
  tooManyRequests,
  validationError,
} from './problems.ts'

const ChangeRequest = Type.Object({ password: GivenPassword, new_email: Email })
const ConfirmRequest = Type.Object({ token: MailedToken })

const changeProblems: Problems<AskEmailChangeFailure> = {
  email_not_valid: { ...validationError, details: 'new_email: not an e-mail address' },
  too_many_requests: tooManyRequests,
  password_wrong: invalidPassword,
  sign_in_again: passwordNotSet,
  email_same: badRequest,
  email_taken: emailExists,
}
const confirmProblems: Problems<ConfirmEmailChangeFailure> = {
  too_many_requests: tooManyRequests,
  link_dead: {
    status: 400,
    code: 'token:invalid_email_change',
    details: 'The token is unknown, used or expired.',
  },
  email_taken: emailExists,
}

export function changeEmailRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/v0/auth/change-email',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Begin a change of address',
        description: 'Mails a token to the new address and an alert to the old one; nothing changes yet.',
        tags: ['Auth'],
        body: ChangeRequest,
        response: responsesWith({ 204: null }, { ...input, ...session, ...changeProblems }),
      },
    },
    async (request, reply) => {
      const { password, new_email: newEmail } = request.body as Static<typeof ChangeRequest>
      const signedIn = signedInOf(request)
      if (!signedIn.account.hasPassword) return sendWords(reply, context, passwordNotSet)
      const result = await askEmailChange(engine, {
        realm,
        client: context.clientOf(request),
        signedIn,
        newEmail,
        password,
        linkTo: linkTo(app, '/confirm-email-change'),
        isTakenTold: true,
      })
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, changeProblems, result.failure)
    },
  )
  fastify.post(
    '/v0/auth/confirm-email-change',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Complete a change of address by the mailed token',
        description: 'Ends every session; both addresses are told.',
        tags: ['Auth'],
        body: ConfirmRequest,
        response: responsesWith({ 204: null }, { ...input, ...confirmProblems }),
      },
    },
    async (request, reply) => {
      const { token } = request.body as Static<typeof ConfirmRequest>
      const result = await confirmEmailChange(engine, { realm, client: context.clientOf(request), token })
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, confirmProblems, result.failure)
    },
  )
}
