import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { type PublicCode, publicCodes } from '../../engine/activity/public-code.ts'
import { listPublicLog, type PublicAction, type PublicLogFilter } from '../../engine/activity/public-log.ts'
import type { AppContext } from '../contract.ts'
import { badRequest, input, responsesWith, sendWords } from './problems.ts'

const LIMIT_MAX = 100
const RESOURCE_TYPE = 'User'
const Nullable = Type.Union([Type.String(), Type.Null()])

export const Entry = Type.Object({
  id: Type.String({ description: 'A UUID of version 7.' }),
  action: Type.Enum([...publicCodes]),
  actor_id: { ...Nullable, description: 'Null when the account was deleted, or somebody else did it.' },
  resource_type: Type.Literal(RESOURCE_TYPE),
  resource_id: Nullable,
  summary: Type.String(),
  metadata: Type.Union([Type.Object({ fields: Type.Array(Type.String()) }), Type.Null()]),
  created_at: Type.String({ format: 'date-time' }),
})

const Uuid = Type.String({ description: 'A UUID.' })
export const Filter = Type.Object({
  user_id: Type.Optional({ ...Uuid, description: 'The actor, a UUID.' }),
  resource_id: Type.Optional(Uuid),
  resource_type: Type.Optional(Type.Enum([RESOURCE_TYPE])),
  actions: Type.Optional(Type.Array(Type.Enum([...publicCodes]), { description: 'Once for each value.' })),
})
const Query = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: LIMIT_MAX }),
  cursor_id: Type.Optional({ ...Uuid, description: 'The id of an entry.' }),
  cursor_direction: Type.Optional(Type.Enum(['Older', 'Newer'])),
  ...Filter.properties,
})
const Page = Type.Object({ data: Type.Array(Entry), has_newer: Type.Boolean(), has_older: Type.Boolean() })

export function actionLogsRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.get(
    '/v0/action-logs',
    {
      config: { access: 'public' },
      preValidation: forgetEmptyValues,
      schema: {
        summary: 'What happened lately, newest first',
        tags: ['Action logs'],
        querystring: Query,
        response: responsesWith({ 200: Page }, input),
      },
    },
    async (request, reply) => {
      const { limit, cursor_id, cursor_direction, ...rest } = request.query as Static<typeof Query>
      const filter = readFilter(rest)
      if (!filter || !isUuid(cursor_id)) return sendWords(reply, context, badRequest)
      const direction = cursor_direction === 'Newer' ? 'newer' : 'older'
      const cursor =
        cursor_id === undefined ? undefined : ({ uid: cursor_id.toLowerCase(), direction } as const)
      const page = await listPublicLog(engine, { realm, filter, cursor, limit })
      return { data: page.actions.map(toEntry), has_newer: page.hasNewer, has_older: page.hasOlder }
    },
  )
}

/** @returns nothing when an id is no UUID. */
export function readFilter({
  user_id,
  resource_id,
  actions,
}: Static<typeof Filter>): PublicLogFilter | undefined {
  if (!isUuid(user_id) || !isUuid(resource_id)) return undefined
  return { codes: actions, actorUid: user_id?.toLowerCase(), accountUid: resource_id?.toLowerCase() }
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

function isUuid(text: string | undefined): boolean {
  return text === undefined || UUID.test(text)
}

/** An optional parameter without a value is none. */
function forgetEmptyValues(request: FastifyRequest, _reply: unknown, done: () => void): void {
  const query = request.query as Record<string, unknown>
  for (const [key, value] of Object.entries(query)) if (value === '') delete query[key]
  done()
}

const summaries: Record<PublicCode, string> = {
  'user:create': 'Joined',
  'user:edit': 'Changed their profile',
  'auth:login': 'Signed in',
  'auth:logout': 'Signed out',
  'auth:oauth_login': 'Signed in by another service',
  'oauth:link': 'Linked an account of another service',
  'oauth:unlink': 'Unlinked an account of another service',
  'post:create': 'Wrote a post',
  'post:edit': 'Changed a post',
  'post:delete': 'Deleted a post',
}
/** As the document calls the fields of a profile. */
const fieldNames = {
  username: 'handle',
  name: 'display_name',
  bio: 'bio',
  profileImage: 'profile_image',
  bannerImage: 'banner_image',
}

export function toEntry(action: PublicAction): Static<typeof Entry> {
  const { uid, code, actorUid, accountUid, fields, createdAt } = action
  return {
    id: uid,
    action: code,
    actor_id: actorUid,
    resource_type: RESOURCE_TYPE,
    resource_id: accountUid,
    summary: summaries[code],
    metadata: fields && { fields: fields.map((field) => fieldNames[field]) },
    created_at: new Date(createdAt).toISOString(),
  }
}
