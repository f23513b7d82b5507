import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { type SignInAtOnceFailure, signInAtOnce } from '../../engine/authenticators/oauth/sign-in-at-once.ts'
import { beginWithProvider } from '../../engine/authenticators/oauth/state.ts'
import { randomToken } from '../../engine/secrets/secrets.ts'
import type { AppContext } from '../contract.ts'
import { readCookie, serializeCookie } from '../cookies.ts'
import { renderProblem } from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'

/** As long as the way to the provider and back may take. */
const MAX_AGE_SECONDS = 300
const Params = Type.Object({ provider: Type.String({ description: '`google`, `github` or `microsoft`.' }) })
const Query = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 4_096 })),
  state: Type.Optional(Type.String({ maxLength: 4_096 })),
  iss: Type.Optional(Type.String({ maxLength: 1_000 })),
  error: Type.Optional(Type.String({ maxLength: 1_000 })),
})
const MovedOn = Type.Null({
  description: 'To the provider, or back to `/dashboard` or `/login?error=…` of the front end.',
})

/** What the sign-in page shows. */
const words: Record<SignInAtOnceFailure['code'], string> = {
  provider_unknown: 'Not Found',
  state_wrong: 'The sign-in took too long or began in another browser, please try again',
  provider_unavailable: 'The OAuth provider does not answer, please try again',
  provider_refused: 'The OAuth provider refused the sign-in, please try again',
  provider_user_failed: 'The OAuth provider does not answer, please try again',
  provider_user_not_readable: 'The OAuth provider refused the sign-in, please try again',
  email_missing: 'No email provided by OAuth provider',
  email_not_proved: 'The OAuth provider has not verified this email',
  email_taken: 'An account has this email and cannot be linked to it: sign in to it by an email code first',
  sign_up_closed: 'Registration is disabled',
  too_many_requests: 'Too many requests, please try again later',
  account_disabled: 'Invalid credentials',
  method_off: 'Invalid credentials',
  second_step_due: 'Invalid credentials',
}

/** Start and call-back are one path, as in version 1.1. */
export function oauthRoutes(fastify: FastifyInstance, context: AppContext): void {
  for (const method of ['GET', 'POST'] as const) {
    fastify.route({
      method,
      url: '/api/auth/oauth/:provider',
      // A look at where it leads would spend what was brought back.
      exposeHeadRoute: false,
      config: { access: 'public', ignoresBody: true },
      schema: {
        summary: 'Sign in with a provider, and come back from it (version 1.1)',
        tags: ['Version 1.1'],
        params: Params,
        querystring: Query,
        response: { 302: MovedOn },
      },
      async handler(request, reply) {
        const { provider } = request.params as Static<typeof Params>
        const { engine, realm } = context
        if (!engine.providers.findFor(realm, provider)) return sendNotFound(reply)
        const { code, state, error, iss } = request.query as Static<typeof Query>
        if (error !== undefined) return reply.redirect(loginUrl(context, `App rejected: ${asCode(error)}`))
        if (code === undefined || state === undefined) return goThere(context, request, reply, provider)
        return comeBack(context, request, reply, { provider, code, state, issuer: iss ?? null })
      },
    })
  }
}

async function goThere(
  context: AppContext,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: string,
): Promise<FastifyReply> {
  const { engine, realm } = context
  const browser = readBell(request, provider) ?? randomToken()
  setBell(reply, context, provider, browser)
  const client = context.clientOf(request)
  const redirectUri = returnUrl(context, provider)
  const way = { realm, client, provider, flow: 'login', browser, accountId: null, redirectUri } as const
  const begun = await beginWithProvider(engine, way)
  return reply.redirect(begun.ok ? begun.value.url : loginUrl(context, words[begun.failure.code]))
}

async function comeBack(
  context: AppContext,
  request: FastifyRequest,
  reply: FastifyReply,
  brought: { provider: string; code: string; state: string; issuer: string | null },
): Promise<FastifyReply> {
  const { engine, realm } = context
  const client = context.markedClientOf(request, reply)
  const browser = readBell(request, brought.provider)
  const result = await signInAtOnce(engine, { realm, client, browser, ...brought })
  if (!result.ok) return reply.redirect(loginUrl(context, words[result.failure.code]))
  setSessionCookie(reply, context, result.value)
  return reply.redirect(`${frontOf(context)}/dashboard`)
}

/** The front end's origin is configured, and never the request's. */
const frontOf = ({ app, house }: AppContext): string => app.frontendUrl ?? house.publicUrl
const loginUrl = (context: AppContext, error: string): string =>
  `${frontOf(context)}/login?error=${encodeURIComponent(error)}`
export const returnUrl = ({ app }: Pick<AppContext, 'app'>, provider: string): string =>
  `${app.url}/api/auth/oauth/${provider}`

/** A code of the standard (RFC 6749 §4.1.2.1); what else stands there may be anybody's words. */
function asCode(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? error : 'access_denied'
}

const VALUE = /^[\w-]{43}$/

function readBell(request: FastifyRequest, provider: string): string | null {
  const value = readCookie(request.headers.cookie, `bell-${provider}`)
  return value !== undefined && VALUE.test(value) ? value : null
}

/** `Lax`, since the provider sends the browser back from another site; the original's `Strict` would be left out. */
function setBell(reply: FastifyReply, { app }: AppContext, provider: string, value: string): void {
  const cookie = { name: `bell-${provider}`, value, path: app.prefix || '/', isSecure: app.isSecure }
  reply.header('set-cookie', serializeCookie({ ...cookie, maxAgeSeconds: MAX_AGE_SECONDS }))
}

function sendNotFound(reply: FastifyReply): FastifyReply {
  const { status, contentType, body } = renderProblem({ code: 'not_found' })
  return reply.code(status).header('content-type', contentType).serializer(JSON.stringify).send(body)
}
