import type { FastifyInstance, RouteOptions } from 'fastify'
import { docsRoutes } from '../docs.ts'
import { compileSerializer, compileValidator } from '../http/schema-compilers.ts'
import { guard } from './guard.ts'
import type { Mount } from './mount.ts'
import { readBodies } from './read-bodies.ts'
import { tellProblems } from './tell-problems.ts'

/**
 * Serves a contract: its routes, and around them what is true of every API, once: who may call, from which
 * site, what a body may be, and how each failure of the world is told in the contract's own words.
 */
export function mountApp(fastify: FastifyInstance, mount: Mount): void {
  fastify.register(
    (scope, _options, done) => {
      const routes: RouteOptions[] = []
      // As callers see them: a host of its own hides where the router keeps an app.
      const { prefix } = mount.context.app
      scope.addHook('onRoute', (route) => {
        routes.push({ ...route, url: `${prefix}${route.url.slice(mount.internalPrefix.length)}` })
      })
      scope.decorateRequest('recoverySecret', null)
      scope.setValidatorCompiler(compileValidator)
      scope.setSerializerCompiler(compileSerializer)
      readBodies(scope, mount)
      guard(scope, mount)
      tellProblems(scope, mount, routes)
      mount.contract.routes(scope, mount.context)
      if (mount.hasDocument) docsRoutes(scope, mount, routes)
      done()
    },
    { prefix: mount.internalPrefix, bodyLimit: mount.contract.bodyBytesMax } as object,
  )
}
