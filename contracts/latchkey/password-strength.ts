import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { checkNewPassword } from '../../engine/authenticators/password/check-new-password.ts'
import { estimateStrength } from '../../engine/authenticators/password/strength.ts'
import type { AppContext } from '../contract.ts'
import { responsesWith } from './problems.ts'

const Request = Type.Object(
  {
    password: Type.String({ maxLength: 4_096 }),
    hints: Type.Optional(
      Type.Array(Type.String({ maxLength: 320 }), {
        maxItems: 10,
        description: 'Name, address: what an attacker would know counts as guessable.',
      }),
    ),
  },
  { additionalProperties: false },
)

const Answer = Type.Object({
  score: Type.Integer({ minimum: 0, maximum: 4 }),
  acceptable: Type.Boolean(),
  problem: Type.Union([Type.String(), Type.Null()]),
  crackSeconds: Type.Number({
    description: 'For an attacker with the stolen hash: 10,000 guesses a second.',
  }),
})

export function passwordStrengthRoute(fastify: FastifyInstance, { realm }: AppContext): void {
  fastify.post(
    '/password-strength',
    {
      config: { access: 'public' },
      schema: {
        summary: 'How hard a password would be to guess',
        tags: ['Start'],
        body: Request,
        response: responsesWith({ 200: Answer }),
      },
    },
    async (request) => {
      const { password, hints = [] } = request.body as Static<typeof Request>
      const { score, crackSeconds } = await estimateStrength(password, hints)
      const failure = await checkNewPassword(realm.policy.password, password, hints)
      return { score, acceptable: !failure, problem: failure?.code ?? null, crackSeconds }
    },
  )
}
