import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { canRun } from '../../engine/accounts/can-act.ts'
import { isDefaultPasswordInPlace } from '../../engine/accounts/make-default-admin.ts'
import type { Realm } from '../../engine/realm.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { RealmName } from './fields.ts'
import { forbidden, responsesWith, signedOut } from './problems.ts'

/** Whom an admin route is about: the caller's own realm if it is left out; operators may name any. */
export const RealmQuery = Type.Object({ realm: Type.Optional(RealmName) })
export const realmNotFound = { not_found: { status: 404, message: 'There is no such realm.' } }

/** @returns nothing for a realm that is not there, or not the caller's to run. */
export function realmForAdmin(
  { realm: own, house }: AppContext,
  request: FastifyRequest,
  name: string | undefined,
): Realm | undefined {
  const realm = name === undefined ? own : house.realms.get(name)
  const { account } = signedInOf(request)
  return realm && canRun({ account, realm: own }, realm) ? realm : undefined
}

const Answer = Type.Object({
  realms: Type.Array(
    Type.Object({
      name: Type.String(),
      title: Type.String(),
      signUp: Type.Enum(['open', 'invitation', 'closed']),
      defaultPassword: Type.Boolean({
        description: 'Its first admin still has the password that everybody knows.',
      }),
      hasPlace: Type.Boolean({ description: 'It has a name, a contact and opening hours: /admin/place.' }),
    }),
  ),
})

export function adminRealmsRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/admin/realms',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'The realms that I run',
        tags: ['Administration'],
        response: responsesWith({ 200: Answer }, { ...signedOut, ...forbidden }),
      },
    },
    async (request) => {
      const realms = [...context.house.realms.values()].filter(({ name }) =>
        realmForAdmin(context, request, name),
      )
      const shown = realms.map(async (realm) => {
        const { title, signUp, hasPlace } = realm.policy
        const defaultPassword = await isDefaultPasswordInPlace(context.engine, realm)
        return { name: realm.name, title, signUp, hasPlace, defaultPassword }
      })
      return { realms: await Promise.all(shown) }
    },
  )
}
