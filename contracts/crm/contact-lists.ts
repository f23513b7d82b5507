import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type Birthday, listUpcomingBirthdays } from '../../engine/contacts/birthdays.ts'
import { listWhatHangsOn } from '../../engine/contacts/hangs-on.ts'
import type { ContactQuery } from '../../engine/contacts/list-contacts.ts'
import { drawContacts, listCircles, listContacts } from '../../engine/contacts/list-contacts.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { ContactShape, readFields, thumbnailOf, toListedShape, withFields } from './contact-shape.ts'
import { readPage } from './fields.ts'
import { readIncludes, toHangingShape } from './hangs-on.ts'
import { responsesWith, session } from './problems.ts'

const optional = Type.Optional(Type.String())
const Query = Type.Object({
  page: optional,
  limit: optional,
  search: optional,
  circle: optional,
  fields: optional,
  includes: optional,
  sort: optional,
  order: optional,
  archived: optional,
  include_archived: optional,
})
type Query = Static<typeof Query>

const Page = Type.Object({
  contacts: Type.Array(ContactShape),
  total: Type.Integer(),
  page: Type.Integer(),
  limit: Type.Integer(),
})

const RANDOM = 5
const RANDOM_FIELDS = new Set(['ID', 'firstname', 'lastname', 'nickname', 'circles', 'photo_thumbnail'])

const BirthdayShape = Type.Object({
  type: Type.String({ description: '`contact` or `relationship`.' }),
  name: Type.String(),
  birthday: Type.String(),
  photo_thumbnail: Type.Optional(Type.String()),
  contact_id: Type.Integer(),
  relationship_type: Type.Optional(Type.String()),
  associated_contact_name: Type.Optional(Type.String()),
})

const tags = ['Contacts']

export function contactListRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  fastify.get(
    '/contacts',
    {
      config: { access: 'session' },
      schema: {
        summary: 'List contacts',
        tags,
        querystring: Query,
        response: responsesWith({ 200: Page }, session),
      },
    },
    async (request) => {
      const query = request.query as Query
      const { page, limit, offset } = readPage(query)
      const ownerId = signedInOf(request).account.id
      const { contacts, total } = await listContacts(engine, { ownerId, ...readQuery(query), limit, offset })
      const fields = readFields(query.fields)
      // Whose they are is told by the id alone.
      const isIdShown = !fields || fields.has('ID')
      const ids = contacts.map(({ id }) => id)
      const hanging = await listWhatHangsOn(engine, ids, isIdShown ? readIncludes(query.includes) : [])
      const shapes = contacts.map((contact) => ({
        ...withFields(toListedShape(contact), fields),
        ...toHangingShape(hanging.get(contact.id) ?? {}),
      }))
      return { contacts: shapes, total, page, limit }
    },
  )
  fastify.get(
    '/contacts/circles',
    {
      config: { access: 'session' },
      schema: {
        summary: 'All circles in use',
        tags,
        response: responsesWith({ 200: Type.Array(Type.String()) }, session),
      },
    },
    async (request) => listCircles(engine, signedInOf(request).account.id),
  )
  fastify.get(
    '/contacts/random',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Five contacts by chance',
        tags,
        response: responsesWith({ 200: Type.Object({ contacts: Type.Array(ContactShape) }) }, session),
      },
    },
    async (request) => {
      const contacts = await drawContacts(engine, { ownerId: signedInOf(request).account.id, wanted: RANDOM })
      return { contacts: contacts.map((contact) => withFields(toListedShape(contact), RANDOM_FIELDS)) }
    },
  )
  fastify.get(
    '/contacts/birthdays',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Upcoming birthdays, the nearest first',
        tags,
        response: responsesWith({ 200: Type.Object({ birthdays: Type.Array(BirthdayShape) }) }, session),
      },
    },
    async (request) => {
      const ownerId = signedInOf(request).account.id
      const birthdays = await listUpcomingBirthdays(engine, {
        ownerId,
        timeZone: context.settings.crmTimeZone,
      })
      return { birthdays: birthdays.map(toBirthdayShape) }
    },
  )
}

function readQuery(
  query: Query,
): Pick<ContactQuery, 'which' | 'circle' | 'search' | 'sort' | 'isDescending'> {
  const { search, circle, sort, order, archived, include_archived } = query
  const isKnownSort = sort === 'firstname' || sort === 'lastname' || sort === 'random'
  return {
    which: include_archived === 'true' ? 'both' : archived === 'true' ? 'archived' : 'listed',
    circle: circle === '' ? undefined : circle,
    search,
    sort: isKnownSort ? sort : 'id',
    isDescending: order !== 'asc',
  }
}

function toBirthdayShape(birthday: Birthday): Static<typeof BirthdayShape> {
  const { relationshipType, relationName, firstname, lastname, nickname, contactId } = birthday
  const contactName = [nickname || firstname, lastname].filter(Boolean).join(' ')
  const thumbnail = thumbnailOf(birthday)
  const isRelation = relationshipType !== null
  return {
    type: isRelation ? 'relationship' : 'contact',
    name: isRelation ? (relationName ?? '') : contactName,
    birthday: birthday.birthday,
    contact_id: contactId,
    ...(thumbnail !== '' && { photo_thumbnail: thumbnail }),
    ...(isRelation && { relationship_type: relationshipType, associated_contact_name: contactName }),
  }
}
