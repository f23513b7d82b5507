import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type SignInWithCodeFailure, signInWithCode } from '../../engine/authenticators/sign-in-with-code.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Email, Username } from './fields.ts'
import { withLimitHeaders } from './limit-headers.ts'
import { ErrorShape, invalid, type Problems, sendProblem, TOO_MANY } from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'
import { toUser, userAnswer } from './user.ts'

const Request = Type.Object(
  {
    email: Email,
    code: Type.String({ minLength: 6, maxLength: 6 }),
    username: Type.Optional(Username),
  },
  { additionalProperties: false },
)

const off = { status: 403, message: 'Email code login is disabled' }
const wrong = { status: 401, message: 'Invalid or expired code' }

const problems: Problems<SignInWithCodeFailure> = {
  email_not_valid: invalid('email'),
  username_not_valid: invalid('username'),
  method_off: off,
  too_many_requests: TOO_MANY,
  code_wrong: wrong,
  sign_up_closed: off,
  // Its clients look for the words "Username is required" to show the field.
  username_required: { status: 400, message: 'Username is required for new accounts' },
  username_taken: { status: 409, message: 'Username already taken' },
  account_disabled: wrong,
  second_step_due: wrong,
}

export function verifyCodeRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, settings } = context
  fastify.post(
    '/api/auth/verify-code',
    {
      config: { access: 'public' },
      onSend: withLimitHeaders(context),
      schema: {
        summary: 'Sign in with a mailed code, making the account if need be',
        description: 'Only success spends the code: after 400 and 409 send it again with a (free) user name.',
        tags: ['E-mail code'],
        body: Request,
        response: { 200: userAnswer(settings), ...problemResponses(problems, ErrorShape) },
      },
    },
    async (request, reply) => {
      const body = request.body as Static<typeof Request>
      const client = context.clientOf(request)
      const result = await signInWithCode(engine, { realm, client, ...body, isUsernameRequired: true })
      if (!result.ok) return sendProblem(reply, problems, result.failure)
      setSessionCookie(reply, context, result.value)
      return { user: toUser(result.value.account) }
    },
  )
}
