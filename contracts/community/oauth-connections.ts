import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type LinkProviderFailure,
  linkProvider,
  listConnections,
  type UnlinkProviderFailure,
  unlinkProvider,
} from '../../engine/authenticators/oauth/connections.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { anonymousIdOf } from './anonymous-cookie.ts'
import {
  alreadyLinked,
  BackFromProvider,
  backProblems,
  type Provider,
  providerNames,
  providers,
} from './oauth.ts'
import { badRequest, input, type Problems, responsesWith, sendProblem, session } from './problems.ts'

const tags = ['OAuth']
/** All that the document spells; the last three cannot be linked here. */
const SPELT = ['Google', 'Github', 'Discord', 'X', 'Microsoft'] as const
const Spelling = Type.Enum([...SPELT])
const Connections = Type.Object({
  connections: Type.Array(
    Type.Object({ provider: Spelling, created_at: Type.String({ description: 'RFC 3339, UTC.' }) }),
    { description: 'Oldest first.' },
  ),
})
const UnlinkRequest = Type.Object({ provider: Spelling })

const linkProblems: Problems<LinkProviderFailure> = { ...backProblems, identity_taken: alreadyLinked }
const unlinkProblems: Problems<UnlinkProviderFailure> = {
  not_linked: { status: 404, code: 'oauth:connection_not_found', details: 'There is no such link.' },
  last_way_in: {
    status: 400,
    code: 'oauth:cannot_unlink_last_connection',
    details: 'Nothing else opens the account.',
  },
}

export function oauthConnectionRoutes(fastify: FastifyInstance, context: AppContext): void {
  for (const provider of providers) linkRoute(fastify, context, provider)
  listRoute(fastify, context)
  unlinkRoute(fastify, context)
}

function linkRoute(fastify: FastifyInstance, context: AppContext, provider: Provider): void {
  const { engine, realm } = context
  fastify.post(
    `/v0/auth/oauth/${provider}/link`,
    {
      config: { access: 'session' },
      schema: {
        summary: `Link an identity of ${providerNames[provider]} to my account`,
        description: 'By a state that was made with `flow=link`. The address need not be the account’s.',
        tags,
        body: BackFromProvider,
        response: responsesWith({ 204: null }, { ...input, ...session, ...linkProblems }),
      },
    },
    async (request, reply) => {
      const { code, state } = request.body as Static<typeof BackFromProvider>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const back = { provider, browser: anonymousIdOf(request), code, state, isEmailDemanded: true }
      const result = await linkProvider(engine, { ...who, ...back })
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, linkProblems, result.failure)
    },
  )
}

function listRoute(fastify: FastifyInstance, { engine, realm }: AppContext): void {
  fastify.get(
    '/v0/auth/oauth/connections',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Which providers my account is linked to',
        tags,
        response: responsesWith({ 200: Connections }, session),
      },
    },
    async (request) => {
      const all = await listConnections(engine, { realm, accountId: signedInOf(request).account.id })
      const connections = all.flatMap(({ provider, createdAt }) => {
        const spelt = SPELT.find((one) => one.toLowerCase() === provider)
        return spelt ? [{ provider: spelt, created_at: new Date(createdAt).toISOString() }] : []
      })
      return { connections }
    },
  )
}

function unlinkRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/v0/auth/oauth/connections/unlink',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Take a link off, unless nothing else opens the account',
        tags,
        body: UnlinkRequest,
        response: responsesWith({ 204: null }, { badRequest, ...session, ...unlinkProblems }),
      },
    },
    async (request, reply) => {
      const { provider: spelt } = request.body as Static<typeof UnlinkRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await unlinkProvider(engine, { ...who, provider: spelt.toLowerCase() })
      return result.ok ? reply.code(204).send() : sendProblem(reply, context, unlinkProblems, result.failure)
    },
  )
}
