import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type AskRegistrationFailure, askRegistration } from '../../engine/accounts/ask-registration.ts'
import type { AppContext } from '../contract.ts'
import { Email, Language, Name, Sent } from './fields.ts'
import {
  emailNotValid,
  invitationProblems,
  methodOff,
  newPasswordProblems,
  type Problems,
  responsesWith,
  sendProblem,
  signUpClosed,
  tooManyRequests,
} from './problems.ts'

const Request = Type.Object(
  {
    email: Email,
    password: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4_096,
        description: 'Left out: the account begins without one, for who then adds a passkey.',
      }),
    ),
    name: Type.Optional(Name),
    language: Type.Optional(Language),
    invitation: Type.Optional(
      Type.String({
        maxLength: 512,
        description: 'The token of an invitation, where sign-up is by invitation.',
      }),
    ),
  },
  { additionalProperties: false },
)

const problems: Problems<AskRegistrationFailure> = {
  email_not_valid: emailNotValid,
  ...newPasswordProblems,
  method_off: methodOff,
  sign_up_closed: signUpClosed,
  too_many_requests: tooManyRequests,
  ...invitationProblems,
}

export function signUpRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/accounts',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign up, with a password or for a passkey',
        description:
          'Mails a link; the account is made when it is confirmed. The answer is the same whether the address has an account or not.',
        tags: ['Sign up and in'],
        body: Request,
        response: responsesWith({ 202: Sent }, problems),
      },
    },
    async (request, reply) => {
      const {
        password = null,
        name = null,
        language = null,
        ...body
      } = request.body as Static<typeof Request>
      const client = context.markedClientOf(request, reply)
      const result = await askRegistration(engine, { realm, client, ...body, password, name, language })
      return result.ok ? reply.code(202).send({ sent: true }) : sendProblem(reply, problems, result.failure)
    },
  )
}
