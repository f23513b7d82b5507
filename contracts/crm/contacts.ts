import { isDeepStrictEqual } from 'node:util'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import type { Contact } from '../../engine/contacts/contact.ts'
import { createContact } from '../../engine/contacts/create-contact.ts'
import { findContact } from '../../engine/contacts/find-contact.ts'
import { listWhatHangsOn } from '../../engine/contacts/hangs-on.ts'
import { type ContactFailure, replaceContact } from '../../engine/contacts/replace-contact.ts'
import { archiveContact, trashContact, unarchiveContact } from '../../engine/contacts/trash-contact.ts'
import type { Result } from '../../engine/result.ts'
import { type AppContext, type Violation, violationsOf } from '../contract.ts'
import {
  brokenBy,
  ContactInput,
  ContactShape,
  readFields,
  toContactShape,
  toValues,
  withFields,
} from './contact-shape.ts'
import { Message } from './fields.ts'
import { toHangingShape } from './hangs-on.ts'
import { input, notFound, type Problems, responsesWith, sendWords, session, wrongInput } from './problems.ts'
import { sendNotFound, whichOf } from './which.ts'

const Params = Type.Object({ id: Type.String({ description: 'A number.' }) })
const FieldsQuery = Type.Object({ fields: Type.Optional(Type.String()) })
const Created = Type.Object({ ...Message.properties, contact: ContactShape })

const problems: Problems<ContactFailure> = { not_found: notFound }
const tags = ['Contacts']

export function contactRoutes(fastify: FastifyInstance, context: AppContext): void {
  createRoute(fastify, context)
  getRoute(fastify, context)
  putRoute(fastify, context)
  deleteRoute(fastify, context)
  archiveRoutes(fastify, context)
}

function createRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.post(
    '/contacts',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Create a contact',
        tags,
        body: ContactInput,
        response: responsesWith({ 201: Created }, { ...input, ...session }),
      },
    },
    async (request, reply) => {
      const body = request.body as ContactInput
      const broken = brokenBy(body)
      if (broken.length > 0) return sendViolations(reply, broken)
      const { ownerId, source } = whichOf(context, request)
      const contact = await createContact(context.engine, { ownerId, source, values: toValues(body) })
      return reply.code(201).send({ message: 'The contact was created.', contact: toContactShape(contact) })
    },
  )
}

function getRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/contacts/:id',
    {
      config: { access: 'session' },
      schema: {
        summary: 'One contact',
        tags,
        params: Params,
        querystring: FieldsQuery,
        response: responsesWith({ 200: ContactShape }, { ...session, ...problems }),
      },
    },
    async (request, reply) => {
      const found = await findContact(context.engine, whichOf(context, request))
      if (!found.ok) return sendNotFound(reply)
      const fields = readFields((request.query as Static<typeof FieldsQuery>).fields)
      const shape = toContactShape(found.value)
      if (fields) return withFields(shape, fields)
      const { id } = found.value
      const hanging = await listWhatHangsOn(context.engine, [id])
      return { ...shape, ...toHangingShape(hanging.get(id) ?? {}) }
    },
  )
}

function putRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.put(
    '/contacts/:id',
    {
      config: { access: 'session' },
      // Looked at below: what an import brought may come back as it is, though a form would refuse it.
      attachValidation: true,
      schema: {
        summary: 'Replace a contact',
        description: 'What is left out is cleared. A value that stands there already is not judged again.',
        tags,
        params: Params,
        body: ContactInput,
        response: responsesWith({ 200: ContactShape }, { ...input, ...session, ...problems }),
      },
    },
    async (request, reply) => {
      const which = whichOf(context, request)
      const body = request.body as ContactInput
      const broken = violationsOf(request.validationError?.validation)
      if (broken.length === 0) broken.push(...brokenBy(body))
      if (broken.length > 0) {
        const found = await findContact(context.engine, which)
        const remaining = broken.filter((violation) => !found.ok || !stands(violation, body, found.value))
        if (remaining.length > 0) return sendViolations(reply, remaining)
      }
      return sendContact(reply, await replaceContact(context.engine, { ...which, values: toValues(body) }))
    },
  )
}

/** Whether a value that breaks a rule is what is known of the contact already. */
function stands({ path: [field] }: Violation, body: unknown, contact: Contact): boolean {
  if (field === undefined || typeof body !== 'object' || body === null) return false
  const before = toContactShape(contact)[field as keyof ContactShape]
  const given = (body as Record<string, unknown>)[field]
  return isDeepStrictEqual(given ?? '', before)
}

function deleteRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.delete(
    '/contacts/:id',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'Delete a contact',
        description: 'It stays in the trash for 30 days, with its notes, reminders and relationships.',
        tags,
        params: Params,
        response: responsesWith({ 200: Message }, { ...session, ...problems }),
      },
    },
    async (request, reply) => {
      const result = await trashContact(context.engine, whichOf(context, request))
      return result.ok ? { message: 'The contact was deleted.' } : sendNotFound(reply)
    },
  )
}

function archiveRoutes(fastify: FastifyInstance, context: AppContext): void {
  for (const [name, summary, act] of [
    ['archive', 'Archive a contact: out of the lists, and without reminders', archiveContact],
    ['unarchive', 'Bring an archived contact back', unarchiveContact],
  ] as const) {
    fastify.post(
      `/contacts/:id/${name}`,
      {
        config: { access: 'session', ignoresBody: true },
        schema: {
          summary,
          tags,
          params: Params,
          response: responsesWith({ 200: ContactShape as TSchema }, { ...session, ...problems }),
        },
      },
      async (request, reply) => sendContact(reply, await act(context.engine, whichOf(context, request))),
    )
  }
}

function sendContact(
  reply: FastifyReply,
  result: Result<Contact, ContactFailure>,
): ContactShape | FastifyReply {
  return result.ok ? toContactShape(result.value) : sendNotFound(reply)
}

function sendViolations(reply: FastifyReply, violations: Violation[]): FastifyReply {
  const { words, details } = wrongInput(violations)
  return sendWords(reply, words, details)
}
