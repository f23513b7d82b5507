import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type DisableAccountFailure,
  disableAccount,
  type EnableAccountFailure,
  enableAccount,
} from '../../engine/accounts/disable-account.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Empty } from './fields.ts'
import { type Problems, responsesWith, sendProblem, signedOut } from './problems.ts'

const tags = ['Administration']
const Params = Type.Object({ uid: Type.String({ maxLength: 100 }) })

const enableProblems: Problems<EnableAccountFailure> = {
  forbidden: { status: 403, message: 'This is for administrators.' },
  not_found: { status: 404, message: 'There is no such account.' },
}
const disableProblems: Problems<DisableAccountFailure> = {
  ...enableProblems,
  last_admin: { status: 409, message: 'The last administrator stays: nobody could let people in again.' },
}

export function adminAccountRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  for (const [verb, summary, act, problems] of [
    ['disable', 'Shut an account out and end its sessions', disableAccount, disableProblems],
    ['enable', 'Let a disabled account in again', enableAccount, enableProblems],
  ] as const) {
    fastify.post(
      `/admin/accounts/:uid/${verb}`,
      {
        config: { access: 'admin', ignoresBody: true },
        schema: {
          summary,
          tags,
          params: Params,
          response: responsesWith({ 200: Empty }, { ...signedOut, ...problems }),
        },
      },
      async (request, reply) => {
        const { uid } = request.params as Static<typeof Params>
        const actor = signedInOf(request).account
        const result = await act(engine, { realm, client: context.clientOf(request), actor, uid })
        return result.ok ? {} : sendProblem(reply, disableProblems, result.failure)
      },
    )
  }
}
