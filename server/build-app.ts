import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { AppContext, AppFacts, HouseFacts } from '../contracts/contract.ts'
import { UPLOAD_SECONDS_MAX } from '../contracts/uploads.ts'
import type { Client } from '../engine/client.ts'
import type { Engine } from '../engine/engine.ts'
import { providerReturnLink } from '../engine/links.ts'
import { OPERATORS_REALM, type Realm } from '../engine/realm.ts'
import { digest, equalBytes, type Secrets } from '../engine/secrets/secrets.ts'
import type { Storage } from '../storage/database.ts'
import { mountApp } from './apps/mount-app.ts'
import type { AppConfig } from './config/apps.ts'
import type { Config } from './config/load.ts'
import { healthRoutes } from './health.ts'
import { addressResolver } from './http/address.ts'
import { DeviceCookie } from './http/device-cookie.ts'
import { hostRewriter, internalPrefixOf, isAskedDirectly } from './http/hosts.ts'
import { isLoopback, loopbackOrigins, origins } from './http/origins.ts'
import { cutOffSlowBodies } from './http/slow-bodies.ts'
import { servePages } from './pages.ts'

const PROCESS_ID = randomUUID().slice(0, -12)
let requests = 0

/** What a caller may call its request: what fits a log line and a header. */
const REQUEST_ID = /^[\w.:-]{1,128}$/
const USER_AGENT_LENGTH_MAX = 400
/** A request whose headers, or whose body but for uploads, are not whole by then is cut off (slowloris). */
const REQUEST_TIMEOUT_MS = 15_000
/** Uploads end themselves before, with an answer. */
const UPLOAD_TIMEOUT_MS = (UPLOAD_SECONDS_MAX + 10) * 1_000
const REQUEST_CHECK_MS = 5_000
const HEADERS_BYTES_MAX = 16_384
const PARAM_LENGTH_MAX = 1_000
const IDLE_TIMEOUT_MS = 72_000

export interface BuildOptions {
  config: Config
  engine: Engine & { secrets: Secrets }
  storage: Storage
  realms: Map<string, Realm>
  house: HouseFacts
  logger: Logger
}

/** The application, apart from the process: every app mounted at its place, health, and the web pages. */
export function buildApp(options: BuildOptions): FastifyInstance {
  const { config, storage, logger } = options
  const isDebugging = logger.level === 'debug' || logger.level === 'trace'
  const fastify = Fastify({
    // Fastify's own lines are for who debugs it; ours say what a person needs.
    loggerInstance: isDebugging ? logger : logger.child({}, { level: atLeastWarn(logger.level) }),
    // Our lines name the request themselves; a logger made for each request costs as much as routing it.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: !isDebugging }),
    requestIdHeader: false,
    genReqId: requestIdOf,
    rewriteUrl: hostRewriter(config.apps),
    requestTimeout: UPLOAD_TIMEOUT_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS * 4,
    keepAliveTimeout: IDLE_TIMEOUT_MS,
    http: {
      maxHeaderSize: HEADERS_BYTES_MAX,
      // And it looks only so often.
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: REQUEST_CHECK_MS,
    },
    forceCloseConnections: 'idle',
    // What is too long to be an id is each contract's to tell.
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: PARAM_LENGTH_MAX },
    exposeHeadRoutes: true,
    return503OnClosing: true,
    // An URL that cannot be read: no route and no hook sees it.
    frameworkErrors: (_error, request, reply) => {
      const { contentType, body } = nothingAt(request.raw.url ?? '/', request.id, config.apps)
      reply.header('x-request-id', request.id).header('cache-control', 'no-store')
      reply.header('x-content-type-options', 'nosniff')
      ;(reply as FastifyReply).code(404).type(contentType).send(body)
    },
  }) as unknown as FastifyInstance
  fastify.decorateRequest('signedIn', null)
  cutOffSlowBodies(fastify, REQUEST_TIMEOUT_MS)
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('cache-control', 'no-store')
    if (config.isCookieSecure) reply.header('strict-transport-security', 'max-age=31536000')
    done()
  })
  healthRoutes(fastify, { storage, logger, version: options.house.version })
  for (const app of config.apps) mountOne(fastify, app, options)
  servePages(fastify)
  return fastify
}

function mountOne(fastify: FastifyInstance, app: AppConfig, options: BuildOptions): void {
  const { config, engine, realms, house } = options
  const realm = realms.get(app.realm)
  if (!realm) throw new Error(`App ${app.name} has no realm.`)
  const facts = appFacts(app, config)
  const resolveAddress = addressResolver(config.trustedProxies)
  const device = new DeviceCookie(engine.secrets, config.isCookieSecure)
  const clientOf = (request: FastifyRequest): Client => {
    const forwarded = request.headers['x-forwarded-for']
    const { address, block } = resolveAddress(
      request.socket.remoteAddress ?? '',
      [forwarded].flat().join(',') || undefined,
    )
    return {
      app: app.name,
      address,
      addressBlock: block,
      userAgent: request.headers['user-agent']?.slice(0, USER_AGENT_LENGTH_MAX) ?? null,
      requestId: request.id,
      deviceHash: device.read(request),
      isLocal: isLoopback(address) && isAskedDirectly(request),
      claimsOf: app.contract.sessionClaims,
    }
  }
  const context: AppContext = {
    engine,
    realm,
    app: facts,
    settings: config.contractSettings,
    clientOf,
    markedClientOf: (request, reply) => ({
      ...clientOf(request),
      deviceHash: device.readOrSet(request, reply),
    }),
    isSetupCodeRight: (code) => isSetupCodeRight(house.setupCode, code),
    house,
  }
  const own = [config.publicUrl, ...loopbackOrigins(config.publicUrl), new URL(facts.url).origin]
  mountApp(fastify, {
    contract: app.contract,
    context,
    origins: origins({ own, cors: config.corsOrigins }),
    internalPrefix: internalPrefixOf(app),
    // Our own API is the same in every realm: it has one document.
    hasDocument: app.contract.name !== 'latchkey' || realm.name === OPERATORS_REALM,
  })
}

/** Where callers find an app, from the configuration and never from a request. */
export function appFacts(
  { name, contract, realm, place, frontendUrl, providerReturnUrl }: AppConfig,
  config: Config,
): AppFacts {
  const { protocol } = new URL(config.publicUrl)
  const prefix = 'prefix' in place ? place.prefix : ''
  const origin = 'prefix' in place ? config.publicUrl : `${protocol}//${place.host}`
  return {
    name,
    contract: contract.name,
    prefix,
    url: `${origin}${prefix}`,
    isSecure: config.isCookieSecure,
    cookieDomain: config.cookieDomain,
    areCookiesPrefixed: config.areCookiesPrefixed,
    frontendUrl,
    providerReturnUrl:
      providerReturnUrl ?? providerReturnLink(config.publicUrl, { name: realm }, '{provider}'),
  }
}

/** What is said of an address where nothing is: in an app's own words, if it is one of its. */
function nothingAt(url: string, requestId: string, apps: AppConfig[]): { contentType: string; body: string } {
  const app = apps
    .filter((app) => url.startsWith(`${internalPrefixOf(app)}/`))
    .sort((a, b) => internalPrefixOf(b).length - internalPrefixOf(a).length)[0]
  if (!app) return { contentType: 'text/plain; charset=utf-8', body: 'There is nothing here.\n' }
  const { contentType, body } = app.contract.renderProblem({ code: 'not_found' }, { requestId })
  return { contentType, body: JSON.stringify(body) }
}

/** Compares digests, so that neither length nor content can be measured. */
function isSetupCodeRight(wanted: string | undefined, code: string | string[] | undefined): boolean {
  return wanted === undefined || (typeof code === 'string' && equalBytes(digest(code), digest(wanted)))
}

function atLeastWarn(level: string): string {
  return level === 'info' ? 'warn' : level
}

function requestIdOf(raw: { headers: IncomingMessage['headers'] }): string {
  const sent = raw.headers['x-request-id']
  if (typeof sent === 'string' && REQUEST_ID.test(sent)) return sent
  // A UUID's form, random for each process and counted within it: unique, and free of a random draw each time.
  requests++
  return PROCESS_ID + requests.toString(16).padStart(12, '0')
}
