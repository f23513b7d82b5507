import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { endSession } from '../../engine/sessions/end-session.ts'
import { DEVICE_TOKEN_LENGTH_MAX, removeDevice } from '../../engine/sessions/push-device.ts'
import { revokeRefreshToken } from '../../engine/sessions/refresh-token.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Done, done, RefreshToken } from './fields.ts'
import { ErrorShape, general, invalidInput } from './problems.ts'

const Request = Type.Object({
  refresh_token: Type.Optional(RefreshToken),
  device_token: Type.Optional(Type.String({ minLength: 1, maxLength: DEVICE_TOKEN_LENGTH_MAX })),
})

export function logoutRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/api/auth/logout',
    {
      config: { access: 'session', isOpenBeforePasswordChange: true },
      // Both fields are optional, and so is the body.
      preValidation: (request, _reply, next) => {
        request.body ??= {}
        next()
      },
      schema: {
        summary: 'Sign out; revoke the refresh token and the device token that are named',
        description: 'Tokens that are unknown, gone, or somebody else’s are left as they are.',
        body: Request,
        response: {
          200: Done,
          ...problemResponses({ invalidInput, signed_out: general.signed_out }, ErrorShape),
        },
      },
    },
    async (request) => {
      const { refresh_token: refreshToken, device_token: deviceToken } = request.body as Static<
        typeof Request
      >
      const { account, session } = signedInOf(request)
      const client = context.clientOf(request)
      const accountId = account.id
      if (refreshToken !== undefined)
        await revokeRefreshToken(engine, { realm, client, accountId, refreshToken })
      if (deviceToken !== undefined) await removeDevice(engine, { accountId, token: deviceToken })
      await endSession(engine, { realm, accountId, sessionId: session.id, client })
      return done
    },
  )
}
