import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { judgeUsername, usernameJudgements } from '../../engine/accounts/judge-username.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { responsesWith, signedOut } from './problems.ts'

const Params = Type.Object({ username: Type.String({ maxLength: 100 }) })
const Answer = Type.Object({
  username: Type.Enum([...usernameJudgements], {
    description: '`mine`: it is the one I have; `not_valid`: nobody may be called so here.',
  }),
})

export function usernameRoute(fastify: FastifyInstance, { engine, realm }: AppContext): void {
  fastify.get(
    '/account/usernames/:username',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Whether I may be called so',
        tags: ['Account'],
        params: Params,
        response: responsesWith({ 200: Answer }, signedOut),
      },
    },
    async (request) => {
      const { username } = request.params as Static<typeof Params>
      const { account } = signedInOf(request)
      return { username: await judgeUsername(engine, { realm, account, username }) }
    },
  )
}
