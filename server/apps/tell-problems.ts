import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { type Contract, type GeneralProblem, violationsOf } from '../../contracts/contract.ts'
import { OverloadedError } from '../../engine/overloaded.ts'
import { isUnavailable } from '../../storage/database.ts'
import type { Mount } from './mount.ts'

/** Thrown by the parts that read a request, for the one place that answers. */
export class ProblemError extends Error {
  readonly problem: GeneralProblem

  constructor(problem: GeneralProblem) {
    super(problem.code)
    this.problem = problem
  }
}

/** Every failure of a route, in the words of its contract; and what is not there. */
export function tellProblems(scope: FastifyInstance, mount: Mount, routes: RouteOptions[]): void {
  const { contract } = mount
  scope.setErrorHandler((error: FastifyError, request, reply) => {
    // Where nothing is, no body is wrong.
    const problem: GeneralProblem = request.is404 ? { code: 'not_found' } : problemOf(error, contract)
    if (problem.code === 'internal' || problem.code === 'unavailable') {
      request.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, problem.code)
    }
    sendGeneralProblem(mount, request, reply, problem)
  })
  scope.setNotFoundHandler((request, reply) => {
    const unslashed = contract.redirectsSlash ? withoutSlash(routes, mount, request) : undefined
    if (unslashed !== undefined) return reply.redirect(unslashed, request.method === 'GET' ? 301 : 307)
    const allowed = contract.tellsMethods ? methodsAt(routes, mount, request.url) : []
    if (allowed.length === 0) return sendGeneralProblem(mount, request, reply, { code: 'not_found' })
    reply.header('allow', allowed.join(', '))
    sendGeneralProblem(mount, request, reply, { code: 'method_not_allowed', allowed })
  })
}

/** The methods that the path of a request has, as the contract's routes say. */
function methodsAt(routes: RouteOptions[], { context, internalPrefix }: Mount, url: string): string[] {
  const path = `${context.app.prefix}${(url.split('?')[0] ?? '').slice(internalPrefix.length)}`
  const found = routes.filter(({ url, config }) => !config?.isHidden && pathMatches(url, path))
  return [...new Set(found.flatMap(({ method }) => method))]
}

/** Where a path with a slash too many leads, if there is something: to a route of ours, so never to another site. */
function withoutSlash(routes: RouteOptions[], mount: Mount, { url }: FastifyRequest): string | undefined {
  const [path = '', ...query] = url.split('?')
  if (!path.endsWith('/') || methodsAt(routes, mount, path.slice(0, -1)).length === 0) return undefined
  const own = `${mount.context.app.prefix}${path.slice(mount.internalPrefix.length, -1)}`
  return [own, ...query].join('?')
}

function pathMatches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith(':') ? given[index] !== '' : part === given[index]))
  )
}

function problemOf(error: FastifyError, contract: Contract): GeneralProblem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof OverloadedError) {
    return { code: 'overloaded', retryAfterSeconds: error.retryAfterSeconds }
  }
  if (error.validation) {
    const source = { body: 'payload', querystring: 'query', params: 'params', headers: 'headers' } as const
    const part = error.validationContext as keyof typeof source | undefined
    const violations = violationsOf(error.validation)
    return { code: 'invalid_input', source: source[part ?? 'body'], fields: fieldsOf(error), violations }
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return { code: 'too_large', bytesMax: contract.bodyBytesMax }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return { code: 'unsupported_media_type' }
  // The rest of Fastify's own refusals: a length that does not fit, a body that broke off.
  if (error.statusCode === 400) return { code: 'invalid_input', source: 'payload', fields: {} }
  return { code: isUnavailable(error) ? 'unavailable' : 'internal' }
}

/** Each field that was refused, and by which rule of the schema. */
function fieldsOf({ validation = [] }: FastifyError): Record<string, string> {
  // Without a prototype: a caller may call a field `toString`.
  const fields: Record<string, string> = Object.create(null)
  for (const { instancePath, params, keyword } of validation) {
    const extra = params.missingProperty ?? params.additionalProperty
    const field = instancePath.split('/')[1] ?? (typeof extra === 'string' ? extra : undefined)
    if (field !== undefined) fields[field] ??= keyword
  }
  return fields
}

/** Answers with a failure that any route may have. */
export function sendGeneralProblem(
  mount: Mount,
  request: FastifyRequest,
  reply: FastifyReply,
  problem: GeneralProblem,
): void {
  const { status, contentType, language, body } = mount.contract.renderProblem(problem, {
    requestId: request.id,
    route: request.routeOptions?.config,
    acceptLanguage: request.headers['accept-language'],
    language: mount.context.realm.policy.language,
    isDevelopment: mount.context.settings.isDevelopment,
  })
  if (language) reply.header('content-language', language)
  if ('retryAfterSeconds' in problem) reply.header('retry-after', problem.retryAfterSeconds)
  // Serialized here: the route's own schema is for the answers that its document lists.
  reply.code(status).header('content-type', contentType).serializer(String).send(JSON.stringify(body))
}
