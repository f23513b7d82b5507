import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { readProviderStates } from '../../engine/authenticators/oauth/list-providers.ts'
import { providerReturnLink } from '../../engine/links.ts'
import type { Realm } from '../../engine/realm.ts'
import type { AppContext } from '../contract.ts'
import { RealmQuery, realmForAdmin, realmNotFound } from './admin-realms.ts'
import { ProviderStateShape, toProviderState } from './objects.ts'
import { forbidden, responsesWith, sendProblem, signedOut } from './problems.ts'

const Answer = Type.Object({
  providers: Type.Array(ProviderStateShape),
  returnUrls: Type.Array(
    Type.Object({
      app: Type.Union([Type.String(), Type.Null()], { description: 'Null: our own pages.' }),
      url: Type.String({
        description: 'To be registered at a provider, whose name stands for `{provider}`.',
      }),
    }),
  ),
})

export function adminProvidersRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine } = context
  fastify.get(
    '/admin/providers',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'How the providers of a realm are doing',
        description: 'Asks each whether it answers.',
        tags: ['Administration'],
        querystring: RealmQuery,
        response: responsesWith({ 200: Answer }, { ...signedOut, ...forbidden, ...realmNotFound }),
      },
    },
    async (request, reply) => {
      const { realm: name } = request.query as Static<typeof RealmQuery>
      const realm = realmForAdmin(context, request, name)
      if (!realm) return sendProblem(reply, realmNotFound, { code: 'not_found' })
      const states = await readProviderStates(engine, realm)
      return { providers: states.map(toProviderState), returnUrls: returnUrlsOf(context, realm) }
    },
  )
}

function returnUrlsOf({ engine, house }: AppContext, realm: Realm) {
  const ours = { app: null, url: providerReturnLink(engine.publicUrl, realm, '{provider}') }
  const others = house.apps.flatMap(({ name, realm: of, providerReturnUrl: url }) =>
    of === realm.name && url !== null && url !== ours.url ? [{ app: name, url }] : [],
  )
  return [ours, ...others]
}
