import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { askRecovery } from '../../engine/authenticators/ask-recovery.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Done, done } from './fields.ts'
import { ErrorShape, invalidInput } from './problems.ts'

const Request = Type.Object({ email: Type.String({ maxLength: 1_000 }) })

export function forgotPasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/api/auth/forgot-password',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Mail a link to set a new password',
        description:
          'Always 200. The link works for an hour; a second request within 60 seconds sends nothing.',
        body: Request,
        response: { 200: Done, ...problemResponses({ invalidInput }, ErrorShape) },
      },
    },
    async (request) => {
      const { email } = request.body as Static<typeof Request>
      const { frontendUrl } = app
      const linkTo =
        frontendUrl === undefined ? undefined : (facts: LinkFacts) => frontEndLink(frontendUrl, facts)
      await askRecovery(engine, { realm, client: context.clientOf(request), email: email.trim(), linkTo })
      return done
    },
  )
}

interface LinkFacts {
  email: string
  token: string
}

/** Where the documented front end expects it: it needs the address too. */
function frontEndLink(frontendUrl: string, { email, token }: LinkFacts): string {
  return `${frontendUrl}/reset-password?${new URLSearchParams({ email, token })}`
}
