import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
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
import { qrPng } from '../../engine/authenticators/totp/qr-png.ts'
import {
  type CompleteSecondStepFailure,
  completeSecondStep,
} from '../../engine/authenticators/totp/second-step.ts'
import type { SecondStepDue } from '../../engine/sessions/gate.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { input, type Problems, responsesWith, sendProblem, session, tooManyRequests } from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'
import { fromTempToken } from './temp-token.ts'

const tags = ['TOTP']
const AppCode = Type.String({ minLength: 6, maxLength: 6, description: 'Of the authenticator app.' })
const AnyCode = Type.String({
  minLength: 6,
  maxLength: 8,
  description: 'Six characters of the authenticator app, or a backup code of eight.',
})
const AppCodeRequest = Type.Object({ code: AppCode })
const AnyCodeRequest = Type.Object({ code: AnyCode })
const VerifyRequest = Type.Object({ temp_token: Type.String({ minLength: 1 }), code: AnyCode })

const Setup = Type.Object({
  qr_code_base64: Type.String({ description: 'A PNG, without a `data:` prefix.' }),
  qr_code_uri: Type.String({ description: '`otpauth://totp/…`' }),
  secret: Type.String({ description: 'Base32.' }),
})
const BackupCodes = Type.Object({
  backup_codes: Type.Array(Type.String(), { description: 'Ten of eight characters; shown this once.' }),
})
const Status = Type.Object({
  enabled: Type.Boolean(),
  enabled_at: Type.Optional(Type.String({ description: 'RFC 3339.' })),
  backup_codes_remaining: Type.Optional(Type.Integer()),
})

const alreadyEnabled = {
  status: 409,
  code: 'totp:already_enabled',
  details: 'The second step is on already.',
}
const notEnabled = { status: 400, code: 'totp:not_enabled', details: 'The second step is not on.' }
const invalidCode = { status: 400, code: 'totp:invalid_code', details: 'The code is not right.' }

const setupProblems: Problems<SetUpTotpFailure> = { method_off: notEnabled, totp_on: alreadyEnabled }
const enableProblems: Problems<EnableTotpFailure> = {
  too_many_requests: tooManyRequests,
  totp_off: notEnabled,
  totp_on: alreadyEnabled,
  code_wrong: invalidCode,
}
const changeProblems: Problems<ChangeTotpFailure> = {
  too_many_requests: tooManyRequests,
  totp_off: notEnabled,
  code_wrong: invalidCode,
}
const tempTokenInvalid = {
  status: 400,
  code: 'totp:temp_token_invalid',
  details: 'The token is unknown, used or expired: sign in again.',
}
const verifyProblems: Problems<Exclude<CompleteSecondStepFailure, SecondStepDue>> = {
  second_step_over: tempTokenInvalid,
  too_many_requests: tooManyRequests,
  totp_off: notEnabled,
  recovery_codes_used_up: {
    status: 401,
    code: 'totp:backup_code_exhausted',
    details: 'There is no backup code left.',
  },
  code_wrong: invalidCode,
  // Shut since the first step, which is worth nothing then.
  account_disabled: tempTokenInvalid,
  method_off: tempTokenInvalid,
}

export function totpRoutes(fastify: FastifyInstance, context: AppContext): void {
  setupRoute(fastify, context)
  enableRoute(fastify, context)
  verifyRoute(fastify, context)
  statusRoute(fastify, context)
  disableRoute(fastify, context)
  regenerateRoute(fastify, context)
}

function setupRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/v0/auth/totp/setup',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'Begin the set-up of an authenticator app',
        description: 'In place of one that was begun before. Nothing changes until a code enables it.',
        tags,
        response: responsesWith({ 200: Setup }, { ...session, ...setupProblems }),
      },
    },
    async (request, reply) => {
      const result = await setUpTotp(engine, { realm, signedIn: signedInOf(request) })
      if (!result.ok) return sendProblem(reply, context, setupProblems, result.failure)
      const { secret, uri } = result.value
      return { qr_code_base64: qrPng(uri).toString('base64'), qr_code_uri: uri, secret }
    },
  )
}

function enableRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/v0/auth/totp/enable',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Switch the second step on, by a first code',
        tags,
        body: AppCodeRequest,
        response: responsesWith({ 200: BackupCodes }, { ...input, ...session, ...enableProblems }),
      },
    },
    async (request, reply) => {
      const { code } = request.body as Static<typeof AppCodeRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await enableTotp(engine, { ...who, code })
      if (!result.ok) return sendProblem(reply, context, enableProblems, result.failure)
      return { backup_codes: result.value.recoveryCodes }
    },
  )
}

function verifyRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/v0/auth/totp/verify',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Complete a sign-in by a code',
        description: 'Five wrong codes end the attempt.',
        tags,
        body: VerifyRequest,
        response: responsesWith({ 204: null }, { ...input, ...verifyProblems }),
      },
    },
    async (request, reply) => {
      const { temp_token, code } = request.body as Static<typeof VerifyRequest>
      const client = context.markedClientOf(request, reply)
      const token = fromTempToken(temp_token)
      const result = await completeSecondStep(engine, { realm, client, token, code })
      if (!result.ok) {
        const { failure } = result
        if (failure.code === 'second_step_due') throw new Error('The second step was just made.')
        return sendProblem(reply, context, verifyProblems, failure)
      }
      setSessionCookie(reply, context, result.value)
      return reply.code(204).send()
    },
  )
}

function statusRoute(fastify: FastifyInstance, { engine }: AppContext): void {
  fastify.get(
    '/v0/auth/totp/status',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Whether my sign-in asks for a second step',
        tags,
        response: responsesWith({ 200: Status }, session),
      },
    },
    async (request) => {
      const { enabledAt, recoveryCodesLeft } = await readTotpStatus(engine, signedInOf(request).account.id)
      if (enabledAt === null) return { enabled: false }
      const enabled_at = new Date(enabledAt).toISOString()
      return { enabled: true, enabled_at, backup_codes_remaining: recoveryCodesLeft }
    },
  )
}

function disableRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/v0/auth/totp/disable',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Switch the second step off, by a code of the app or a backup code',
        tags,
        body: AnyCodeRequest,
        response: responsesWith({ 204: null }, { ...input, ...session, ...changeProblems }),
      },
    },
    async (request, reply) => {
      const { code } = request.body as Static<typeof AnyCodeRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await disableTotp(engine, { ...who, code })
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, changeProblems, result.failure)
    },
  )
}

function regenerateRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/v0/auth/totp/backup-codes/regenerate',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Make new backup codes, by a code of the app; those before are worth nothing',
        tags,
        body: AppCodeRequest,
        response: responsesWith({ 200: BackupCodes }, { ...input, ...session, ...changeProblems }),
      },
    },
    async (request, reply) => {
      const { code } = request.body as Static<typeof AppCodeRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await regenerateRecoveryCodes(engine, { ...who, code })
      if (!result.ok) return sendProblem(reply, context, changeProblems, result.failure)
      return { backup_codes: result.value.recoveryCodes }
    },
  )
}
