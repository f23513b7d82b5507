import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type ChangeProfileFailure, changeProfile } from '../../engine/accounts/change-profile.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { DISPLAY_NAME, Handle, NOT_BLANK } from './fields.ts'
import { MyProfile, toMyProfile } from './objects.ts'
import {
  handleExists,
  handleNotAllowed,
  input,
  type Problems,
  responsesWith,
  sendProblem,
  session,
} from './problems.ts'

const tags = ['Users']
const BIO = { maxLength: 500, pattern: NOT_BLANK, description: 'Not blank; null clears it.' }

const problems: Problems<ChangeProfileFailure> = {
  username_not_valid: handleNotAllowed,
  username_taken: handleExists,
}

export function meRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.get(
    '/v0/user/me',
    {
      config: { access: 'session' },
      schema: { summary: 'My profile', tags, response: responsesWith({ 200: MyProfile }, session) },
    },
    (request, reply) => {
      reply.send(toMyProfile(context.app, signedInOf(request).account))
    },
  )
  const Request = Type.Object({
    display_name: nullable(DISPLAY_NAME),
    bio: nullable(BIO),
    handle: nullable(Handle(realm.policy)),
  })
  fastify.patch(
    '/v0/user/me',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Change my profile',
        description: 'What is left out, or null, stays; but null clears the bio.',
        tags,
        body: Request,
        response: responsesWith({ 200: MyProfile }, { ...input, ...session, ...problems }),
      },
    },
    async (request, reply) => {
      const { display_name, bio, handle } = request.body as Static<typeof Request>
      const result = await changeProfile(engine, {
        realm,
        client: context.clientOf(request),
        accountId: signedInOf(request).account.id,
        name: display_name ?? undefined,
        bio,
        username: handle ?? undefined,
      })
      return result.ok
        ? toMyProfile(context.app, result.value)
        : sendProblem(reply, context, problems, result.failure)
    },
  )
}

/** One type list: with a choice between two schemas, what is wrong could not be told. */
function nullable(rules: object) {
  return Type.Optional(Type.Unsafe<string | null>({ ...rules, type: ['string', 'null'] }))
}
