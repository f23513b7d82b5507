import type { FastifyInstance } from 'fastify'
import { changeExtra } from '../../engine/accounts/change-extra.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { readByForm } from './fields.ts'
import { defineForm, refused, type Wrong } from './form.ts'
import { True } from './objects.ts'
import { responsesWith, sendWrongs, session, validation } from './problems.ts'

const KINDS_MAX = 50
const KIND_LENGTH_MAX = 40

const form = defineForm({
  email_alerts: { type: 'object', description: 'Kinds of notices, each `true` or `false`: `{"50": true}`.' },
})

export function notificationsRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.put(
    '/api/settings/notifications',
    {
      config: { access: 'session' },
      ...readByForm,
      schema: {
        summary: 'Which notices I want by mail',
        description: 'Replaces `extra.email_alerts`.',
        body: form.schema,
        response: responsesWith(True, { validation, ...session }),
      },
    },
    async (request, reply) => {
      const read = form.read(request.body)
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const alerts = Object.entries(read.value.email_alerts)
      const wrongs = alerts.flatMap(([kind, value]) => wrongAlert(kind, value))
      if (alerts.length > KINDS_MAX) {
        const why = refused(`at most ${KINDS_MAX} kinds of notices`)
        wrongs.push({ loc: ['body', 'email_alerts'], input: null, ...why })
      }
      if (wrongs.length > 0) return sendWrongs(reply, wrongs)
      await changeExtra(engine, {
        realm,
        client: context.clientOf(request),
        accountId: signedInOf(request).account.id,
        key: 'email_alerts',
        value: Object.fromEntries(alerts.map(([kind, value]) => [kind, value ? 1 : 0])),
      })
      return true
    },
  )
}

function wrongAlert(kind: string, value: unknown): Wrong[] {
  const loc = ['body', 'email_alerts', kind.slice(0, KIND_LENGTH_MAX)]
  if (kind.length > KIND_LENGTH_MAX) {
    return [
      { loc, input: null, ...refused(`the name of a notice has at most ${KIND_LENGTH_MAX} characters`) },
    ]
  }
  if (typeof value === 'boolean' || value === 0 || value === 1) return []
  return [{ type: 'bool_type', loc, msg: 'Input should be a valid boolean', input: value }]
}
