import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { deleteAccount } from '../../engine/accounts/delete-account.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { ErrorShape, SIGNED_OUT } from './problems.ts'
import { clearSessionCookie } from './session-cookie.ts'

const Answer = Type.Object({ deleted: Type.Literal(true) })

export function deleteAccountRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.delete(
    '/api/auth/account',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'Delete my account and all that hangs on it (version 1.1)',
        description: 'Neither the id nor the user name is ever given out again.',
        tags: ['Version 1.1'],
        response: { 200: Answer, ...problemResponses(SIGNED_OUT, ErrorShape) },
      },
    },
    async (request, reply) => {
      const { account } = signedInOf(request)
      await deleteAccount(engine, { realm, client: context.clientOf(request), accountId: account.id })
      clearSessionCookie(reply, context)
      return { deleted: true }
    },
  )
}
