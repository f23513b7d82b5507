import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { isInLog, listLog } from '../../engine/activity/list-log.ts'
import type { LoggedAction } from '../../engine/activity/log-tail.ts'
import { actions } from '../../engine/activity/record.ts'
import { MINUTE_MS } from '../../engine/clock.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { createEventStream } from '../event-stream.ts'
import { RealmQuery, realmForAdmin, realmNotFound } from './admin-realms.ts'
import { LoggedActionShape, toLogged } from './objects.ts'
import { forbidden, responsesWith, sendProblem, signedOut } from './problems.ts'

const tags = ['Administration']
const LIMIT = 50
/** Then who reads the stream comes back and is judged anew. */
const STREAM_LASTS_MS = 5 * MINUTE_MS
const Query = Type.Object({
  ...RealmQuery.properties,
  action: Type.Optional(Type.Enum([...actions])),
  account: Type.Optional(
    Type.String({ maxLength: 100, description: 'The uid of the account that entries are about.' }),
  ),
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'The id that the page before ended with.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: LIMIT })),
})
const List = Type.Object({ entries: Type.Array(LoggedActionShape) })
const Stream = Type.String({
  contentMediaType: 'text/event-stream',
  description: 'Events `action`, each with an entry as its data.',
})

export function adminActivityRoutes(fastify: FastifyInstance, context: AppContext): void {
  listRoute(fastify, context)
  streamRoute(fastify, context)
}

function listRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm: own } = context
  fastify.get(
    '/admin/activity',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'What happened in a realm, the newest first',
        tags,
        querystring: Query,
        response: responsesWith({ 200: List }, { ...signedOut, ...forbidden, ...realmNotFound }),
      },
    },
    async (request, reply) => {
      const { realm: name, before: below, limit = LIMIT, ...rest } = request.query as Static<typeof Query>
      const ofRealm = realmForAdmin(context, request, name)
      if (!ofRealm) return sendProblem(reply, realmNotFound, { code: 'not_found' })
      const actor = signedInOf(request).account
      const result = await listLog(engine, { realm: own, actor, ofRealm, below, limit, ...rest })
      if (!result.ok) return sendProblem(reply, realmNotFound, result.failure)
      return { entries: result.value.map(toLogged) }
    },
  )
}

function streamRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm: own } = context
  const stream = createEventStream<LoggedAction>(fastify, {
    engine,
    itemOf: (entry) => entry,
    eventOf: (entry) => ({ event: 'action', id: entry.id, data: toLogged(entry) }),
  })
  // Who may no longer read is sent away; who still may comes back.
  engine.bus.subscribe((message) => {
    if (message.kind === 'account_changed') stream.end(({ accountId }) => accountId === message.accountId)
    if (message.kind === 'session_ended') stream.end(({ sessionId }) => sessionId === message.sessionId)
  })
  fastify.get(
    '/admin/activity/stream',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'What happens in a realm, as it happens: server-sent events',
        tags,
        querystring: RealmQuery,
        response: responsesWith({ 200: Stream }, { ...signedOut, ...forbidden, ...realmNotFound }),
      },
    },
    async (request, reply) => {
      const { realm: name } = request.query as Static<typeof RealmQuery>
      const ofRealm = realmForAdmin(context, request, name)
      if (!ofRealm) return sendProblem(reply, realmNotFound, { code: 'not_found' })
      const { account: actor, session } = signedInOf(request)
      const id = idIn(request.headers['last-event-id'])
      const isThere = id !== undefined && (await isInLog(engine, { realm: ofRealm, id }))
      return stream.open(request, reply, {
        after: isThere ? id : undefined,
        isAskedFor: (entry) => entry.realmId === ofRealm.id,
        async replay({ after, upTo, limit }) {
          const range = { above: after, below: upTo + 1, limit }
          const missed = await listLog(engine, { realm: own, actor, ofRealm, ...range })
          return missed.ok ? missed.value.reverse() : []
        },
        address: context.clientOf(request).addressBlock,
        accountId: actor.id,
        sessionId: session.id,
        endsAt: engine.clock.now() + STREAM_LASTS_MS,
      })
    },
  )
}

function idIn(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^[1-9]\d{0,14}$/.test(header) ? Number(header) : undefined
}
