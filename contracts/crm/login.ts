import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type SignInWithPasswordFailure,
  signInWithPassword,
} from '../../engine/authenticators/sign-in-with-password.ts'
import type { AppContext } from '../contract.ts'
import { dateFormatOf, languageOf } from './objects.ts'
import {
  forbidden,
  invalidCredentials,
  invalidInput,
  missingField,
  type Problems,
  rateLimited,
  responsesWith,
  sendProblem,
  sendWords,
  type Words,
} from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'

const Request = Type.Object({
  identifier: Type.Optional(Type.String({ description: 'Username, or e-mail address: what has an `@`.' })),
  email: Type.Optional(
    Type.String({ description: 'An older name of `identifier`, read when that is blank.' }),
  ),
  password: Type.Optional(Type.String()),
})

const Answer = Type.Object({ language: Type.String(), date_format: Type.String() })

const secondStep: Words = {
  ...invalidCredentials,
  message: 'This account has a second step, which cannot be made here. Use an API token of the account page.',
}

const problems: Problems<SignInWithPasswordFailure> = {
  method_off: invalidCredentials,
  too_many_requests: rateLimited,
  credentials_wrong: invalidCredentials,
  account_disabled: invalidCredentials,
  second_step_due: secondStep,
}

export function loginRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, settings } = context
  fastify.post(
    '/login',
    {
      config: {
        access: 'public',
        isGuess: true,
        badBody: { words: invalidInput, details: { reason: 'The body is no JSON as documented.' } },
      },
      schema: {
        summary: 'Sign in: sets the session cookie',
        tags: ['Auth'],
        body: Request,
        response: responsesWith({ 200: Answer }, { missingField, invalidInput, ...problems, forbidden }),
      },
    },
    async (request, reply) => {
      const { identifier: named = '', email = '', password = '' } = request.body as Static<typeof Request>
      const identifier = named.trim() === '' ? email : named
      if (identifier.trim() === '') return sendWords(reply, missingField, { field: 'identifier' })
      if (password.trim() === '') return sendWords(reply, missingField, { field: 'password' })
      const client = context.markedClientOf(request, reply)
      const lifetimeSeconds = settings.crmSessionSeconds
      const result = await signInWithPassword(engine, {
        realm,
        client,
        identifier,
        password,
        lifetimeSeconds,
      })
      if (!result.ok) return sendProblem(reply, problems, result.failure)
      setSessionCookie(reply, context, result.value)
      const { account } = result.value
      return { language: languageOf(account), date_format: dateFormatOf(account) }
    },
  )
}
