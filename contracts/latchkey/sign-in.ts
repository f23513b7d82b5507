import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type SendSignInCodeFailure, sendSignInCode } from '../../engine/authenticators/send-sign-in-code.ts'
import { type SignInWithCodeFailure, signInWithCode } from '../../engine/authenticators/sign-in-with-code.ts'
import {
  type SignInWithPasswordFailure,
  signInWithPassword,
} from '../../engine/authenticators/sign-in-with-password.ts'
import type { SecondStepDue } from '../../engine/sessions/gate.ts'
import type { AppContext } from '../contract.ts'
import { Email, Language, Name, Password, Sent } from './fields.ts'
import { AccountAnswer, AccountShape, toAccount } from './objects.ts'
import {
  emailNotValid,
  methodOff,
  type Problems,
  responsesWith,
  sendProblem,
  signUpClosed,
  tooManyRequests,
  usernameNotValid,
  usernameTaken,
} from './problems.ts'
import { SecondStepAnswer } from './second-factor.ts'
import { setSessionCookie } from './session-cookie.ts'

const tags = ['Sign up and in']

const PasswordRequest = Type.Object(
  {
    identifier: Type.String({
      minLength: 1,
      maxLength: 320,
      description: 'An e-mail address or a username.',
    }),
    password: Password,
  },
  { additionalProperties: false },
)

const credentialsWrong = { status: 401, message: 'Address or password is not right.' }
const accountDisabled = { status: 403, message: 'This account is disabled. Ask an administrator.' }
const passwordProblems: Problems<Exclude<SignInWithPasswordFailure, SecondStepDue>> = {
  method_off: methodOff,
  too_many_requests: tooManyRequests,
  credentials_wrong: credentialsWrong,
  // Told only to who knows the password.
  account_disabled: accountDisabled,
}

/** Known to everybody, so it opens its account where the server stands, and nowhere else. */
const defaultPassword = {
  default_password: {
    status: 403,
    message: 'The default password works on the machine of the server alone. Sign in there, and change it.',
  },
}

export function signInWithPasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/sign-in/password',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in with a password',
        tags,
        body: PasswordRequest,
        response: responsesWith(
          { 200: AccountAnswer, 202: SecondStepAnswer },
          { ...passwordProblems, ...defaultPassword },
        ),
      },
    },
    async (request, reply) => {
      const { identifier, password } = request.body as Static<typeof PasswordRequest>
      const client = context.markedClientOf(request, reply)
      const result = await signInWithPassword(engine, {
        realm,
        client,
        identifier: identifier.trim(),
        password,
      })
      if (!result.ok) {
        const { failure } = result
        if (failure.code === 'method_off' && failure.isDefaultPassword)
          return sendProblem(reply, defaultPassword, { code: 'default_password' })
        if (failure.code !== 'second_step_due') return sendProblem(reply, passwordProblems, failure)
        return reply.code(202).send({ secondStep: { token: failure.token } })
      }
      setSessionCookie(reply, context, result.value)
      return { account: toAccount(context.app, result.value.account) }
    },
  )
}

const CodeRequest = Type.Object(
  { email: Email, language: Type.Optional(Language) },
  { additionalProperties: false },
)
const sendProblems: Problems<SendSignInCodeFailure> = {
  email_not_valid: emailNotValid,
  method_off: methodOff,
}

export function sendCodeRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/sign-in/code',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Mail a six-digit code',
        description: 'Good for ten minutes, once. The answer is always the same.',
        tags,
        body: CodeRequest,
        response: responsesWith({ 200: Sent }, sendProblems),
      },
    },
    async (request, reply) => {
      const { email, language } = request.body as Static<typeof CodeRequest>
      const client = context.clientOf(request)
      const result = await sendSignInCode(engine, { realm, client, email: email.trim(), language })
      return result.ok ? { sent: true } : sendProblem(reply, sendProblems, result.failure)
    },
  )
}

const VerifyRequest = Type.Object(
  {
    email: Email,
    code: Type.String({ pattern: '^[0-9]{6}$' }),
    name: Type.Optional(Name),
    language: Type.Optional(Language),
  },
  { additionalProperties: false },
)
const VerifyAnswer = Type.Object({ account: AccountShape, created: Type.Boolean() })

const verifyProblems: Problems<Exclude<SignInWithCodeFailure, SecondStepDue>> = {
  email_not_valid: emailNotValid,
  username_not_valid: usernameNotValid,
  method_off: methodOff,
  too_many_requests: tooManyRequests,
  code_wrong: { status: 401, message: 'The code is not right, was used, or has expired. Ask for a new one.' },
  sign_up_closed: signUpClosed,
  username_required: usernameNotValid,
  username_taken: usernameTaken,
  account_disabled: accountDisabled,
}

// Nobody chooses a username here: that comes later, by PATCH /account.
const {
  username_not_valid: _not_valid,
  username_required: _required,
  username_taken: _taken,
  ...verifyProblemsAnswered
} = verifyProblems

export function verifyCodeRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/sign-in/code/verify',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in with a mailed code',
        description: 'Makes the account if the address has none and sign-up is open.',
        tags,
        body: VerifyRequest,
        response: responsesWith({ 200: VerifyAnswer, 202: SecondStepAnswer }, verifyProblemsAnswered),
      },
    },
    async (request, reply) => {
      const { email, ...body } = request.body as Static<typeof VerifyRequest>
      const client = context.markedClientOf(request, reply)
      const result = await signInWithCode(engine, { realm, client, email: email.trim(), ...body })
      if (!result.ok) {
        const { failure } = result
        if (failure.code !== 'second_step_due') return sendProblem(reply, verifyProblems, failure)
        return reply.code(202).send({ secondStep: { token: failure.token } })
      }
      setSessionCookie(reply, context, result.value)
      return { account: toAccount(context.app, result.value.account), created: result.value.isNew }
    },
  )
}
