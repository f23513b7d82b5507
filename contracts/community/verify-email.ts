import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { resendConfirmation } from '../../engine/accounts/resend-confirmation.ts'
import { type VerifyEmailFailure, verifyEmail } from '../../engine/accounts/verify-email.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { MailedToken } from './fields.ts'
import { linkTo } from './links.ts'
import {
  input,
  type Problems,
  passwordNotSet,
  responsesWith,
  sendProblem,
  sendWords,
  session,
  tooManyRequests,
  userNotFound,
} from './problems.ts'

const Request = Type.Object({ token: MailedToken })

const alreadyVerified = {
  status: 400,
  code: 'email:already_verified',
  details: 'The address is verified already.',
}
const verifyProblems: Problems<VerifyEmailFailure> = {
  too_many_requests: tooManyRequests,
  link_dead: {
    status: 400,
    code: 'token:invalid_verification',
    details: 'The token is unknown, used or expired.',
  },
  account_gone: userNotFound,
  email_proved: alreadyVerified,
  email_mismatch: { status: 400, code: 'token:email_mismatch', details: 'The address has changed since.' },
}
const resendProblems = { email_proved: alreadyVerified }

export const VERIFY_PATH = '/verify-email'

export function verifyEmailRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/v0/auth/verify-email',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Verify my address by the mailed token',
        tags: ['Auth'],
        body: Request,
        response: responsesWith({ 204: null }, { ...input, ...verifyProblems }),
      },
    },
    async (request, reply) => {
      const { token } = request.body as Static<typeof Request>
      const result = await verifyEmail(engine, { realm, client: context.clientOf(request), token })
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, verifyProblems, result.failure)
    },
  )
  fastify.post(
    '/v0/auth/resend-verification-email',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'Mail the token once more; those before stay good',
        tags: ['Auth'],
        response: responsesWith({ 204: null }, { ...session, ...resendProblems, passwordNotSet }),
      },
    },
    async (request, reply) => {
      const signedIn = signedInOf(request)
      const { emailProvedAt, hasPassword } = signedIn.account
      if (emailProvedAt === null && !hasPassword) return sendWords(reply, context, passwordNotSet)
      const who = { realm, client: context.clientOf(request), signedIn }
      const result = await resendConfirmation(engine, { ...who, linkTo: linkTo(app, VERIFY_PATH) })
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, resendProblems, result.failure)
    },
  )
}
