import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type RegisterWithPasswordFailure,
  registerWithPassword,
} from '../../engine/accounts/sign-up-with-password.ts'
import type { AppContext } from '../contract.ts'
import { DisplayName, Email, Handle, NewPassword, readEmail } from './fields.ts'
import { linkTo } from './links.ts'
import {
  emailExists,
  forbidden,
  handleExists,
  handleNotAllowed,
  input,
  newPassword,
  type Problems,
  responsesWith,
  sendInvalid,
  sendProblem,
  tooManyRequests,
  validationError,
} from './problems.ts'
import { VERIFY_PATH } from './verify-email.ts'

const Answer = Type.Object({ message: Type.String() })

const problems: Problems<RegisterWithPasswordFailure> = {
  email_not_valid: validationError,
  username_not_valid: handleNotAllowed,
  ...newPassword,
  method_off: forbidden,
  sign_up_closed: forbidden,
  too_many_requests: tooManyRequests,
  invitation_not_valid: forbidden,
  invitation_expired: forbidden,
  inviter_disabled: forbidden,
  email_taken: emailExists,
  username_taken: handleExists,
}

export function registerRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  const Request = Type.Object({
    email: Email,
    handle: Handle(realm.policy),
    display_name: DisplayName,
    password: NewPassword(realm.policy),
  })
  fastify.post(
    '/v0/users',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Register',
        description: 'Mails a token that verifies the address; signing in does not wait for it.',
        tags: ['Users'],
        body: Request,
        response: responsesWith({ 201: Answer }, { ...input, ...problems }),
      },
    },
    async (request, reply) => {
      const { email: text, handle, display_name, password } = request.body as Static<typeof Request>
      const email = readEmail(text)
      if (!email) return sendInvalid(reply, context, { email: 'email' })
      const result = await registerWithPassword(engine, {
        realm,
        client: context.markedClientOf(request, reply),
        email: email.address,
        username: handle,
        name: display_name,
        password,
        linkTo: linkTo(app, VERIFY_PATH),
      })
      if (!result.ok) return sendProblem(reply, context, problems, result.failure)
      const message = 'The account was created. Check your e-mail to verify the address.'
      return reply.code(201).send({ message })
    },
  )
}
