import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { findProfile, isUsernameAvailable } from '../../engine/accounts/profiles.ts'
import type { AppContext } from '../contract.ts'
import { Handle } from './fields.ts'
import { PublicProfile, toPublicProfile } from './objects.ts'
import { badRequest, input, responsesWith, sendWords, userNotFound } from './problems.ts'

const tags = ['Users']
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const Available = Type.Object({ available: Type.Boolean() })
const ById = Type.Object({ user_id: Type.String({ description: 'A UUID.' }) })

export function profileRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const ByHandle = Type.Object({ handle: Handle(realm.policy) })
  fastify.get(
    '/v0/users/profile',
    {
      config: { access: 'public' },
      schema: {
        summary: 'A public profile, by handle',
        tags,
        querystring: ByHandle,
        response: responsesWith({ 200: PublicProfile }, { ...input, userNotFound }),
      },
    },
    async (request, reply) => {
      const { handle } = request.query as Static<typeof ByHandle>
      const account = await findProfile(engine, { realm, username: handle })
      if (!account) return sendWords(reply, context, noSuchUser('handle', handle))
      return toPublicProfile(context.app, account)
    },
  )
  fastify.get(
    '/v0/users/profile/id',
    {
      config: { access: 'public' },
      schema: {
        summary: 'A public profile, by id',
        tags,
        querystring: ById,
        response: responsesWith({ 200: PublicProfile }, { badRequest, userNotFound }),
      },
    },
    async (request, reply) => {
      const uid = (request.query as Static<typeof ById>).user_id.toLowerCase()
      if (!UUID.test(uid)) return sendWords(reply, context, badRequest)
      const account = await findProfile(engine, { realm, uid })
      if (!account) return sendWords(reply, context, noSuchUser('id', uid))
      return toPublicProfile(context.app, account)
    },
  )
  fastify.get(
    '/v0/users/handle/:handle/available',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether a handle is free',
        tags,
        params: ByHandle,
        response: responsesWith({ 200: Available }, { validation_error: input.validation_error }),
      },
    },
    async (request) => {
      const { handle } = request.params as Static<typeof ByHandle>
      return { available: await isUsernameAvailable(engine, { realm, username: handle }) }
    },
  )
}

function noSuchUser(by: string, value: string) {
  return { ...userNotFound, details: `There is no user with the ${by} ${value}.` }
}
