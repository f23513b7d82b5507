import type { FastifyInstance } from 'fastify'
import {
  type SignInWithPasswordFailure,
  signInWithPassword,
} from '../../engine/authenticators/sign-in-with-password.ts'
import type { AppContext } from '../contract.ts'
import { givenPassword, readByForm } from './fields.ts'
import { defineForm } from './form.ts'
import { LoginResponse, toUser } from './objects.ts'
import {
  forbidden,
  inactive,
  type Problems,
  responsesWith,
  sendProblem,
  sendWords,
  sendWrongs,
  tooManyRequests,
  unauthorized,
  validation,
  type Words,
} from './problems.ts'

const form = defineForm({
  email: { type: 'string', isTrimmed: true, description: 'The address, or the name of the first admin.' },
  password: givenPassword,
})

const problems: Problems<SignInWithPasswordFailure> = {
  method_off: forbidden,
  too_many_requests: tooManyRequests,
  // One answer for an unknown address and a wrong password, after the same work.
  credentials_wrong: unauthorized,
  account_disabled: inactive,
  second_step_due: unauthorized,
}

const defaultPassword: Words = {
  status: 403,
  message:
    'The default password works on the machine of the server alone: sign in there, and change it (PUT /api/auth/me/password)',
}

export function loginRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/login',
    {
      config: { access: 'public' },
      ...readByForm,
      schema: {
        summary: 'Sign in with address and password',
        body: form.schema,
        response: responsesWith(LoginResponse, { validation, ...problems, defaultPassword }),
      },
    },
    async (request, reply) => {
      const read = form.read(request.body)
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const { email: identifier, password } = read.value
      const client = context.clientOf(request)
      const result = await signInWithPassword(engine, { realm, client, identifier, password })
      if (result.ok) return { token: result.value.token, user: toUser(result.value.account) }
      const { failure } = result
      if (failure.code === 'method_off' && failure.isDefaultPassword) return sendWords(reply, defaultPassword)
      return sendProblem(reply, problems, failure)
    },
  )
}
