import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type RegisterWithPasswordFailure,
  registerWithPassword,
} from '../../engine/accounts/sign-up-with-password.ts'
import type { AppContext } from '../contract.ts'
import { Email, languages, Message, NewPassword, Username, usernamePolicy } from './fields.ts'
import { newPassword, refuseWeak, sendPasswordProblem } from './password.ts'
import {
  alreadyExists,
  forbidden,
  input,
  type Problems,
  rateLimited,
  registrationDisabled,
  responsesWith,
  sendProblem,
  validationError,
} from './problems.ts'

const Request = Type.Object({
  username: Username,
  email: Email,
  password: NewPassword,
  language: Type.Optional(Type.String({ enum: ['', ...languages] })),
})

const problems: Problems<RegisterWithPasswordFailure> = {
  email_not_valid: validationError,
  username_not_valid: validationError,
  ...newPassword,
  method_off: registrationDisabled,
  sign_up_closed: registrationDisabled,
  too_many_requests: rateLimited,
  invitation_not_valid: registrationDisabled,
  invitation_expired: registrationDisabled,
  inviter_disabled: registrationDisabled,
  email_taken: alreadyExists,
  username_taken: alreadyExists,
}

export function registerRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/register',
    {
      config: { access: 'public', isGuess: true },
      schema: {
        summary: 'Create an account',
        tags: ['Auth'],
        body: Request,
        response: responsesWith({ 201: Message }, { ...input, ...problems, forbidden }),
      },
    },
    async (request, reply) => {
      const { password, language, ...given } = request.body as Static<typeof Request>
      const weak = refuseWeak(reply, password, 'Password')
      if (weak) return weak
      const names = { username: given.username.trim().toLowerCase(), email: given.email.toLowerCase() }
      const result = await registerWithPassword(engine, {
        realm,
        client: context.markedClientOf(request, reply),
        ...names,
        usernamePolicy,
        password,
        language: language || 'en',
        takesSetUp: context.isSetupCodeRight(request.headers['x-setup-code']),
      })
      if (result.ok) return reply.code(201).send({ message: 'The account was created.' })
      const details = detailsOf(result.failure, names)
      if (details) return sendProblem(reply, problems, result.failure, details)
      return sendPasswordProblem(reply, problems, result.failure, 'Password')
    },
  )
}

function detailsOf(
  { code }: RegisterWithPasswordFailure,
  { username, email }: { username: string; email: string },
): Record<string, string> | undefined {
  if (code === 'email_taken') return { email }
  if (code === 'username_taken') return { username }
  if (code === 'email_not_valid') return { Email: 'This is no e-mail address.' }
  return code === 'username_not_valid' ? { Username: 'This cannot be a name.' } : undefined
}
