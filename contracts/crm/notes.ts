import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { momentOf } from '../../engine/contacts/moment.ts'
import {
  createNote,
  findNote,
  listNotes,
  listUnassignedNotes,
  type Note,
  type NoteFailure,
  replaceNote,
  trashNote,
} from '../../engine/contacts/notes.ts'
import type { AppContext } from '../contract.ts'
import { Base, baseOf, ContactShape, NOT_BLANK, zeroContact } from './contact-shape.ts'
import { DatedQuery, Moment, readDates } from './dated.ts'
import { Message, readPage } from './fields.ts'
import { input, notFound, type Problems, responsesWith, sendWords, session } from './problems.ts'
import { sendNotFound, whichOf } from './which.ts'

const Input = Type.Object({
  content: Type.String({ minLength: 1, maxLength: 5_000, pattern: NOT_BLANK }),
  date: Moment,
  contact_id: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
})
type Input = Static<typeof Input>

export const NoteShape = Type.Object({
  ...Base.properties,
  content: Type.String(),
  date: Type.String({ description: 'As it was sent.' }),
  contact_id: Type.Union([Type.Integer(), Type.Null()]),
  contact: ContactShape,
})
const Written = Type.Object({ ...Message.properties, note: NoteShape })
const Page = Type.Object({
  notes: Type.Array(NoteShape),
  total: Type.Integer(),
  page: Type.Integer(),
  limit: Type.Integer(),
})

const problems: Problems<NoteFailure> = { note_not_found: notFound, contact_not_found: notFound }
const tags = ['Notes']
const params = Type.Object({ id: Type.String() })
const config = { access: 'session' } as const

export function noteRoutes(fastify: FastifyInstance, context: AppContext): void {
  ofContactRoutes(fastify, context)
  listRoute(fastify, context)
  createRoute(fastify, context)
  oneRoutes(fastify, context)
}

function ofContactRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  const response = responsesWith(
    { 200: Type.Object({ notes: Type.Array(NoteShape) }) },
    { ...session, notFound },
  )
  fastify.get(
    '/contacts/:id/notes',
    { config, schema: { summary: 'Notes about a contact', tags, params, response } },
    async (request, reply) => {
      const { ownerId, id: contactId } = whichOf(context, request)
      const result = await listNotes(engine, { ownerId, contactId })
      return result.ok ? { notes: result.value.map(toNoteShape) } : sendNotFound(reply)
    },
  )
  fastify.post(
    '/contacts/:id/notes',
    {
      config,
      schema: {
        summary: 'Write a note about a contact',
        description: 'The path says about whom, whatever the body does.',
        tags,
        params,
        body: Input,
        response: responsesWith({ 200: Written }, { ...input, ...session, notFound }),
      },
    },
    async (request, reply) => {
      const { ownerId, id } = whichOf(context, request)
      const values = { ...toValues(request.body as Input), contactId: id }
      const result = await createNote(engine, { ownerId, values })
      return result.ok ? written(result.value) : sendNotFound(reply)
    },
  )
}

function listRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/notes',
    {
      config,
      schema: {
        summary: 'Notes about nobody in particular',
        tags,
        querystring: DatedQuery,
        response: responsesWith({ 200: Page }, session),
      },
    },
    async (request) => {
      const query = request.query as DatedQuery
      const { page, limit, offset } = readPage(query)
      const { ownerId } = whichOf(context, request)
      const asked = { ownerId, ...readDates(query), limit, offset }
      const { notes, total } = await listUnassignedNotes(context.engine, asked)
      return { notes: notes.map(toNoteShape), total, page, limit }
    },
  )
}

function createRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.post(
    '/notes',
    {
      config,
      schema: {
        summary: 'Write a note',
        tags,
        body: Input,
        response: responsesWith({ 200: Written }, { ...input, ...session, notFound }),
      },
    },
    async (request, reply) => {
      const { ownerId } = whichOf(context, request)
      const result = await createNote(context.engine, { ownerId, values: toValues(request.body as Input) })
      return result.ok ? written(result.value) : sendWords(reply, notFound)
    },
  )
}

function oneRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  const response = (answer: typeof NoteShape | typeof Written | typeof Message, more = {}) =>
    responsesWith({ 200: answer }, { ...more, ...session, ...problems })
  fastify.get(
    '/notes/:id',
    { config, schema: { summary: 'One note', tags, params, response: response(NoteShape) } },
    async (request, reply) => {
      const result = await findNote(engine, whichOf(context, request))
      return result.ok ? toNoteShape(result.value) : sendNotFound(reply)
    },
  )
  fastify.put(
    '/notes/:id',
    {
      config,
      schema: {
        summary: 'Replace a note',
        description: 'Without `contact_id` it is about nobody from now on.',
        tags,
        params,
        body: Input,
        response: response(Written, input),
      },
    },
    async (request, reply) => {
      const which = whichOf(context, request)
      const result = await replaceNote(engine, { ...which, values: toValues(request.body as Input) })
      return result.ok ? written(result.value) : sendMissing(reply, result.failure)
    },
  )
  fastify.delete(
    '/notes/:id',
    {
      config: { ...config, ignoresBody: true },
      schema: { summary: 'Delete a note', tags, params, response: response(Message) },
    },
    async (request, reply) => {
      const result = await trashNote(engine, whichOf(context, request))
      return result.ok ? { message: 'The note was deleted.' } : sendNotFound(reply)
    },
  )
}

function sendMissing(reply: FastifyReply, { code }: NoteFailure): FastifyReply {
  return code === 'note_not_found' ? sendNotFound(reply) : sendWords(reply, notFound)
}

function toValues({ content, date, contact_id }: Input) {
  return { content, date: momentOf(date), contactId: contact_id ?? null }
}

const written = (note: Note): Static<typeof Written> => ({
  message: 'The note was written.',
  note: toNoteShape(note),
})

/** `contact` is there for clients that want the key, and is nobody. */
export function toNoteShape(note: Note): Static<typeof NoteShape> {
  const { content, date, contactId } = note
  return { ...baseOf(note), content, date, contact_id: contactId, contact: zeroContact }
}
