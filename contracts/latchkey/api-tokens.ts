import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  API_TOKEN_DAYS_MAX,
  apiTokenScopes,
  type CreateApiTokenFailure,
  createApiToken,
  listOwnApiTokens,
  revokeApiToken,
} from '../../engine/sessions/api-token.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Empty, Password } from './fields.ts'
import { ApiTokenShape, toApiToken } from './objects.ts'
import {
  type Problems,
  passwordWrong,
  responsesWith,
  sendProblem,
  signedOut,
  signInAgain,
  tooManyRequests,
} from './problems.ts'

const tags = ['API tokens']
const List = Type.Object({ tokens: Type.Array(ApiTokenShape) })
const Params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const notFound = { not_found: { status: 404, message: 'There is no such token.' } }

const CreateRequest = Type.Object(
  {
    name: Type.String({ pattern: '\\S', maxLength: 100 }),
    scopes: Type.Array(Type.Enum([...apiTokenScopes]), { minItems: 1, maxItems: apiTokenScopes.length }),
    days: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: API_TOKEN_DAYS_MAX }), Type.Null()], {
        description: 'How long it lasts; 90 if left out, `null` for ever.',
      }),
    ),
    password: Type.Optional(Password),
  },
  { additionalProperties: false },
)
const Created = Type.Object({
  token: Type.String({ description: 'Shown once, and kept nowhere.' }),
  apiToken: ApiTokenShape,
})
const DAYS = 90
const problems: Problems<CreateApiTokenFailure> = {
  scope_not_allowed: { status: 403, message: 'Only administrators may have a token for administration.' },
  too_many_requests: tooManyRequests,
  password_wrong: passwordWrong,
  sign_in_again: signInAgain,
  too_many_tokens: { status: 409, message: 'You have as many tokens as there may be. Revoke one first.' },
}

export function apiTokenRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.get(
    '/account/tokens',
    {
      config: { access: 'session' },
      schema: {
        summary: 'My API tokens, the newest first',
        tags,
        response: responsesWith({ 200: List }, signedOut),
      },
    },
    async (request) => {
      const tokens = await listOwnApiTokens(engine, signedInOf(request).account.id)
      return { tokens: tokens.map(toApiToken) }
    },
  )
  fastify.post(
    '/account/tokens',
    {
      config: { access: 'session', isForPeopleOnly: true },
      schema: {
        summary: 'Make an API token',
        description: 'A bearer token for programs, good for its scopes alone. `:write` includes `:read`.',
        tags,
        body: CreateRequest,
        response: responsesWith({ 201: Created }, { ...signedOut, ...problems }),
      },
    },
    async (request, reply) => {
      const { name, scopes, days = DAYS, password = null } = request.body as Static<typeof CreateRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request), password }
      const result = await createApiToken(engine, { ...who, name: name.trim(), scopes, days })
      if (!result.ok) return sendProblem(reply, problems, result.failure)
      const { token, apiToken } = result.value
      return reply.code(201).send({ token, apiToken: toApiToken(apiToken) })
    },
  )
  fastify.delete(
    '/account/tokens/:id',
    {
      config: { access: 'session', isForPeopleOnly: true, ignoresBody: true },
      schema: {
        summary: 'Revoke one of my API tokens',
        tags,
        params: Params,
        response: responsesWith({ 200: Empty }, { ...signedOut, ...notFound }),
      },
    },
    async (request, reply) => {
      const { id } = request.params as Static<typeof Params>
      const accountId = signedInOf(request).account.id
      const client = context.clientOf(request)
      const result = await revokeApiToken(engine, { realm, client, accountId, id })
      return result.ok ? {} : sendProblem(reply, notFound, result.failure)
    },
  )
}
