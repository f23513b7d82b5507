import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { listReferrals } from '../../engine/accounts/list-accounts.ts'
import type { AppContext } from '../contract.ts'
import { RealmQuery, realmForAdmin } from './admin-realms.ts'
import { AdminAccountShape, toAdminAccount } from './objects.ts'
import { forbidden, responsesWith, sendProblem, signedOut } from './problems.ts'

const LIMIT = 50
const Query = Type.Object({
  ...RealmQuery.properties,
  under: Type.Optional(
    Type.String({ maxLength: 100, description: 'Whose invitees; without it, those whom nobody invited.' }),
  ),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000, default: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: LIMIT })),
})
const Answer = Type.Object({
  people: Type.Array(
    Type.Object({
      account: AdminAccountShape,
      invited: Type.Integer({ description: 'How many they have invited themselves.' }),
    }),
  ),
  total: Type.Integer(),
})
const problems = { not_found: { status: 404, message: 'There is no such realm or account.' } }

export function adminReferralsRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/admin/referrals',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Who invited whom, one level at a time',
        tags: ['Administration'],
        querystring: Query,
        response: responsesWith({ 200: Answer }, { ...signedOut, ...forbidden, ...problems }),
      },
    },
    async (request, reply) => {
      const { realm: name, under, offset = 0, limit = LIMIT } = request.query as Static<typeof Query>
      const realm = realmForAdmin(context, request, name)
      if (!realm) return sendProblem(reply, problems, { code: 'not_found' })
      const found = await listReferrals(context.engine, { realm, under, offset, limit })
      if (!found.ok) return sendProblem(reply, problems, found.failure)
      const { people, total } = found.value
      return {
        people: people.map(({ account, invited }) => ({
          account: toAdminAccount(context, account, realm.name),
          invited,
        })),
        total,
      }
    },
  )
}
