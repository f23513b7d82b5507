import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { listMailbox, mailStates, readCapturedMail, retryMail } from '../../engine/mail/mailbox.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { RealmQuery, realmForAdmin, realmNotFound } from './admin-realms.ts'
import { Empty } from './fields.ts'
import { MailShape, toMail } from './objects.ts'
import { forbidden, responsesWith, sendProblem, signedOut } from './problems.ts'

const tags = ['Administration']
const LIMIT = 50
const Query = Type.Object({
  ...RealmQuery.properties,
  state: Type.Optional(Type.Enum(mailStates)),
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'The id that the page before ended with.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: LIMIT })),
})
const List = Type.Object({ mails: Type.Array(MailShape) })
const Params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const Content = Type.Object({ subject: Type.String(), text: Type.String(), html: Type.String() })
const mailNotFound = { not_found: { status: 404, message: 'There is no such mail to show or to send.' } }

export function adminMailRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm: own } = context
  const everywhere = { ...signedOut, ...forbidden }
  fastify.get(
    '/admin/mails',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Mails, the newest first',
        tags,
        querystring: Query,
        response: responsesWith({ 200: List }, { ...everywhere, ...realmNotFound }),
      },
    },
    async (request, reply) => {
      const { realm: name, limit = LIMIT, ...query } = request.query as Static<typeof Query>
      const realm = realmForAdmin(context, request, name)
      if (!realm) return sendProblem(reply, realmNotFound, { code: 'not_found' })
      const mails = await listMailbox(engine, { realm, limit, ...query })
      return { mails: mails.map(toMail) }
    },
  )
  fastify.get(
    '/admin/mails/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Read a mail that was captured, because there is no mail server',
        tags,
        params: Params,
        querystring: RealmQuery,
        response: responsesWith({ 200: Content }, { ...everywhere, ...mailNotFound }),
      },
    },
    async (request, reply) => {
      const { id } = request.params as Static<typeof Params>
      const ofRealm = realmForAdmin(context, request, (request.query as Static<typeof RealmQuery>).realm)
      if (!ofRealm) return sendProblem(reply, mailNotFound, { code: 'not_found' })
      const actor = signedInOf(request).account
      const client = context.clientOf(request)
      const result = await readCapturedMail(engine, { realm: own, client, actor, ofRealm, id })
      return result.ok ? result.value : sendProblem(reply, mailNotFound, result.failure)
    },
  )
  fastify.post(
    '/admin/mails/:id/retry',
    {
      config: { access: 'admin', ignoresBody: true },
      schema: {
        summary: 'Try to send a mail again now',
        tags,
        params: Params,
        querystring: RealmQuery,
        response: responsesWith({ 200: Empty }, { ...everywhere, ...mailNotFound }),
      },
    },
    async (request, reply) => {
      const { id } = request.params as Static<typeof Params>
      const ofRealm = realmForAdmin(context, request, (request.query as Static<typeof RealmQuery>).realm)
      if (!ofRealm) return sendProblem(reply, mailNotFound, { code: 'not_found' })
      const actor = signedInOf(request).account
      const client = context.clientOf(request)
      const result = await retryMail(engine, { realm: own, client, actor, ofRealm, id })
      return result.ok ? {} : sendProblem(reply, mailNotFound, result.failure)
    },
  )
}
