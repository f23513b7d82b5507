import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { endOtherSessions, endSession, listOwnSessions } from '../../engine/sessions/end-session.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Empty } from './fields.ts'
import { SessionShape, toSession } from './objects.ts'
import { responsesWith, sendProblem, signedOut } from './problems.ts'

const tags = ['Sessions']
const List = Type.Object({ sessions: Type.Array(SessionShape) })
const Ended = Type.Object({ sessionsEnded: Type.Integer() })
const Params = Type.Object({ id: Type.String() })
const notFound = { not_found: { status: 404, message: 'There is no such session.' } }

export function sessionRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.get(
    '/account/sessions',
    {
      config: { access: 'session', isForPeopleOnly: true },
      schema: { summary: 'Where I am signed in', tags, response: responsesWith({ 200: List }, signedOut) },
    },
    async (request) => {
      const { account, session } = signedInOf(request)
      const sessions = await listOwnSessions(engine, { accountId: account.id })
      return { sessions: sessions.map((one) => toSession(one, session.id)) }
    },
  )
  fastify.delete(
    '/account/sessions/:id',
    {
      config: { access: 'session', isForPeopleOnly: true, ignoresBody: true },
      schema: {
        summary: 'Sign one of my devices out',
        tags,
        params: Params,
        response: responsesWith({ 200: Empty }, { ...signedOut, ...notFound }),
      },
    },
    async (request, reply) => {
      const { id: sessionId } = request.params as Static<typeof Params>
      const { account } = signedInOf(request)
      const client = context.clientOf(request)
      const result = await endSession(engine, { realm, accountId: account.id, sessionId, client })
      return result.ok ? {} : sendProblem(reply, notFound, result.failure)
    },
  )
  fastify.delete(
    '/account/sessions',
    {
      config: { access: 'session', isForPeopleOnly: true, ignoresBody: true },
      schema: {
        summary: 'Sign all my other devices out',
        tags,
        response: responsesWith({ 200: Ended }, signedOut),
      },
    },
    async (request) => {
      const { account, session } = signedInOf(request)
      const client = context.clientOf(request)
      return endOtherSessions(engine, { realm, accountId: account.id, sessionId: session.id, client })
    },
  )
}
