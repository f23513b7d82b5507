import type { FastifyInstance } from 'fastify'
import {
  type SignUpWithPasswordFailure,
  signUpWithPassword,
} from '../../engine/accounts/sign-up-with-password.ts'
import type { AppContext } from '../contract.ts'
import { chosenPassword, email, name, readByForm, shortToken } from './fields.ts'
import { defineForm } from './form.ts'
import { LoginResponse, newExtra, toUser } from './objects.ts'
import {
  forbidden,
  inactive,
  newPassword,
  type Problems,
  responsesWith,
  sendProblem,
  sendWrongs,
  tooManyRequests,
  validation,
  type Words,
  wrongPassword,
} from './problems.ts'

export const userExists: Words = { status: 409, message: 'User already exists' }

const problems: Problems<SignUpWithPasswordFailure> = {
  email_not_valid: validation,
  username_not_valid: validation,
  ...newPassword,
  method_off: forbidden,
  sign_up_closed: forbidden,
  too_many_requests: tooManyRequests,
  invitation_not_valid: { status: 403, message: 'Invalid token' },
  invitation_expired: { status: 403, message: 'Token expired' },
  inviter_disabled: inactive,
  username_taken: userExists,
  email_taken: userExists,
  account_disabled: inactive,
}

export function signupRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const form = defineForm({
    referrer: { ...shortToken, description: 'A token that somebody who has an account handed out.' },
    email,
    password: chosenPassword(realm.policy),
    name: { ...name, isOptional: true, isNullable: true },
  })
  fastify.post(
    '/api/auth/signup',
    {
      config: { access: 'public' },
      ...readByForm,
      schema: {
        summary: 'Make an account with a token of somebody who has one',
        description: 'Signs in at once. The token is looked at before the address.',
        body: form.schema,
        response: responsesWith(LoginResponse, problems),
      },
    },
    async (request, reply) => {
      const read = form.read(request.body)
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const { referrer: invitation, ...given } = read.value
      const result = await signUpWithPassword(engine, {
        realm,
        client: context.clientOf(request),
        username: null,
        email: given.email,
        password: given.password,
        name: given.name ?? null,
        invitation,
        extra: newExtra,
      })
      if (result.ok) return { token: result.value.token, user: toUser(result.value.account) }
      const { failure } = result
      if (failure.code.startsWith('password_')) return sendWrongs(reply, wrongPassword('password', failure))
      return sendProblem(reply, problems, failure)
    },
  )
}
