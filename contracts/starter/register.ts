import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type SignUpWithPasswordFailure,
  signUpWithPassword,
} from '../../engine/accounts/sign-up-with-password.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { DisplayName, Email, NewPassword, Username } from './fields.ts'
import { withLimitHeaders } from './limit-headers.ts'
import { ErrorShape, invalid, type Problems, sendProblem, TOO_MANY } from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'
import { toUser, userAnswer } from './user.ts'

const closed = { status: 403, message: 'Password registration is disabled' }
const taken = { status: 409, message: 'Username or email already taken' }

const problems: Problems<SignUpWithPasswordFailure> = {
  email_not_valid: invalid('email'),
  username_not_valid: invalid('username'),
  password_too_short: invalid('password'),
  password_too_long: invalid('password'),
  password_common: invalid('password'),
  method_off: closed,
  sign_up_closed: closed,
  invitation_not_valid: closed,
  invitation_expired: closed,
  inviter_disabled: closed,
  too_many_requests: TOO_MANY,
  username_taken: taken,
  email_taken: taken,
  account_disabled: closed,
}

/** Without an address there is nothing else that could be taken. */
const nameTaken = { status: 409, message: 'Username already taken' }
const problemsWithoutEmail = { ...problems, username_taken: nameTaken }

const fields = { username: Username, password: NewPassword, display_name: Type.Optional(DisplayName) }
const Request = Type.Object({ ...fields, email: Email }, { additionalProperties: false })
const RequestWithoutEmail = Type.Object(
  { ...fields, email: Type.Optional(Email) },
  { additionalProperties: false },
)

export function registerRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, settings } = context
  const documented = settings.isEmailRequired ? problems : { ...problems, nameTaken }
  fastify.post(
    '/api/auth/register',
    {
      config: { access: 'public' },
      onSend: withLimitHeaders(context),
      schema: {
        summary: 'Make an account with a password, and sign in',
        description: 'Also mails a link that proves the address; nothing waits for it.',
        tags: ['Password'],
        body: settings.isEmailRequired ? Request : RequestWithoutEmail,
        response: { 201: userAnswer(settings), ...problemResponses(documented, ErrorShape) },
      },
    },
    async (request, reply) => {
      const {
        username,
        email = null,
        password,
        display_name: name,
      } = request.body as Static<typeof RequestWithoutEmail>
      const client = context.markedClientOf(request, reply)
      const result = await signUpWithPassword(engine, { realm, client, username, email, password, name })
      if (!result.ok) return sendProblem(reply, email ? problems : problemsWithoutEmail, result.failure)
      setSessionCookie(reply, context, result.value)
      return reply.code(201).send({ user: toUser(result.value.account) })
    },
  )
}
