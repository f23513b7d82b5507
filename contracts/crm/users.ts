import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { changeExtra } from '../../engine/accounts/change-extra.ts'
import { type ChangeProfileFailure, changeProfile } from '../../engine/accounts/change-profile.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { dateFormats, languages, Message } from './fields.ts'
import { CurrentUser, namesIn, toCurrentUser } from './objects.ts'
import { input, invalidInput, responsesWith, session } from './problems.ts'

const LanguageRequest = Type.Object({ language: Type.String({ enum: [...languages] }) })
const LanguageAnswer = Type.Object({ ...Message.properties, language: Type.String() })
const DateFormatRequest = Type.Object({ date_format: Type.String({ enum: [...dateFormats] }) })
const DateFormatAnswer = Type.Object({ ...Message.properties, date_format: Type.String() })

/** More names than anybody defines; they are kept with the account. */
const NAMES_MAX = 1_000
const Names = Type.Array(Type.String({ maxLength: 100 }), { maxItems: NAMES_MAX })
const NamesOrNull = Type.Union([Type.Array(Type.String()), Type.Null()])
const CustomFields = Type.Object({ custom_field_names: Type.Array(Type.String()) })
const CustomFieldsRequest = Type.Object({ names: Type.Optional(Names) })
const CustomFieldsAnswer = Type.Object({ ...Message.properties, custom_field_names: NamesOrNull })
const EnabledFields = Type.Object({ enabled_contact_fields: NamesOrNull })
const EnabledFieldsRequest = Type.Object({
  fields: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: NAMES_MAX })),
})
const EnabledFieldsAnswer = Type.Object({ ...Message.properties, ...EnabledFields.properties })

const tags = ['Users']
const NEVER: Record<ChangeProfileFailure['code'], true> = { username_not_valid: true, username_taken: true }

export function usersRoutes(fastify: FastifyInstance, context: AppContext): void {
  meRoute(fastify)
  languageRoute(fastify, context)
  dateFormatRoute(fastify, context)
  customFieldsRoutes(fastify, context)
  enabledFieldsRoutes(fastify, context)
}

function meRoute(fastify: FastifyInstance): void {
  fastify.get(
    '/users/me',
    {
      config: { access: 'session', isOpenBeforePasswordChange: true },
      schema: { summary: 'Who I am', tags, response: responsesWith({ 200: CurrentUser }, session) },
    },
    async (request) => toCurrentUser(signedInOf(request).account),
  )
}

function languageRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const badBody = { words: invalidInput, details: { field: 'language', reason: 'en or de.' } }
  fastify.patch(
    '/users/language',
    {
      config: { access: 'session', badBody },
      schema: {
        summary: 'Choose the language',
        tags,
        body: LanguageRequest,
        response: responsesWith({ 200: LanguageAnswer }, { invalidInput, ...session }),
      },
    },
    async (request) => {
      const { language } = request.body as Static<typeof LanguageRequest>
      const accountId = signedInOf(request).account.id
      const client = context.clientOf(request)
      const changed = await changeProfile(engine, { realm, client, accountId, language })
      if (!changed.ok) throw new Error(`No name was given: ${NEVER[changed.failure.code]}.`)
      return { message: 'The language was changed.', language }
    },
  )
}

function dateFormatRoute(fastify: FastifyInstance, context: AppContext): void {
  const badBody = { words: invalidInput, details: { field: 'date_format', reason: 'eu or us.' } }
  fastify.patch(
    '/users/date-format',
    {
      config: { access: 'session', badBody },
      schema: {
        summary: 'Choose how dates are shown',
        tags,
        body: DateFormatRequest,
        response: responsesWith({ 200: DateFormatAnswer }, { invalidInput, ...session }),
      },
    },
    async (request) => {
      const { date_format } = request.body as Static<typeof DateFormatRequest>
      await keep(context, request, 'dateFormat', date_format)
      return { message: 'The date format was changed.', date_format }
    },
  )
}

function customFieldsRoutes(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/users/custom-fields',
    {
      config: { access: 'session' },
      schema: {
        summary: 'The names of my own fields',
        tags,
        response: responsesWith({ 200: CustomFields }, session),
      },
    },
    async (request) => ({
      custom_field_names: namesIn(signedInOf(request).account, 'customFieldNames') ?? [],
    }),
  )
  fastify.patch(
    '/users/custom-fields',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Replace the names of my own fields',
        description: 'The values that contacts have stay: a name that comes again shows them again.',
        tags,
        body: CustomFieldsRequest,
        response: responsesWith({ 200: CustomFieldsAnswer }, { ...input, ...session }),
      },
    },
    async (request) => {
      const { names = null } = request.body as Static<typeof CustomFieldsRequest>
      await keep(context, request, 'customFieldNames', names)
      return { message: 'The names were changed.', custom_field_names: names }
    },
  )
}

function enabledFieldsRoutes(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/users/enabled-contact-fields',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Which fields of contacts I want to see',
        description: 'Null: what the client shows by itself.',
        tags,
        response: responsesWith({ 200: EnabledFields }, session),
      },
    },
    async (request) => ({
      enabled_contact_fields: namesIn(signedInOf(request).account, 'enabledContactFields'),
    }),
  )
  fastify.patch(
    '/users/enabled-contact-fields',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Choose which fields of contacts I see',
        tags,
        body: EnabledFieldsRequest,
        response: responsesWith({ 200: EnabledFieldsAnswer }, { ...input, ...session }),
      },
    },
    async (request) => {
      const { fields = null } = request.body as Static<typeof EnabledFieldsRequest>
      await keep(context, request, 'enabledContactFields', fields)
      return { message: 'The choice was kept.', enabled_contact_fields: fields }
    },
  )
}

function keep(context: AppContext, request: FastifyRequest, key: string, value: unknown): Promise<void> {
  const { engine, realm } = context
  const accountId = signedInOf(request).account.id
  return changeExtra(engine, { realm, client: context.clientOf(request), accountId, key, value })
}
