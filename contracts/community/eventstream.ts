import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { findInLog, isAskedFor, listPublicSince, toPublicAction } from '../../engine/activity/public-log.ts'
import type { AppContext } from '../contract.ts'
import { createEventStream } from '../event-stream.ts'
import { Filter, readFilter, toEntry } from './action-logs.ts'
import { badRequest, input, responsesWith, sendWords } from './problems.ts'

const UID_LENGTH = 36
const Stream = Type.String({
  contentMediaType: 'text/event-stream',
  description: 'Events `action_log`, each with an entry as its data.',
})

export function eventstreamRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const stream = createEventStream(fastify, {
    engine,
    itemOf: (entry) => toPublicAction(realm, entry),
    eventOf: (action) => ({ event: 'action_log', id: action.uid, data: toEntry(action) }),
  })
  fastify.get(
    '/v0/eventstream/actions',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What happens, as it happens: server-sent events',
        description:
          'A comment comes after 15 s of silence. With `Last-Event-ID` (the id of an entry) the stream starts with what came after it, of more than 1000 entries with the newest; an id that is not in the log is ignored.',
        tags: ['Event stream'],
        querystring: Filter,
        response: responsesWith({ 200: Stream }, input),
      },
    },
    async (request, reply) => {
      const filter = readFilter(request.query as Static<typeof Filter>)
      if (!filter) return sendWords(reply, context, badRequest)
      const last = request.headers['last-event-id']
      const uid = typeof last === 'string' && last.length === UID_LENGTH ? last.toLowerCase() : undefined
      return stream.open(request, reply, {
        after: uid === undefined ? undefined : await findInLog(engine, { realm, uid }),
        address: context.clientOf(request).addressBlock,
        isAskedFor: (action) => isAskedFor(filter, action),
        replay: (range) => listPublicSince(engine, { realm, filter, ...range }),
      })
    },
  )
}
