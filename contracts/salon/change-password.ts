import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type ChangePasswordByEmailFailure,
  changePasswordByEmail,
} from '../../engine/authenticators/change-password-by-email.ts'
import { authenticate } from '../../engine/sessions/authenticate.ts'
import type { AppContext } from '../contract.ts'
import { readCredential } from '../credential.ts'
import { problemResponses } from '../problem-table.ts'
import { salonCredential } from './credential.ts'
import { Done, done, Email, NewPassword } from './fields.ts'
import { ErrorShape, general, invalidInput, type Problems, sendProblem, tooManyRequests } from './problems.ts'

/** Spelt as the document spells them, unlike the rest. */
const Request = Type.Object({
  email: Email,
  currentPassword: Type.String({ minLength: 1 }),
  newPassword: NewPassword,
  confirmPassword: NewPassword,
})

type Failure = ChangePasswordByEmailFailure | { code: 'passwords_differ' } | { code: 'token_not_valid' }

const problems: Problems<Failure> = {
  passwords_differ: {
    status: 400,
    message: 'Passwords do not match',
    dutch: 'Wachtwoorden komen niet overeen',
    code: 'PASSWORDS_DIFFER',
  },
  token_not_valid: general.token_not_valid,
  password_too_short: invalidInput,
  password_too_long: invalidInput,
  password_common: invalidInput,
  password_same: invalidInput,
  too_many_requests: tooManyRequests,
  credentials_wrong: {
    status: 401,
    message: 'Wrong current password',
    dutch: 'Huidig wachtwoord is onjuist',
    code: 'WRONG_PASSWORD',
  },
}

/** Works without a token, as documented: who was just given a temporary password may have none at hand. */
export function changePasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/api/auth/change-password',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Change my password, by e-mail address and current password',
        description:
          'A bearer token that is sent along must be the account’s own; its session goes on, every other ends.',
        body: Request,
        response: { 200: Done, ...problemResponses(problems, ErrorShape) },
      },
    },
    async (request, reply) => {
      const { email, currentPassword, newPassword, confirmPassword } = request.body as Static<typeof Request>
      const refuse = (failure: Failure, fields?: Record<string, string>) =>
        sendProblem(reply, context, problems, failure, fields)
      if (newPassword !== confirmPassword) return refuse({ code: 'passwords_differ' })
      const token = readCredential(request, app, salonCredential)
      const isTokenSent = request.headers.authorization !== undefined
      const who = token ? await authenticate(engine, { realm, app: app.name, token }) : undefined
      if (isTokenSent && !who?.ok) return refuse({ code: 'token_not_valid' })
      const client = context.clientOf(request)
      const signedIn = who?.ok ? who.value : null
      const change = { realm, client, signedIn, email, currentPassword, newPassword }
      const result = await changePasswordByEmail(engine, change)
      if (result.ok) return done
      const { code } = result.failure
      return refuse(result.failure, code.startsWith('password_') ? { newPassword: code } : undefined)
    },
  )
}
