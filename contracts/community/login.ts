import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type SignInWithPasswordFailure,
  signInWithPassword,
} from '../../engine/authenticators/sign-in-with-password.ts'
import type { SecondStepDue } from '../../engine/sessions/gate.ts'
import type { AppContext } from '../contract.ts'
import { Email, GivenPassword, readEmail } from './fields.ts'
import { input, type Problems, responsesWith, sendInvalid, sendProblem, tooManyRequests } from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'
import { toTempToken } from './temp-token.ts'

const Request = Type.Object({
  email: Email,
  password: GivenPassword,
  remember_me: Type.Optional(Type.Boolean({ default: false })),
})
export const SecondStep = Type.Object(
  {
    temp_token: Type.String({ description: '64 hex characters, for `POST /v0/auth/totp/verify`.' }),
    totp_required: Type.Literal(true),
  },
  { description: 'The password was right, and a code is asked for, within 120 seconds.' },
)

export const wrong = {
  status: 401,
  code: 'auth:invalid_credentials',
  details: 'Address or password is not right.',
}
const problems: Problems<Exclude<SignInWithPasswordFailure, SecondStepDue>> = {
  method_off: wrong,
  too_many_requests: tooManyRequests,
  credentials_wrong: wrong,
  account_disabled: wrong,
}

export function loginRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/v0/auth/login',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in with e-mail address and password',
        tags: ['Auth'],
        body: Request,
        response: responsesWith({ 202: SecondStep, 204: null }, { ...input, ...problems }),
      },
    },
    async (request, reply) => {
      const {
        email: text,
        password,
        remember_me: isPersistent = false,
      } = request.body as Static<typeof Request>
      const email = readEmail(text)
      if (!email) return sendInvalid(reply, context, { email: 'email' })
      const client = context.markedClientOf(request, reply)
      const identifier = email.address
      const result = await signInWithPassword(engine, { realm, client, identifier, password, isPersistent })
      if (!result.ok) {
        const { failure } = result
        if (failure.code !== 'second_step_due') return sendProblem(reply, context, problems, failure)
        return reply.code(202).send({ temp_token: toTempToken(failure.token), totp_required: true })
      }
      setSessionCookie(reply, context, result.value)
      return reply.code(204).send()
    },
  )
}
