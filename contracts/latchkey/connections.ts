import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  linkProvider,
  listConnections,
  type UnlinkProviderFailure,
  unlinkProvider,
} from '../../engine/authenticators/oauth/connections.ts'
import { beginWithProvider } from '../../engine/authenticators/oauth/state.ts'
import { type PresenceFailure, provePresence } from '../../engine/authenticators/prove-presence.ts'
import { providerReturnLink } from '../../engine/links.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Empty, Password } from './fields.ts'
import { keepFlowCookie, readFlowCookie } from './flow-cookie.ts'
import { ConnectionShape, toConnection } from './objects.ts'
import {
  type Problems,
  passwordWrong,
  responsesWith,
  sendProblem,
  signedOut,
  signInAgain,
  tooManyRequests,
} from './problems.ts'
import {
  BackRequest,
  backProblems,
  beginProblems,
  GoThere,
  ProviderParams,
  plainly,
} from './provider-problems.ts'

const tags = ['Providers']
const List = Type.Object({ connections: Type.Array(ConnectionShape) })
const BeginRequest = Type.Object({ password: Type.Optional(Password) }, { additionalProperties: false })

const presenceProblems: Problems<PresenceFailure> = {
  too_many_requests: tooManyRequests,
  password_wrong: passwordWrong,
  sign_in_again: signInAgain,
}
const linkProblems = { ...presenceProblems, ...beginProblems }
const { provider_email_not_proved: _unasked, ...linkBackProblems } = backProblems
const finishProblems = {
  ...linkBackProblems,
  identity_taken: {
    status: 409,
    message: 'This identity opens an account already, or your account has another of the provider.',
  },
}
const unlinkProblems: Problems<UnlinkProviderFailure> = {
  not_linked: { status: 404, message: 'There is no such link.' },
  last_way_in: {
    status: 409,
    message: 'This is the last way into your account. Set a password or add another way first.',
  },
}

export function connectionRoutes(fastify: FastifyInstance, context: AppContext): void {
  listRoute(fastify, context)
  linkRoutes(fastify, context)
  unlinkRoute(fastify, context)
}

function listRoute(fastify: FastifyInstance, { engine, realm }: AppContext): void {
  fastify.get(
    '/account/connections',
    {
      config: { access: 'session' },
      schema: {
        summary: 'The providers that open my account, oldest first',
        tags,
        response: responsesWith({ 200: List }, signedOut),
      },
    },
    async (request) => {
      const { account } = signedInOf(request)
      const connections = await listConnections(engine, { realm, accountId: account.id })
      return { connections: connections.map(toConnection) }
    },
  )
}

function linkRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  const config = { access: 'session', isForPeopleOnly: true } as const
  fastify.post(
    '/account/connections/:provider',
    {
      config,
      schema: {
        summary: 'Begin to link a provider',
        description: 'Good once, for five minutes, in this browser and for this account.',
        tags,
        params: ProviderParams,
        body: BeginRequest,
        response: responsesWith({ 200: GoThere }, { ...signedOut, ...linkProblems }),
      },
    },
    async (request, reply) => {
      const { provider } = request.params as Static<typeof ProviderParams>
      const { password = null } = request.body as Static<typeof BeginRequest>
      const signedIn = signedInOf(request)
      const who = { realm, client: context.clientOf(request) }
      const presence = await provePresence(engine, { ...who, signedIn, password })
      if (!presence.ok) return sendProblem(reply, linkProblems, presence.failure)
      const browser = keepFlowCookie(request, reply, app)
      const redirectUri = providerReturnLink(engine.publicUrl, realm, provider)
      const way = { provider, flow: 'link', browser, accountId: signedIn.account.id, redirectUri } as const
      const begun = await beginWithProvider(engine, { ...who, ...way })
      return begun.ok ? begun.value : sendProblem(reply, linkProblems, begun.failure)
    },
  )
  fastify.post(
    '/account/connections/:provider/finish',
    {
      config,
      schema: {
        summary: 'Come back from a provider, and link it',
        description: 'Its address need not be mine. A mail tells.',
        tags,
        params: ProviderParams,
        body: BackRequest,
        response: responsesWith({ 200: Empty }, { ...signedOut, ...finishProblems }),
      },
    },
    async (request, reply) => {
      const { provider } = request.params as Static<typeof ProviderParams>
      const back = request.body as Static<typeof BackRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const browser = readFlowCookie(request, app)
      const result = await linkProvider(engine, { ...who, provider, browser, ...back })
      if (result.ok) return {}
      const { failure } = result
      if (failure.code === 'email_not_proved') throw new Error('No address was asked for.')
      return sendProblem(reply, finishProblems, plainly(failure))
    },
  )
}

function unlinkRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.delete(
    '/account/connections/:provider',
    {
      config: { access: 'session', isForPeopleOnly: true },
      schema: {
        summary: 'Take a link off',
        description: 'Never the last way in. Sessions stay, and a mail tells.',
        tags,
        params: ProviderParams,
        response: responsesWith({ 200: Empty }, { ...signedOut, ...unlinkProblems }),
      },
    },
    async (request, reply) => {
      const { provider } = request.params as Static<typeof ProviderParams>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await unlinkProvider(engine, { ...who, provider })
      return result.ok ? {} : sendProblem(reply, unlinkProblems, result.failure)
    },
  )
}
