import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { midnightOf } from '../../engine/contacts/moment.ts'
import {
  type Completion,
  completeReminder,
  createReminder,
  deleteCompletion,
  findReminder,
  listCompletions,
  listReminders,
  listRemindersOfContact,
  listUpcomingReminders,
  type Recurrence,
  type Reminder,
  type ReminderFailure,
  replaceReminder,
  trashReminder,
} from '../../engine/contacts/reminders.ts'
import type { AppContext } from '../contract.ts'
import { Base, baseOf, ContactShape, NOT_BLANK, zeroContact } from './contact-shape.ts'
import { Moment } from './dated.ts'
import { Message } from './fields.ts'
import { input, notFound, type Problems, responsesWith, sendWords, session } from './problems.ts'
import { timestamp } from './time.ts'
import { sendNotFound, whichOf } from './which.ts'

const recurrences = ['once', 'weekly', 'monthly', 'quarterly', 'six-months', 'yearly'] as const

const Input = Type.Object({
  message: Type.String({ minLength: 1, maxLength: 500, pattern: NOT_BLANK }),
  remind_at: Moment,
  recurrence: Type.String({ enum: [...recurrences] }),
  contact_id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  by_mail: Type.Optional(Type.Boolean()),
  reoccur_from_completion: Type.Optional(Type.Boolean()),
})
type Input = Static<typeof Input>

export const ReminderShape = Type.Object({
  ...Base.properties,
  message: Type.String(),
  by_mail: Type.Boolean(),
  remind_at: Type.String({ description: 'Midnight of its day, with the zone it was sent with.' }),
  recurrence: Type.String(),
  reoccur_from_completion: Type.Boolean(),
  completed: Type.Boolean(),
  email_sent: Type.Boolean(),
  last_sent: Type.Union([Type.String(), Type.Null()]),
  contact_id: Type.Integer(),
  contact: ContactShape,
})
const CompletionShape = Type.Object({
  ...Base.properties,
  reminder_id: Type.Optional(Type.Integer()),
  contact_id: Type.Integer(),
  message: Type.String(),
  completed_at: Type.String(),
})
const Reminders = Type.Object({ reminders: Type.Array(ReminderShape) })
const Written = Type.Object({ ...Message.properties, reminder: ReminderShape })
const Completed = Type.Object({ ...Message.properties, reminder: Type.Optional(ReminderShape) })

const problems: Problems<ReminderFailure> = { reminder_not_found: notFound, contact_not_found: notFound }
const tags = ['Reminders']
const params = Type.Object({ id: Type.String() })
const config = { access: 'session' } as const

export function reminderRoutes(fastify: FastifyInstance, context: AppContext): void {
  listRoutes(fastify, context)
  ofContactRoutes(fastify, context)
  oneRoutes(fastify, context)
  completionRoutes(fastify, context)
}

function listRoutes(fastify: FastifyInstance, context: AppContext): void {
  for (const [path, summary, list] of [
    ['/reminders', 'All reminders, the next first', listReminders],
    ['/reminders/upcoming', 'What is due soon', listUpcomingReminders],
  ] as const) {
    fastify.get(
      path,
      { config, schema: { summary, tags, response: responsesWith({ 200: Reminders }, session) } },
      async (request) => {
        const { ownerId } = whichOf(context, request)
        return { reminders: (await list(context.engine, ownerId)).map(toReminderShape) }
      },
    )
  }
}

function ofContactRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  fastify.get(
    '/contacts/:id/reminders',
    {
      config,
      schema: {
        summary: 'Reminders of a contact',
        tags,
        params,
        response: responsesWith({ 200: Reminders }, { ...session, notFound }),
      },
    },
    async (request, reply) => {
      const result = await listRemindersOfContact(engine, whichOf(context, request))
      return result.ok ? { reminders: result.value.map(toReminderShape) } : sendNotFound(reply)
    },
  )
  fastify.post(
    '/contacts/:id/reminders',
    {
      config,
      schema: {
        summary: 'Be reminded of a contact',
        description: '`contact_id` is asked for, and the path is what counts.',
        tags,
        params,
        body: Input,
        response: responsesWith({ 200: Written }, { ...input, ...session, notFound }),
      },
    },
    async (request, reply) => {
      const { ownerId, id: contactId } = whichOf(context, request)
      const { isByMail = false, reoccursFromCompletion = true, ...given } = toChanges(request.body as Input)
      const values = { ...given, isByMail, reoccursFromCompletion, contactId }
      const result = await createReminder(engine, { ownerId, values })
      return result.ok ? written(result.value) : sendNotFound(reply)
    },
  )
}

function oneRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  const response = (answer: typeof ReminderShape | typeof Written | typeof Message, more = {}) =>
    responsesWith({ 200: answer }, { ...more, ...session, ...problems })
  fastify.get(
    '/reminders/:id',
    { config, schema: { summary: 'One reminder', tags, params, response: response(ReminderShape) } },
    async (request, reply) => {
      const result = await findReminder(engine, whichOf(context, request))
      return result.ok ? toReminderShape(result.value) : sendNotFound(reply)
    },
  )
  fastify.put(
    '/reminders/:id',
    {
      config,
      schema: {
        summary: 'Replace a reminder',
        description: '`by_mail` and `reoccur_from_completion` stay if they are left out.',
        tags,
        params,
        body: Input,
        response: response(Written, input),
      },
    },
    async (request, reply) => {
      const which = whichOf(context, request)
      const result = await replaceReminder(engine, { ...which, changes: toChanges(request.body as Input) })
      return result.ok ? written(result.value) : sendMissing(reply, result.failure)
    },
  )
  fastify.delete(
    '/reminders/:id',
    {
      config: { ...config, ignoresBody: true },
      schema: { summary: 'Delete a reminder', tags, params, response: response(Message) },
    },
    async (request, reply) => {
      const result = await trashReminder(engine, whichOf(context, request))
      return result.ok ? { message: 'The reminder was deleted.' } : sendNotFound(reply)
    },
  )
}

function completionRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  fastify.post(
    '/reminders/:id/complete',
    {
      config: { ...config, ignoresBody: true },
      schema: {
        summary: 'Mark a reminder as done',
        tags,
        params,
        querystring: Type.Object({ skip: Type.Optional(Type.String()) }),
        response: responsesWith({ 200: Completed }, { ...session, notFound }),
      },
    },
    async (request, reply) => {
      const isNoted = (request.query as { skip?: string }).skip !== 'true'
      const result = await completeReminder(engine, { ...whichOf(context, request), isNoted })
      if (!result.ok) return sendNotFound(reply)
      const reminder = result.value && toReminderShape(result.value)
      return { message: 'The reminder is done.', ...(reminder && { reminder }) }
    },
  )
  fastify.get(
    '/contacts/:id/reminder-completions',
    {
      config,
      schema: {
        summary: 'What was done with a contact, the newest first',
        tags,
        params,
        response: responsesWith(
          { 200: Type.Object({ completions: Type.Array(CompletionShape) }) },
          { ...session, notFound },
        ),
      },
    },
    async (request, reply) => {
      const result = await listCompletions(engine, whichOf(context, request))
      return result.ok ? { completions: result.value.map(toCompletionShape) } : sendNotFound(reply)
    },
  )
  fastify.delete(
    '/reminder-completions/:id',
    {
      config: { ...config, ignoresBody: true },
      schema: {
        summary: 'Delete a line of the time line',
        tags,
        params,
        response: responsesWith({ 200: Message }, { ...session, notFound }),
      },
    },
    async (request, reply) => {
      const result = await deleteCompletion(engine, whichOf(context, request))
      return result.ok ? { message: 'The line was deleted.' } : sendNotFound(reply)
    },
  )
}

function sendMissing(reply: FastifyReply, { code }: ReminderFailure): FastifyReply {
  return code === 'reminder_not_found' ? sendNotFound(reply) : sendWords(reply, notFound)
}

function toChanges({ message, remind_at, recurrence, contact_id, by_mail, reoccur_from_completion }: Input) {
  return {
    message,
    remindAt: midnightOf(remind_at),
    recurrence: recurrence as Recurrence,
    contactId: contact_id,
    isByMail: by_mail,
    reoccursFromCompletion: reoccur_from_completion,
  }
}

const written = (reminder: Reminder): Static<typeof Written> => ({
  message: 'The reminder was written down.',
  reminder: toReminderShape(reminder),
})

export function toReminderShape(reminder: Reminder): Static<typeof ReminderShape> {
  return {
    ...baseOf(reminder),
    message: reminder.message,
    by_mail: reminder.isByMail,
    remind_at: reminder.remindAt,
    recurrence: reminder.recurrence,
    reoccur_from_completion: reminder.reoccursFromCompletion,
    completed: reminder.isCompleted,
    email_sent: reminder.isMailed,
    last_sent: reminder.lastSentAt === null ? null : timestamp(reminder.lastSentAt),
    contact_id: reminder.contactId,
    contact: zeroContact,
  }
}

function toCompletionShape(completion: Completion): Static<typeof CompletionShape> {
  const { reminderId, contactId, message, completedAt } = completion
  return {
    ...baseOf(completion),
    ...(reminderId !== null && { reminder_id: reminderId }),
    contact_id: contactId,
    message,
    completed_at: timestamp(completedAt),
  }
}
