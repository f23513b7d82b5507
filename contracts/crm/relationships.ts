import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  createRelationship,
  listRelationships,
  type Relationship,
  type RelationshipFailure,
  replaceRelationship,
  trashRelationship,
} from '../../engine/contacts/relationships.ts'
import type { AppContext } from '../contract.ts'
import { Base, baseOf, ContactShape, Gender, NOT_BLANK, PartialDate, zeroContact } from './contact-shape.ts'
import { Message, readId } from './fields.ts'
import {
  input,
  notFound,
  type Problems,
  responsesWith,
  sendInvalidField,
  sendWords,
  session,
} from './problems.ts'
import { sendNotFound, whichOf } from './which.ts'

const Input = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: NOT_BLANK }),
  type: Type.String({ minLength: 1, maxLength: 50, pattern: NOT_BLANK }),
  gender: Gender,
  birthday: PartialDate,
  related_contact_id: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
})
type Input = Static<typeof Input>

const Shape = Type.Object({
  ...Base.properties,
  name: Type.String(),
  type: Type.String(),
  gender: Type.String(),
  birthday: Type.String(),
  contact_id: Type.Integer(),
  related_contact_id: Type.Union([Type.Integer(), Type.Null()]),
  related_contact: Type.Optional(ContactShape),
  source_contact: Type.Optional(ContactShape),
})

const problems: Problems<RelationshipFailure> = {
  contact_not_found: notFound,
  relationship_not_found: notFound,
  related_not_found: notFound,
}
const tags = ['Relationships']
const Params = Type.Object({ id: Type.String(), rid: Type.String() })
const ContactParams = Type.Object({ id: Type.String() })

export function relationshipRoutes(fastify: FastifyInstance, context: AppContext): void {
  listRoutes(fastify, context)
  createRoute(fastify, context)
  putRoute(fastify, context)
  deleteRoute(fastify, context)
}

function listRoutes(fastify: FastifyInstance, { ...context }: AppContext): void {
  for (const [path, key, direction] of [
    ['relationships', 'relationships', 'outgoing'],
    ['incoming-relationships', 'incoming_relationships', 'incoming'],
  ] as const) {
    fastify.get(
      `/contacts/:id/${path}`,
      {
        config: { access: 'session' },
        schema: {
          summary: direction === 'outgoing' ? 'Who is related to a contact' : 'Whom a contact is related to',
          tags,
          params: ContactParams,
          response: responsesWith(
            { 200: Type.Object({ [key]: Type.Array(Shape) }) },
            { ...session, notFound },
          ),
        },
      },
      async (request, reply) => {
        const { ownerId, id: contactId } = whichOf(context, request)
        const result = await listRelationships(context.engine, { ownerId, contactId, direction })
        if (!result.ok) return sendNotFound(reply)
        return { [key]: result.value.map((one) => toRelationshipShape(one, direction)) }
      },
    )
  }
}

function createRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.post(
    '/contacts/:id/relationships',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Say who is related to a contact',
        tags,
        params: ContactParams,
        body: Input,
        response: responsesWith(
          { 201: Type.Object({ relationship: Shape }) },
          { ...input, ...session, ...problems },
        ),
      },
    },
    async (request, reply) => {
      const { ownerId, id: contactId } = whichOf(context, request)
      if (readId((request.params as { id: string }).id) === undefined) {
        return sendInvalidField(reply, 'contact_id', 'It is no number.')
      }
      const body = request.body as Input
      const result = await createRelationship(context.engine, { ownerId, contactId, values: toValues(body) })
      if (!result.ok) return sendMissing(reply, result.failure, body)
      return reply.code(201).send({ relationship: toRelationshipShape(result.value) })
    },
  )
}

function putRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.put(
    '/contacts/:id/relationships/:rid',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Replace a relationship',
        tags,
        params: Params,
        body: Input,
        response: responsesWith({ 200: Shape }, { ...input, ...session, ...problems }),
      },
    },
    async (request, reply) => {
      const { ownerId, id: contactId } = whichOf(context, request)
      const id = readId((request.params as Static<typeof Params>).rid) ?? 0
      const body = request.body as Input
      const values = toValues(body)
      const result = await replaceRelationship(context.engine, { ownerId, contactId, id, values })
      return result.ok ? toRelationshipShape(result.value) : sendMissing(reply, result.failure, body)
    },
  )
}

function deleteRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.delete(
    '/contacts/:id/relationships/:rid',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'Delete a relationship',
        tags,
        params: Params,
        response: responsesWith({ 200: Message }, { ...session, notFound }),
      },
    },
    async (request, reply) => {
      const { ownerId, id: contactId } = whichOf(context, request)
      const id = readId((request.params as Static<typeof Params>).rid) ?? 0
      const result = await trashRelationship(context.engine, { ownerId, contactId, id })
      if (result.ok) return { message: 'The relationship was deleted.' }
      return sendNotFound(reply, result.failure.code === 'contact_not_found' ? 'id' : 'rid')
    },
  )
}

function sendMissing(reply: FastifyReply, { code }: RelationshipFailure, body: Input): FastifyReply {
  if (code === 'related_not_found') return sendWords(reply, notFound, { id: String(body.related_contact_id) })
  return sendNotFound(reply, code === 'contact_not_found' ? 'id' : 'rid')
}

function toValues({ name, type, gender = '', birthday = '', related_contact_id = null as never }: Input) {
  return { name, type, gender, birthday, relatedContactId: (related_contact_id as number | null) ?? null }
}

/** With the contact at the other end, if it is asked from which end one looks. */
export function toRelationshipShape(
  relationship: Relationship,
  direction?: 'outgoing' | 'incoming',
): Static<typeof Shape> {
  const { name, type, gender, birthday, contactId, relatedContactId, other } = relationship
  const shown = {
    ...zeroContact,
    ID: other?.id ?? 0,
    firstname: other?.firstname ?? '',
    lastname: other?.lastname ?? '',
  }
  const related = { ...shown, gender: other?.gender ?? '', birthday: other?.birthday ?? '' }
  return {
    ...baseOf(relationship),
    name,
    type,
    gender,
    birthday,
    contact_id: contactId,
    related_contact_id: relatedContactId,
    ...(other && direction === 'outgoing' && { related_contact: related }),
    ...(other && direction === 'incoming' && { source_contact: shown }),
  }
}
