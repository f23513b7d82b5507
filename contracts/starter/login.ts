import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type SignInWithPasswordFailure,
  signInWithPassword,
} from '../../engine/authenticators/sign-in-with-password.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { withLimitHeaders } from './limit-headers.ts'
import { ErrorShape, INVALID_INPUT, type Problems, sendProblem, TOO_MANY } from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'
import { toUser, userAnswer } from './user.ts'

const Request = Type.Object(
  {
    username: Type.String({ minLength: 1, description: 'The user name or the e-mail address.' }),
    password: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
)

const wrong = { status: 401, message: 'Invalid credentials' }

const problems: Problems<SignInWithPasswordFailure> = {
  method_off: { status: 403, message: 'Password login is disabled' },
  too_many_requests: TOO_MANY,
  credentials_wrong: wrong,
  account_disabled: wrong,
  second_step_due: wrong,
}

export function loginRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, settings } = context
  fastify.post(
    '/api/auth/login',
    {
      config: { access: 'public' },
      onSend: withLimitHeaders(context),
      schema: {
        summary: 'Sign in with user name or e-mail address, and password',
        tags: ['Password'],
        body: Request,
        response: {
          200: userAnswer(settings),
          ...problemResponses({ ...problems, invalid: INVALID_INPUT }, ErrorShape),
        },
      },
    },
    async (request, reply) => {
      const { username: identifier, password } = request.body as Static<typeof Request>
      const client = context.clientOf(request)
      const result = await signInWithPassword(engine, { realm, client, identifier, password })
      if (!result.ok) return sendProblem(reply, problems, result.failure)
      setSessionCookie(reply, context, result.value)
      return { user: toUser(result.value.account) }
    },
  )
}
