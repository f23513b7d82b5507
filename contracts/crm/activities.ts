import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type Activity,
  type ActivityFailure,
  createActivity,
  findActivity,
  type Gathering,
  listActivities,
  listActivitiesWith,
  replaceActivity,
  trashActivity,
} from '../../engine/contacts/activities.ts'
import type { Contact } from '../../engine/contacts/contact.ts'
import { momentOf } from '../../engine/contacts/moment.ts'
import type { AppContext } from '../contract.ts'
import { Base, baseOf, ContactShape, NOT_BLANK, toContactShape, withFields } from './contact-shape.ts'
import { DatedQuery, Moment, readDates } from './dated.ts'
import { Message, readPage } from './fields.ts'
import { input, notFound, type Problems, responsesWith, sendWords, session } from './problems.ts'
import { sendNotFound, whichOf } from './which.ts'

/** More than come to any party. */
const CONTACTS_MAX = 1_000

const Input = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 200, pattern: NOT_BLANK }),
  description: Type.Optional(Type.String({ maxLength: 2_000 })),
  location: Type.Optional(Type.String({ maxLength: 300 })),
  date: Moment,
  contact_ids: Type.Optional(Type.Array(Type.Integer(), { maxItems: CONTACTS_MAX })),
})
type Input = Static<typeof Input>

export const ActivityShape = Type.Object({
  ...Base.properties,
  title: Type.String(),
  description: Type.String(),
  location: Type.String(),
  date: Type.String({ description: 'As it was sent.' }),
  contacts: Type.Optional(Type.Array(ContactShape)),
})
const Written = Type.Object({ ...Message.properties, activity: ActivityShape })
const Query = Type.Object({ ...DatedQuery.properties, include: Type.Optional(Type.String()) })
const Page = Type.Object({
  activities: Type.Array(ActivityShape),
  total: Type.Integer(),
  page: Type.Integer(),
  limit: Type.Integer(),
})

const problems: Problems<ActivityFailure> = { activity_not_found: notFound, contact_not_found: notFound }
const tags = ['Activities']
const params = Type.Object({ id: Type.String() })
const config = { access: 'session' } as const

export function activityRoutes(fastify: FastifyInstance, context: AppContext): void {
  listRoutes(fastify, context)
  createRoute(fastify, context)
  oneRoutes(fastify, context)
}

function listRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  fastify.get(
    '/activities',
    {
      config,
      schema: {
        summary: 'All activities, the newest first',
        tags,
        querystring: Query,
        response: responsesWith({ 200: Page }, session),
      },
    },
    async (request) => {
      const query = request.query as Static<typeof Query>
      const { page, limit, offset } = readPage(query)
      const { ownerId } = whichOf(context, request)
      const withContacts = query.include === 'contacts'
      const asked = { ownerId, ...readDates(query), withContacts, limit, offset }
      const { activities, total } = await listActivities(engine, asked)
      return { activities: activities.map((one) => toActivityShape(one, brief)), total, page, limit }
    },
  )
  fastify.get(
    '/contacts/:id/activities',
    {
      config,
      schema: {
        summary: 'Activities with a contact',
        tags,
        params,
        response: responsesWith(
          { 200: Type.Object({ activities: Type.Array(ActivityShape) }) },
          { ...session, notFound },
        ),
      },
    },
    async (request, reply) => {
      const { ownerId, id: contactId } = whichOf(context, request)
      const result = await listActivitiesWith(engine, { ownerId, contactId })
      if (!result.ok) return sendNotFound(reply)
      return { activities: result.value.map((one) => toActivityShape(one, brief)) }
    },
  )
}

function createRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.post(
    '/activities',
    {
      config,
      schema: {
        summary: 'Write down an activity',
        tags,
        body: Input,
        response: responsesWith({ 200: Written }, { ...input, ...session, notFound }),
      },
    },
    async (request, reply) => {
      const { ownerId } = whichOf(context, request)
      const { contact_ids: contactIds = [], ...given } = request.body as Input
      const result = await createActivity(context.engine, { ownerId, contactIds, values: toValues(given) })
      if (!result.ok) return sendWords(reply, notFound)
      return {
        message: 'The activity was written down.',
        activity: toActivityShape(result.value, toContactShape),
      }
    },
  )
}

function oneRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  const response = (answer: typeof ActivityShape | typeof Message, more = {}) =>
    responsesWith({ 200: answer }, { ...more, ...session, ...problems })
  fastify.get(
    '/activities/:id',
    { config, schema: { summary: 'One activity', tags, params, response: response(ActivityShape) } },
    async (request, reply) => {
      const result = await findActivity(engine, whichOf(context, request))
      return result.ok ? toActivityShape(result.value, brief) : sendNotFound(reply)
    },
  )
  fastify.put(
    '/activities/:id',
    {
      config,
      schema: {
        summary: 'Replace an activity',
        description: 'Without `contact_ids` those who took part stay.',
        tags,
        params,
        body: Input,
        response: response(ActivityShape, input),
      },
    },
    async (request, reply) => {
      const which = whichOf(context, request)
      const { contact_ids: contactIds = null, ...given } = request.body as Input
      const result = await replaceActivity(engine, { ...which, contactIds, values: toValues(given) })
      return result.ok ? toActivityShape(result.value, toContactShape) : sendMissing(reply, result.failure)
    },
  )
  fastify.delete(
    '/activities/:id',
    {
      config: { ...config, ignoresBody: true },
      schema: { summary: 'Delete an activity', tags, params, response: response(Message) },
    },
    async (request, reply) => {
      const result = await trashActivity(engine, whichOf(context, request))
      return result.ok ? { message: 'The activity was deleted.' } : sendNotFound(reply)
    },
  )
}

function sendMissing(reply: FastifyReply, { code }: ActivityFailure): FastifyReply {
  return code === 'activity_not_found' ? sendNotFound(reply) : sendWords(reply, notFound)
}

function toValues({ title, description = '', location = '', date }: Omit<Input, 'contact_ids'>) {
  return { title, description, location, date: momentOf(date) }
}

const BRIEF = new Set(['ID', 'firstname', 'lastname', 'circles'])
const brief = (contact: Contact): ContactShape => withFields(toContactShape(contact), BRIEF)

/** Without anybody, the key is left out. */
export function toActivityShape(
  activity: Activity | Gathering,
  show?: (contact: Contact) => ContactShape,
): Static<typeof ActivityShape> {
  const { title, description, location, date } = activity
  const contacts = show && 'contacts' in activity ? activity.contacts.map(show) : []
  return { ...baseOf(activity), title, description, location, date, ...(contacts.length > 0 && { contacts }) }
}
