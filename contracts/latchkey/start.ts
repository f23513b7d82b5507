import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { isSetUpDue } from '../../engine/accounts/set-up-realm.ts'
import { listProviders } from '../../engine/authenticators/oauth/list-providers.ts'
import type { AppContext } from '../contract.ts'
import { responsesWith } from './problems.ts'

const App = Type.Object({
  name: Type.String(),
  contract: Type.String(),
  realm: Type.String(),
  url: Type.String(),
  docsUrl: Type.String(),
  summary: Type.String(),
})

const Answer = Type.Object({
  version: Type.String(),
  setupDue: Type.Boolean({ description: 'Nobody has an account yet: POST /setup makes the first.' }),
  setupCodeDue: Type.Boolean({ description: 'Set-up asks for the code on the console of the server.' }),
  realm: Type.String(),
  title: Type.String({ description: 'How the realm is called on pages.' }),
  placeDue: Type.Boolean({ description: 'Set-up also asks for the place: name, contact, opening hours.' }),
  publicUrl: Type.String(),
  mail: Type.Enum(['smtp', 'captured'], {
    description: '`captured`: mail is printed on the console of the server.',
  }),
  signUp: Type.Enum(['open', 'invitation', 'closed']),
  passwordSignIn: Type.Boolean(),
  emailCodeSignIn: Type.Boolean(),
  passkeySignIn: Type.Boolean(),
  providers: Type.Array(Type.Object({ name: Type.String(), title: Type.String() }), {
    description: 'By which one can sign in from elsewhere.',
  }),
  profiles: Type.Boolean({ description: 'People have a bio and a banner, which everybody sees.' }),
  secondFactor: Type.Boolean({ description: 'People may have a second factor.' }),
  passwordLengthMin: Type.Integer(),
  passwordLengthMax: Type.Integer(),
  apps: Type.Array(App),
})

export function startRoute(fastify: FastifyInstance, { engine, realm, house }: AppContext): void {
  fastify.get(
    '/start',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What pages need before anyone is signed in',
        tags: ['Start'],
        response: responsesWith({ 200: Answer }),
      },
    },
    async () => {
      const { version, publicUrl, mail, apps } = house
      const { signUp, passwordSignIn, emailCodeSignIn, passkeySignIn, secondFactor, password } = realm.policy
      const setupDue = await isSetUpDue(engine, realm)
      return {
        version,
        setupDue,
        setupCodeDue: setupDue && house.setupCode !== undefined,
        realm: realm.name,
        title: realm.policy.title,
        placeDue: setupDue && realm.policy.hasPlace,
        publicUrl,
        mail,
        signUp,
        passwordSignIn,
        emailCodeSignIn,
        passkeySignIn,
        providers: listProviders(engine, realm),
        profiles: realm.policy.hasProfiles,
        secondFactor,
        passwordLengthMin: password.lengthMin,
        passwordLengthMax: password.lengthMax,
        apps,
      }
    },
  )
}
