import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { AppContext } from '../contract.ts'

const Answer = Type.Object({
  password: Type.Boolean(),
  emailCode: Type.Boolean(),
  passwordRequireEmail: Type.Boolean(),
  google: Type.Boolean(),
  github: Type.Boolean(),
  microsoft: Type.Boolean(),
})

/** What version 1.1's sign-in page asks first. */
export function providersRoute(fastify: FastifyInstance, { engine, realm, settings }: AppContext): void {
  const isOn = (provider: string): boolean => engine.providers.findFor(realm, provider) !== undefined
  fastify.get(
    '/api/auth/providers',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Which ways of signing in are on (version 1.1)',
        tags: ['Version 1.1'],
        response: { 200: Answer },
      },
    },
    async () => ({
      password: realm.policy.passwordSignIn,
      emailCode: realm.policy.emailCodeSignIn,
      passwordRequireEmail: settings.isEmailRequired,
      google: isOn('google'),
      github: isOn('github'),
      microsoft: isOn('microsoft'),
    }),
  )
}
