import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  DEVICE_TOKEN_LENGTH_MAX,
  devicePlatforms,
  registerDevice,
  removeDevice,
} from '../../engine/sessions/push-device.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Done, done } from './fields.ts'
import { ErrorShape, general, invalidInput } from './problems.ts'

const Token = Type.String({ minLength: 1, maxLength: DEVICE_TOKEN_LENGTH_MAX })
const Registration = Type.Object({ token: Token, platform: Type.Enum([...devicePlatforms]) })
const Removal = Type.Object({ token: Token })
const config = { access: 'session', isOpenBeforePasswordChange: true } as const
const failures = problemResponses({ invalidInput, signed_out: general.signed_out }, ErrorShape)

export function deviceRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/device',
    {
      config,
      schema: {
        summary: 'Register a device for push messages',
        description: 'A token that somebody else registered moves to the caller.',
        body: Registration,
        response: { 200: Done, ...failures },
      },
    },
    async (request) => {
      const { token, platform } = request.body as Static<typeof Registration>
      const accountId = signedInOf(request).account.id
      await registerDevice(engine, { realm, client: context.clientOf(request), accountId, token, platform })
      return done
    },
  )
  fastify.delete(
    '/api/auth/device',
    {
      config,
      schema: {
        summary: 'Remove one of my devices',
        body: Removal,
        response: { 200: Done, ...failures },
      },
    },
    async (request) => {
      const { token } = request.body as Static<typeof Removal>
      await removeDevice(engine, { accountId: signedInOf(request).account.id, token })
      return done
    },
  )
}
