import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { searchProfiles } from '../../engine/accounts/profiles.ts'
import type { AppContext } from '../contract.ts'
import { NOT_BLANK } from './fields.ts'
import { FoundUser, toFoundUser } from './objects.ts'
import { input, responsesWith } from './problems.ts'
import { emptyIsAbsent } from './query.ts'

const PAGE_SIZE = 20
const QUERY = { maxLength: 100, pattern: NOT_BLANK }

const Query = Type.Object({
  query: Type.Optional(
    Type.String({ ...QUERY, description: 'First letters of words of handle, display name or bio.' }),
  ),
  q: Type.Optional(Type.String({ ...QUERY, description: 'Another name for `query`.' })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_SIZE })),
})

const Page = Type.Object({
  users: Type.Array(FoundUser),
  page: Type.Integer(),
  page_size: Type.Integer(),
  total_hits: Type.Integer(),
  total_pages: Type.Integer(),
})

export function searchRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.get(
    '/v0/search/users',
    {
      config: { access: 'public' },
      ...emptyIsAbsent,
      schema: {
        summary: 'Users by what they are called',
        description: 'Without `query` everybody. A page past the end is empty.',
        tags: ['Search'],
        querystring: Query,
        response: responsesWith({ 200: Page }, input),
      },
    },
    async (request) => {
      const { query, q, page = 1, page_size = PAGE_SIZE } = request.query as Static<typeof Query>
      const offset = (page - 1) * page_size
      const search = query ?? q ?? ''
      const { accounts, total } = await searchProfiles(engine, { realm, search, offset, limit: page_size })
      return {
        users: accounts.map((account) => toFoundUser(context.app, account)),
        page,
        page_size,
        total_hits: total,
        total_pages: Math.ceil(total / page_size),
      }
    },
  )
}
