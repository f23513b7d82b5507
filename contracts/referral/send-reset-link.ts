import type { FastifyInstance } from 'fastify'
import { askRecovery } from '../../engine/authenticators/ask-recovery.ts'
import type { AppContext } from '../contract.ts'
import { email, readByForm } from './fields.ts'
import { defineForm } from './form.ts'
import { True } from './objects.ts'
import { responsesWith, sendWrongs, validation } from './problems.ts'

const form = defineForm({ email })

export function sendResetLinkRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  const { frontendUrl } = app
  const linkTo =
    frontendUrl === undefined
      ? undefined
      : ({ token }: { token: string }) => `${frontendUrl}/reset-password?${new URLSearchParams({ token })}`
  fastify.post(
    '/api/auth/send-password-reset-link',
    {
      config: { access: 'public' },
      ...readByForm,
      schema: {
        summary: 'Mail a link to set a new password',
        description:
          'Always `true`. One link in 60 seconds and five in an hour go out; a new one ends those before it.',
        body: form.schema,
        response: responsesWith(True, { validation }),
      },
    },
    async (request, reply) => {
      const read = form.read(request.body)
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const client = context.clientOf(request)
      // A front end of the app's own decodes the token and asks with it whose it is; our page needs the secret alone.
      const isTokenJwt = linkTo !== undefined
      const subject = 'Reset Password'
      await askRecovery(engine, { realm, client, email: read.value.email, linkTo, isTokenJwt, subject })
      return true
    },
  )
}
