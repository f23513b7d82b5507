import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  RouteOptions,
} from 'fastify'
import type { AppContext, Contract, GeneralProblem } from '../contracts/contract.ts'
import { readBasic, readCredential } from '../contracts/credential.ts'
import { lookAtRecovery } from '../engine/authenticators/complete-recovery.ts'
import { authenticateByPassword } from '../engine/authenticators/sign-in-with-password.ts'
import type { Engine } from '../engine/engine.ts'
import { OverloadedError } from '../engine/overloaded.ts'
import type { Realm } from '../engine/realm.ts'
import { type Result, succeed } from '../engine/result.ts'
import { authenticateApiToken, isApiToken } from '../engine/sessions/api-token.ts'
import { authenticate, authenticateFromCache } from '../engine/sessions/authenticate.ts'
import type { SignedIn } from '../engine/sessions/session-cache.ts'
import { isUnavailable } from '../storage/database.ts'
import { docsRoutes } from './docs.ts'
import { answerPreflight, setCorsHeaders } from './http/cors.ts'
import { parseJsonBody } from './http/json-body.ts'
import type { Origins } from './http/origins.ts'
import { compileSerializer, compileValidator } from './http/schema-compilers.ts'

export interface Mount {
  contract: Contract
  context: AppContext
  origins: Origins
  /** Where the router finds it; differs from what callers see for an app with a host of its own. */
  internalPrefix: string
  /** Whether the app has a page about itself. */
  hasDocument: boolean
}

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

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i

/** JSON, by its content type or by none; no other type, so that no form of another site can post here. */
function readBodies(scope: FastifyInstance, { contract }: Mount): void {
  scope.addHook('onRoute', (route) => {
    route.bodyLimit = contract.bodyBytesMax
    if (route.config?.ignoresBody) route.onRequest = [route.onRequest ?? [], forgetBodyType].flat()
  })
  scope.removeAllContentTypeParsers()
  const bodyLimit = contract.bodyBytesMax
  scope.addContentTypeParser<string>('*', { parseAs: 'string', bodyLimit }, (request, text, done) => {
    if (request.routeOptions.config.ignoresBody) return done(null, undefined)
    const type = request.headers['content-type']
    const isJson = type === undefined ? !contract.readOtherBody : JSON_TYPE.test(type)
    if (!isJson && contract.readOtherBody) {
      return done(null, text === '' ? undefined : contract.readOtherBody(text, type))
    }
    if (!isJson) {
      return done(new ProblemError({ code: 'unsupported_media_type' }))
    }
    if (text === '') return done(null, undefined)
    const parsed = parseJsonBody(text)
    if (parsed.ok) return done(null, parsed.value)
    if (parsed.code === 'not_json') return done(new ProblemError({ code: 'not_json', text }))
    return done(new ProblemError({ code: 'invalid_input', source: 'payload', fields: {} }))
  })
}

/** Else a type that is none would be refused before anybody could ignore it. */
function forgetBodyType(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  delete request.headers['content-type']
  done()
}

/** Before anything of a request is read: where it comes from, and, on routes that ask for it, whose it is. */
function guard(scope: FastifyInstance, mount: Mount): void {
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
    // A bearer token is sent by nobody unasked: only cookies need this.
    if (contract.credential.cookie && origins.isCrossSite(request)) {
      sendGeneralProblem(mount, request, reply, { code: 'cross_site' })
    }
    // Nothing of ours is called so, and PostgreSQL keeps no text with a NUL in it.
    else if (request.url.includes('%00')) sendGeneralProblem(mount, request, reply, { code: 'not_found' })
    else done()
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

/** What a personal access token has to be good for. */
function scopeOf(access: 'session' | 'admin', { method }: RouteOptions): string {
  const isReading = [method].flat().every((one) => one === 'GET' || one === 'HEAD')
  return `${access === 'admin' ? 'admin' : 'account'}:${isReading ? 'read' : 'write'}`
}

function demandSession(mount: Mount, access: 'session' | 'admin', route: RouteOptions): onRequestHookHandler {
  const { contract, context } = mount
  const { engine, realm, app } = context
  const {
    isOpenBeforePasswordChange = false,
    isOpenToRecovery = false,
    isForPeopleOnly = false,
  } = route.config ?? {}
  const scope = scopeOf(access, route)
  const { areApiTokensTaken = false, isBasicTaken } = contract.credential
  const isBasicOn = isBasicTaken?.(context.settings) ?? false
  return (request, reply, done) => {
    const refuse = (problem: GeneralProblem): void => {
      if (isBasicOn && problem.code === 'credential_malformed') reply.header('www-authenticate', 'Basic')
      sendGeneralProblem(mount, request, reply, problem)
    }
    const enter = (signedIn: SignedIn): void => {
      if (access === 'admin' && signedIn.account.role !== 'admin') {
        refuse({ code: 'forbidden' })
        return
      }
      if (signedIn.account.isPasswordChangeDue && !isOpenBeforePasswordChange) {
        refuse({ code: 'password_change_due' })
        return
      }
      request.signedIn = signedIn
      done()
    }
    const enterLater = (looked: Promise<Result<SignedIn, GeneralProblem>>): void => {
      looked.then(
        (result) => (result.ok ? enter(result.value) : refuse(result.failure)),
        (error: Error) => done(error),
      )
    }
    const token = readCredential(request, app, contract.credential)
    if (token === undefined) {
      const basic = isBasicOn ? readBasic(request) : undefined
      if (basic === undefined) return refuse({ code: 'signed_out' })
      if (basic === 'malformed') return refuse({ code: 'credential_malformed' })
      enterLater(authenticateByPassword(engine, { realm, client: context.clientOf(request), ...basic }))
      return
    }
    if (areApiTokensTaken && isApiToken(token)) {
      enterLater(authenticateApiToken(engine, { realm, app: app.name, token, scope, isForPeopleOnly }))
      return
    }
    // A cookie that came twice is no token of ours, and is refused like any other that is none.
    const who = { realm, app: app.name, token }
    const known = authenticateFromCache(engine, who)
    if (known) return enter(known)
    enterLater(isOpenToRecovery ? authenticateOrLook(engine, who) : authenticate(engine, who))
  }
}

interface Who {
  realm: Realm
  app: string
  token: string
}

/** By a session's token, else by that of a recovery link. */
async function authenticateOrLook(engine: Engine, who: Who): Promise<Result<SignedIn, GeneralProblem>> {
  const signedIn = await authenticate(engine, who)
  if (signedIn.ok || signedIn.failure.code === 'account_disabled') return signedIn
  const found = await lookAtRecovery(engine, who)
  if (found.ok) return succeed(found.value.signedIn)
  return found.failure.code === 'account_disabled' ? found : signedIn
}

/** Only the token of a recovery link: a session, which whoever picks up a device has, sets no password. */
function demandRecovery(mount: Mount): onRequestHookHandler {
  const { contract, context } = mount
  const { engine, realm, app } = context
  return (request, reply, done) => {
    const token = readCredential(request, app, contract.credential)
    if (token === undefined) return sendGeneralProblem(mount, request, reply, { code: 'signed_out' })
    const who = { realm, app: app.name, token }
    const look = async (): Promise<GeneralProblem | undefined> => {
      const found = await lookAtRecovery(engine, who)
      if (found.ok) {
        request.signedIn = found.value.signedIn
        request.recoverySecret = found.value.secret
        return undefined
      }
      if (found.failure.code === 'account_disabled') return found.failure
      const signedIn = await authenticate(engine, who)
      if (signedIn.ok) return { code: 'forbidden' }
      return signedIn.failure.code === 'account_disabled' ? signedIn.failure : found.failure
    }
    look().then(
      (problem) => (problem ? sendGeneralProblem(mount, request, reply, problem) : done()),
      (error: Error) => done(error),
    )
  }
}

/** Thrown by the parts that read a request, for the one place that answers. */
class ProblemError extends Error {
  readonly problem: GeneralProblem

  constructor(problem: GeneralProblem) {
    super(problem.code)
    this.problem = problem
  }
}

function tellProblems(scope: FastifyInstance, mount: Mount, routes: RouteOptions[]): void {
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
    const allowed = contract.tellsMethods ? methodsAt(routes, mount, request) : []
    if (allowed.length === 0) return sendGeneralProblem(mount, request, reply, { code: 'not_found' })
    reply.header('allow', allowed.join(', '))
    sendGeneralProblem(mount, request, reply, { code: 'method_not_allowed', allowed })
  })
}

/** The methods that the path of a request has, as the contract's routes say. */
function methodsAt(
  routes: RouteOptions[],
  { context, internalPrefix }: Mount,
  request: FastifyRequest,
): string[] {
  const path = `${context.app.prefix}${(request.url.split('?')[0] ?? '').slice(internalPrefix.length)}`
  const found = routes.filter(({ url, config }) => !config?.isHidden && pathMatches(url, path))
  return [...new Set(found.flatMap(({ method }) => method))]
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
    return { code: 'invalid_input', source: source[part ?? 'body'], fields: fieldsOf(error) }
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

function sendGeneralProblem(
  mount: Mount,
  request: FastifyRequest,
  reply: FastifyReply,
  problem: GeneralProblem,
): void {
  const { status, contentType, language, body } = mount.contract.renderProblem(problem, {
    requestId: request.id,
    acceptLanguage: request.headers['accept-language'],
    language: mount.context.realm.policy.language,
    isDevelopment: mount.context.settings.isDevelopment,
  })
  if (language) reply.header('content-language', language)
  if ('retryAfterSeconds' in problem) reply.header('retry-after', problem.retryAfterSeconds)
  // Serialized here: the route's own schema is for the answers that its document lists.
  reply.code(status).header('content-type', contentType).serializer(String).send(JSON.stringify(body))
}
