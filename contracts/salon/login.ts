import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type SignInWithPasswordFailure,
  signInWithPassword,
} from '../../engine/authenticators/sign-in-with-password.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Email } from './fields.ts'
import { ErrorShape, invalidInput, type Problems, sendProblem, tooManyRequests } from './problems.ts'
import { FullUser, toUser } from './user.ts'

const Request = Type.Object({
  email: Email,
  password: Type.String({ minLength: 1 }),
  mobile: Type.Optional(Type.Boolean({ description: 'Also answer a refresh token of 30 days.' })),
})

const Answer = Type.Object({
  token: Type.String({ description: 'Access token: a JWT of 8 hours.' }),
  refresh_token: Type.Optional(Type.String({ description: 'Only with `mobile: true`.' })),
  user: FullUser,
})

const wrong = {
  status: 401,
  message: 'Invalid credentials',
  dutch: 'Ongeldige inloggegevens',
  code: 'INVALID_CREDENTIALS',
}

const problems: Problems<SignInWithPasswordFailure> = {
  method_off: wrong,
  too_many_requests: tooManyRequests,
  credentials_wrong: wrong,
  account_disabled: wrong,
  second_step_due: wrong,
}

export function loginRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/login',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in with e-mail address and password',
        body: Request,
        response: { 200: Answer, ...problemResponses({ ...problems, invalidInput }, ErrorShape) },
      },
    },
    async (request, reply) => {
      const { email, password, mobile = false } = request.body as Static<typeof Request>
      const client = context.clientOf(request)
      // A username cannot be meant: staff have none, and an address without an @ is none.
      const identifier = email.includes('@') ? email.trim() : `${email.trim()}@`
      const who = { realm, client, identifier, password, wantsRefreshToken: mobile }
      const result = await signInWithPassword(engine, who)
      if (!result.ok) return sendProblem(reply, context, problems, result.failure)
      const { token, refreshToken, account } = result.value
      return { token, ...(refreshToken !== null && { refresh_token: refreshToken }), user: toUser(account) }
    },
  )
}
