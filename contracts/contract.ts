import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import type { Account } from '../engine/accounts/account.ts'
import type { Client } from '../engine/client.ts'
import type { Engine } from '../engine/engine.ts'
import type { Realm, RealmPolicy } from '../engine/realm.ts'
import type { SignedIn } from '../engine/sessions/session-cache.ts'

/**
 * A documented HTTP API. It says how its wire looks and which use-case each route calls; what is true of every
 * API (who may call, limits, bodies, failures of the world) the server does for all of them alike.
 */
export interface Contract {
  name: string
  title: string
  /** One line for people, on the start page and above the documentation. */
  summary: string
  /** What the document promises about accounts, where it differs from the house's own policy. */
  realmDefaults: PolicyChanges
  /** The cookie that carries the credential, if one does, and whether a bearer token may. */
  credential: {
    cookie: ((app: AppFacts) => string) | null
    /** Its names under other settings, which are read too: nobody is signed out by a change of them. */
    olderCookies?: string[]
    isBearerTaken: boolean
    /** Cookies beside it, which open nothing; for the documentation. */
    otherCookies?: string[]
    /** Personal access tokens of ours, as bearer tokens. */
    areApiTokensTaken?: boolean
    /** HTTP Basic (RFC 7617) wherever a bearer token is taken, if the operator wants it. */
    isBasicTaken?: (settings: ContractSettings) => boolean
  }
  /** What its session tokens carry beside our own claims. */
  sessionClaims?: (account: Account) => Record<string, unknown>
  /** Bodies are read before the credential is looked at: one that is not JSON is told first. */
  isBodyReadFirst?: boolean
  /**
   * Every body is read as JSON, whatever it says that it is: what follows the first value is let go, and a null is as if
   * it were left out.
   */
  isBodyLenient?: boolean
  /** What becomes of a body that is not said to be JSON; without it, such a body is refused. */
  readOtherBody?: (text: string, contentType: string | undefined) => unknown
  /** Answers another method on a known path by 405 instead of 404. */
  tellsMethods?: boolean
  /** A path with a slash at its end leads to the one without. */
  redirectsSlash?: boolean
  /** `HEAD` is not served where only `GET` is documented. */
  hidesHead?: boolean
  bodyBytesMax: number
  renderProblem(problem: GeneralProblem, audience: Audience): RenderedProblem
  /** Whether a caller may come just now, before it is asked who it is. @returns what keeps it out. */
  admit?(request: FastifyRequest, context: AppContext): GeneralProblem | undefined
  /** What every answer carries, errors included; before anything else is looked at. */
  markAnswer?(request: FastifyRequest, reply: FastifyReply, context: AppContext): void
  /** The page about it, and its document under another name too, only while somebody develops with it. */
  docs?: { documentPath: string }
  /** Where providers send people back to, with `{provider}` in it, of a contract that knows of them. */
  providerReturnUrlOf?: (app: AppFacts) => string
  routes(fastify: FastifyInstance, context: AppContext): void
}

export type PolicyChanges = { [Key in keyof RealmPolicy]?: Partial<RealmPolicy[Key]> }

/** Failures that any route of any contract may have. Each contract has words for each. */
export type GeneralProblem =
  | {
      code: 'invalid_input'
      source: 'payload' | 'query' | 'params' | 'headers'
      fields: Record<string, string>
      /** The same with the whole way to each value, for documents that look deeper than the first level. */
      violations?: Violation[]
    }
  /** `text` as it came, for documents that tell where it breaks. */
  | { code: 'not_json'; text?: string }
  | { code: 'unsupported_media_type' }
  | { code: 'too_large'; bytesMax: number }
  | { code: 'not_found' }
  | { code: 'method_not_allowed'; allowed: string[] }
  | { code: 'cross_site' }
  /** No credential at all. */
  | { code: 'signed_out' }
  | { code: 'token_not_valid' }
  | { code: 'token_expired' }
  | { code: 'account_gone' }
  | { code: 'account_disabled' }
  /** A header that says Basic (RFC 7617) and cannot be read. */
  | { code: 'credential_malformed' }
  /** Name or password of HTTP Basic are not right. */
  | { code: 'credentials_wrong' }
  /** An API token may not do this. */
  | { code: 'scope_missing'; scope: string }
  | { code: 'forbidden' }
  /** A temporary password has to be changed before anything else. */
  | { code: 'password_change_due' }
  | { code: 'too_many_requests'; retryAfterSeconds: number }
  | { code: 'overloaded'; retryAfterSeconds: number }
  /** The database is away or full: nothing was done, try again. */
  | { code: 'unavailable' }
  | { code: 'internal' }

/** A rule of a schema that a value breaks: `['emails', '0', 'value']`, `minLength`. */
export interface Violation {
  path: string[]
  rule: string
}

/** Every rule that a request breaks, however deep, as Fastify tells it. */
export function violationsOf(validation: FastifySchemaValidationError[] = []): Violation[] {
  return validation.map(({ instancePath, params, keyword }) => {
    const missing = typeof params.missingProperty === 'string' ? [params.missingProperty] : []
    const rule = keyword === 'format' ? String(params.format) : keyword
    return { path: [...instancePath.split('/').slice(1), ...missing], rule }
  })
}

/** Whom a problem is told to. */
export interface Audience {
  requestId: string
  /** What the route says of itself, if there is one. */
  route?: FastifyContextConfig | undefined
  /** The languages the caller asks for, as in `Accept-Language`. */
  acceptLanguage?: string | undefined
  /** The language of the realm. */
  language?: string | undefined
  isDevelopment?: boolean
}

export interface RenderedProblem {
  status: number
  contentType: string
  /** `Content-Language`, of a contract that speaks several. */
  language?: string
  body: Record<string, unknown>
}

/** One contract served for one realm at one place. */
export interface AppFacts {
  name: string
  contract: string
  /** The path that routes are mounted under as callers see it; empty at the root of a host. */
  prefix: string
  /** Where callers find it: origin and prefix. */
  url: string
  isSecure: boolean
  cookieDomain: string | undefined
  /** Where a document leaves it to the operator: `__Host-` or `__Secure-` before the names of cookies. */
  areCookiesPrefixed: boolean
  /** A front end of the app's own, for links in its mails. */
  frontendUrl: string | undefined
  /** Where providers send people back to, with `{provider}` in it. */
  providerReturnUrl: string
}

export interface AppContext {
  engine: Engine
  realm: Realm
  app: AppFacts
  /** What the operator set for this contract alone, checked by `settings`. */
  settings: ContractSettings
  /** The caller, as far as the server can tell. */
  clientOf(request: FastifyRequest): Client
  /** As {@link clientOf}, and marks the browser with a device cookie if it has none, so that it is known again. */
  markedClientOf(request: FastifyRequest, reply: FastifyReply): Client
  /** Whether the caller of a set-up knows the code that is asked for, if one is. */
  isSetupCodeRight(code: string | string[] | undefined): boolean
  house: HouseFacts
}

/** Switches of single documents; what is true of accounts stands in their realm's policy. */
export interface ContractSettings {
  isEmailRequired: boolean
  areExtrasOn: boolean
  isCsrfTokenDue: boolean
  /** The `referral` document: name and password with each request, in place of a token. */
  isBasicAuthOn: boolean
  /** The `community` document: errors say more, and there is a page about it. */
  isDevelopment: boolean
  /** The `crm` document: how long its sessions last, whatever those of other apps in the realm do. */
  crmSessionSeconds: number
  /** Where the day of a birthday begins. */
  crmTimeZone: string
  /** From when on mails of the day are written there: `12:00`. */
  crmReminderTime: string
  /** The operator said `COOKIE_SECURE=false`: documents that would ask for https even so leave it. */
  isPlainCookieWanted: boolean
}

/** What our own contract tells of the whole server. */
export interface HouseFacts {
  version: string
  publicUrl: string
  mail: 'smtp' | 'captured'
  apps: {
    name: string
    contract: string
    realm: string
    url: string
    docsUrl: string
    summary: string
    providerReturnUrl: string | null
  }[]
  /** Shown on the server's console; asked for at set-up when others than this machine can reach it. */
  setupCode: string | undefined
  realms: Map<string, Realm>
}

/**
 * Who may call a route. Every route says so; a test walks the table of them. `recovery`: who holds the token of a
 * recovery link, and nobody else.
 */
export type Access = 'public' | 'session' | 'admin' | 'recovery'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Whatever body comes is neither read nor refused. */
    ignoresBody?: boolean
    /** Open also to who has to change a temporary password first. */
    isOpenBeforePasswordChange?: boolean
    /** Open also to who holds the token of a recovery link, to see whose it is. */
    isOpenToRecovery?: boolean
    /** Needs a person who signed in: an API token may not. */
    isForPeopleOnly?: boolean
    /** Not part of the documented API: pages about it. */
    isHidden?: boolean
  }
  interface FastifyRequest {
    /** Set on every route whose access is not `public`. */
    signedIn: SignedIn | null
    /** What completes the recovery, on routes whose access is `recovery`. */
    recoverySecret: string | null
  }
}

/** The session of a route that has one by its access. */
export function signedInOf(request: FastifyRequest): SignedIn {
  if (!request.signedIn) throw new Error(`${request.routeOptions.url} is public and has no session.`)
  return request.signedIn
}

/** The secret of the recovery that the caller holds, on a route that is for such callers by its access. */
export function recoverySecretOf(request: FastifyRequest): string {
  if (request.recoverySecret === null) throw new Error(`${request.routeOptions.url} is not for a recovery.`)
  return request.recoverySecret
}
