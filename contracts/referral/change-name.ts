import type { FastifyInstance } from 'fastify'
import { changeProfile } from '../../engine/accounts/change-profile.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { name, readByForm } from './fields.ts'
import { defineForm } from './form.ts'
import { True } from './objects.ts'
import { responsesWith, sendWrongs, session, validation } from './problems.ts'

const form = defineForm({ name })

export function changeNameRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.put(
    '/api/auth/me/name',
    {
      config: { access: 'session' },
      ...readByForm,
      schema: {
        summary: 'Change my name',
        body: form.schema,
        response: responsesWith(True, { validation, ...session }),
      },
    },
    async (request, reply) => {
      const read = form.read(request.body)
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const accountId = signedInOf(request).account.id
      await changeProfile(engine, { realm, client: context.clientOf(request), accountId, ...read.value })
      return true
    },
  )
}
