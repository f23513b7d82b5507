import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type PresenceFailure, provePresence } from '../../engine/authenticators/prove-presence.ts'
import {
  type ChangeTotpFailure,
  disableTotp,
  type EnableTotpFailure,
  enableTotp,
  readTotpStatus,
  regenerateRecoveryCodes,
  type SetUpTotpFailure,
  setUpTotp,
} from '../../engine/authenticators/totp/manage.ts'
import {
  type CompleteSecondStepFailure,
  completeSecondStep,
} from '../../engine/authenticators/totp/second-step.ts'
import type { SecondStepDue } from '../../engine/sessions/gate.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Empty, Password, Token } from './fields.ts'
import { AccountAnswer, toAccount } from './objects.ts'
import {
  methodOff,
  type Problems,
  passwordWrong,
  responsesWith,
  sendProblem,
  signedOut,
  signInAgain,
  tooManyRequests,
} from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'

const tags = ['Second factor']
const Code = Type.String({ minLength: 1, maxLength: 20 })
const CodeRequest = Type.Object(
  { code: Type.String({ minLength: 1, maxLength: 20, description: 'Six digits of the authenticator app.' }) },
  { additionalProperties: false },
)
const RecoveryCodes = Type.Object({
  recoveryCodes: Type.Array(Type.String(), { description: 'Ten, each good once; shown this once.' }),
})
const Status = Type.Object({
  enabledAt: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'UNIX milliseconds, UTC.',
  }),
  recoveryCodesLeft: Type.Integer(),
})
const Setup = Type.Object({
  secret: Type.String({ description: 'Base32, for typing.' }),
  uri: Type.String({ description: '`otpauth://…`, for a QR code.' }),
})
const SetupRequest = Type.Object({ password: Type.Optional(Password) }, { additionalProperties: false })

const codeWrong = {
  status: 422,
  message: 'The code is not right. Look at the clock of your phone, and take a new one.',
}
const off = { status: 409, message: 'There is no second step to speak of: begin its set-up first.' }
const on = { status: 409, message: 'The second step is on already.' }

const setupProblems: Problems<SetUpTotpFailure | PresenceFailure> = {
  method_off: methodOff,
  too_many_requests: tooManyRequests,
  password_wrong: passwordWrong,
  sign_in_again: signInAgain,
  totp_on: on,
}
const enableProblems: Problems<EnableTotpFailure> = {
  too_many_requests: tooManyRequests,
  totp_off: off,
  totp_on: on,
  code_wrong: codeWrong,
}
const changeProblems: Problems<ChangeTotpFailure> = {
  too_many_requests: tooManyRequests,
  totp_off: off,
  code_wrong: codeWrong,
}
const accountDisabled = { status: 403, message: 'This account is disabled. Ask an administrator.' }
type StepFailure = Exclude<
  CompleteSecondStepFailure,
  SecondStepDue | { code: 'totp_off' } | { code: 'recovery_codes_used_up' }
>
const stepProblems: Problems<StepFailure> = {
  second_step_over: { status: 410, message: 'That took too long, or too many tries. Sign in again.' },
  too_many_requests: tooManyRequests,
  code_wrong: codeWrong,
  account_disabled: accountDisabled,
  method_off: methodOff,
}

export function secondFactorRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const config = { access: 'session', isForPeopleOnly: true } as const
  fastify.get(
    '/account/second-factor',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Whether my sign-in asks for a second step',
        tags,
        response: responsesWith({ 200: Status }, signedOut),
      },
    },
    (request) => readTotpStatus(engine, signedInOf(request).account.id),
  )
  fastify.post(
    '/account/second-factor',
    {
      config,
      schema: {
        summary: 'Begin the set-up of an authenticator app',
        description: 'In place of one that was begun before. Nothing changes until a code enables it.',
        tags,
        body: SetupRequest,
        response: responsesWith({ 200: Setup }, { ...signedOut, ...setupProblems }),
      },
    },
    async (request, reply) => {
      const { password = null } = request.body as Static<typeof SetupRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const presence = await provePresence(engine, { ...who, password })
      if (!presence.ok) return sendProblem(reply, setupProblems, presence.failure)
      const result = await setUpTotp(engine, who)
      return result.ok ? result.value : sendProblem(reply, setupProblems, result.failure)
    },
  )
  fastify.post(
    '/account/second-factor/enable',
    {
      config,
      schema: {
        summary: 'Switch the second step on, by a first code',
        tags,
        body: CodeRequest,
        response: responsesWith({ 200: RecoveryCodes }, { ...signedOut, ...enableProblems }),
      },
    },
    async (request, reply) => {
      const { code } = request.body as Static<typeof CodeRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await enableTotp(engine, { ...who, code: code.trim() })
      return result.ok ? result.value : sendProblem(reply, enableProblems, result.failure)
    },
  )
  fastify.post(
    '/account/second-factor/disable',
    {
      config,
      schema: {
        summary: 'Switch the second step off, by a code of the app or a recovery code',
        tags,
        body: CodeRequest,
        response: responsesWith({ 200: Empty }, { ...signedOut, ...changeProblems }),
      },
    },
    async (request, reply) => {
      const { code } = request.body as Static<typeof CodeRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await disableTotp(engine, { ...who, code: code.trim() })
      return result.ok ? {} : sendProblem(reply, changeProblems, result.failure)
    },
  )
  fastify.post(
    '/account/second-factor/recovery-codes',
    {
      config,
      schema: {
        summary: 'Make new recovery codes, by a code of the app; those before are worth nothing',
        tags,
        body: CodeRequest,
        response: responsesWith({ 200: RecoveryCodes }, { ...signedOut, ...changeProblems }),
      },
    },
    async (request, reply) => {
      const { code } = request.body as Static<typeof CodeRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await regenerateRecoveryCodes(engine, { ...who, code: code.trim() })
      return result.ok ? result.value : sendProblem(reply, changeProblems, result.failure)
    },
  )
}

const StepRequest = Type.Object({ token: Token, code: Code }, { additionalProperties: false })

export function secondStepRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/sign-in/second-step',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Complete a sign-in by a code of the authenticator app, or a recovery code',
        tags: ['Sign up and in'],
        body: StepRequest,
        response: responsesWith({ 200: AccountAnswer }, stepProblems),
      },
    },
    async (request, reply) => {
      const { token, code } = request.body as Static<typeof StepRequest>
      const client = context.markedClientOf(request, reply)
      const result = await completeSecondStep(engine, { realm, client, token, code: code.trim() })
      if (!result.ok) {
        return sendProblem(reply, stepProblems, plain(result.failure))
      }
      setSessionCookie(reply, context, result.value)
      return { account: toAccount(context.app, result.value.account) }
    },
  )
}

/** Our page says no more than that it is over, or that the code is wrong. */
function plain(failure: CompleteSecondStepFailure): StepFailure {
  if (failure.code === 'second_step_due') throw new Error('The second step was just made.')
  if (failure.code === 'totp_off') return { code: 'second_step_over' }
  if (failure.code === 'recovery_codes_used_up') return { code: 'code_wrong' }
  return failure
}

/** How a sign-in goes on where the account has a second factor. */
export const SecondStepAnswer = Type.Object({
  secondStep: Type.Object({
    token: Type.String({ description: 'For POST /sign-in/second-step, within two minutes.' }),
  }),
})
