import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type AskRecoveryFailure, askRecovery } from '../../engine/authenticators/ask-recovery.ts'
import {
  type CompleteRecoveryFailure,
  completeRecovery,
} from '../../engine/authenticators/complete-recovery.ts'
import type { AppContext } from '../contract.ts'
import { Email, Empty, Language, Password, RealmName, Sent, Token } from './fields.ts'
import {
  emailNotValid,
  linkDead,
  newPasswordProblems,
  type Problems,
  responsesWith,
  sendProblem,
  tooManyRequests,
} from './problems.ts'

const tags = ['Recovery']

const AskRequest = Type.Object(
  { email: Email, language: Type.Optional(Language), realm: Type.Optional(RealmName) },
  { additionalProperties: false },
)
const askProblems: Problems<AskRecoveryFailure> = { email_not_valid: emailNotValid }

export function askRecoveryRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, house } = context
  fastify.post(
    '/recovery',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Mail a link to set a new password',
        description: 'Always the same answer. `realm` is the one of the account; ours if left out.',
        tags,
        body: AskRequest,
        response: responsesWith({ 200: Sent }, askProblems),
      },
    },
    async (request, reply) => {
      const { email, language, realm: realmName } = request.body as Static<typeof AskRequest>
      const realm = realmName === undefined ? context.realm : house.realms.get(realmName)
      if (!realm) return { sent: true }
      const client = context.clientOf(request)
      const result = await askRecovery(engine, { realm, client, email: email.trim(), language })
      return result.ok ? { sent: true } : sendProblem(reply, askProblems, result.failure)
    },
  )
}

const CompleteRequest = Type.Object(
  { realm: RealmName, token: Token, newPassword: Password },
  { additionalProperties: false },
)
const completeProblems: Problems<CompleteRecoveryFailure> = {
  ...newPasswordProblems,
  too_many_requests: tooManyRequests,
  link_dead: linkDead,
}

export function completeRecoveryRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, house } = context
  fastify.post(
    '/recovery/complete',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Set a new password by the link',
        description: 'Ends every session of the account and signs nobody in.',
        tags,
        body: CompleteRequest,
        response: responsesWith({ 200: Empty }, completeProblems),
      },
    },
    async (request, reply) => {
      const { realm: realmName, token, newPassword } = request.body as Static<typeof CompleteRequest>
      const realm = house.realms.get(realmName)
      if (!realm) return sendProblem(reply, completeProblems, { code: 'link_dead' })
      const client = context.clientOf(request)
      const result = await completeRecovery(engine, { realm, client, token, newPassword })
      return result.ok ? {} : sendProblem(reply, completeProblems, result.failure)
    },
  )
}
