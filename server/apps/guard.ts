import type { FastifyInstance } from 'fastify'
import { answerPreflight, setCorsHeaders } from '../http/cors.ts'
import { demandRecovery } from './demand-recovery.ts'
import { demandSession } from './demand-session.ts'
import type { Mount } from './mount.ts'
import { sendGeneralProblem } from './tell-problems.ts'

/** Before anything of a request is read: where it comes from, and, on routes that ask for it, whose it is. */
export function guard(scope: FastifyInstance, mount: Mount): void {
  const { contract, origins } = mount
  scope.addHook('onRequest', (request, reply, done) => {
    contract.markAnswer?.(request, reply, mount.context)
    const { origin } = request.headers
    if (origin !== undefined) {
      const allowed = origins.allowed(origin)
      setCorsHeaders(reply, allowed, contract.credential.cookie !== null)
      if (request.method === 'OPTIONS' && request.headers['access-control-request-method']) {
        answerPreflight(reply, allowed)
        return
      }
    }
    if (contract.hidesHead && request.method === 'HEAD') {
      sendGeneralProblem(mount, request, reply, { code: 'not_found' })
    }
    // A bearer token is sent by nobody unasked: only cookies need this.
    else if (contract.credential.cookie && origins.isCrossSite(request)) {
      sendGeneralProblem(mount, request, reply, { code: 'cross_site' })
    }
    // Nothing of ours is called so, and PostgreSQL keeps no text with a NUL in it.
    else if (request.url.includes('%00')) sendGeneralProblem(mount, request, reply, { code: 'not_found' })
    else {
      const refusal = contract.admit?.(request, mount.context)
      if (refusal) sendGeneralProblem(mount, request, reply, refusal)
      else done()
    }
  })
  // Fixed once for each route: every request of every app comes through here.
  scope.addHook('onRoute', (route) => {
    const access = route.config?.access
    if (access === undefined) throw new Error(`${route.method} ${route.url} does not say who may call it.`)
    if (access === 'public') return
    const demand = access === 'recovery' ? demandRecovery(mount) : demandSession(mount, access, route)
    if (contract.isBodyReadFirst) route.preValidation = [demand, ...[route.preValidation ?? []].flat()]
    else route.onRequest = [demand, ...[route.onRequest ?? []].flat()]
  })
}
