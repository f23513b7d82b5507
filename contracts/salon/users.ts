import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { listRealmAccounts } from '../../engine/accounts/list-accounts.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { ErrorShape, general, invalidInput } from './problems.ts'
import { ListedUser, toUser } from './user.ts'

const LIMIT = 50
const LIMIT_MAX = 200
/** Without `page` everybody is listed, as documented; a salon has few. */
const EVERYBODY_MAX = 10_000

const Query = Type.Object({
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX })),
})

const Page = Type.Object({
  items: Type.Array(ListedUser),
  total: Type.Integer(),
  page: Type.Integer(),
  limit: Type.Integer(),
  pages: Type.Integer(),
})

export function usersRoute(fastify: FastifyInstance, { engine, realm }: AppContext): void {
  const { signed_out, forbidden, password_change_due } = general
  fastify.get(
    '/api/auth/users',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Everybody who has an account',
        description: 'An array, by id; with `page` an object of one page.',
        querystring: Query,
        response: {
          200: Type.Union([Type.Array(ListedUser), Page]),
          ...problemResponses({ invalidInput, signed_out, forbidden, password_change_due }, ErrorShape),
        },
      },
    },
    async (request) => {
      const { page, limit = LIMIT } = request.query as Static<typeof Query>
      const range =
        page === undefined ? { offset: 0, limit: EVERYBODY_MAX } : { offset: (page - 1) * limit, limit }
      const { accounts, total } = await listRealmAccounts(engine, { realm, ...range })
      const items = accounts.map((account) => {
        const { id, name, email, role } = toUser(account)
        return { id, name, email, role }
      })
      return page === undefined ? items : { items, total, page, limit, pages: Math.ceil(total / limit) }
    },
  )
}
