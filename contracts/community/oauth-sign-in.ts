import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { keepProviderPicture } from '../../engine/accounts/keep-provider-picture.ts'
import {
  type CompleteSignUpFailure,
  completeSignUp,
} from '../../engine/authenticators/oauth/complete-sign-up.ts'
import {
  type SignInWithProviderFailure,
  signInWithProvider,
} from '../../engine/authenticators/oauth/sign-in.ts'
import { beginWithProvider } from '../../engine/authenticators/oauth/state.ts'
import { authenticate } from '../../engine/sessions/authenticate.ts'
import type { SecondStepDue } from '../../engine/sessions/gate.ts'
import type { AppContext } from '../contract.ts'
import { readCredential } from '../credential.ts'
import { anonymousIdOf } from './anonymous-cookie.ts'
import { communityCredential } from './credential.ts'
import { asDisplayName, DisplayName, Handle } from './fields.ts'
import { SecondStep, wrong } from './login.ts'
import {
  alreadyLinked,
  askSecondStep,
  BackFromProvider,
  backProblems,
  beginProblems,
  emailTaken,
  type Provider,
  providerNames,
  providers,
  redirectUriOf,
} from './oauth.ts'
import {
  badRequest,
  forbidden,
  handleExists,
  handleNotAllowed,
  input,
  type Problems,
  responsesWith,
  sendProblem,
  tooManyRequests,
} from './problems.ts'
import { emptyIsAbsent } from './query.ts'
import { setSessionCookie } from './session-cookie.ts'

const tags = ['OAuth']
const AuthorizeQuery = Type.Object({
  flow: Type.Optional(Type.Enum(['login', 'link'], { default: 'login' })),
})
const Authorize = Type.Object({ auth_url: Type.String({ description: 'Send the browser there.' }) })
const Pending = Type.Object(
  {
    pending_token: Type.String({ description: 'For `POST /v0/auth/complete-signup`, within ten minutes.' }),
    email: Type.String(),
    display_name: Type.String({ description: 'As the provider has it.' }),
  },
  { description: 'Nobody has this identity yet: choose a handle.' },
)

const loginProblems: Problems<Exclude<SignInWithProviderFailure, SecondStepDue>> = {
  ...backProblems,
  account_disabled: wrong,
  method_off: wrong,
  sign_up_closed: forbidden,
  email_taken: emailTaken,
}
const tokenExpired = {
  status: 401,
  code: 'user:token_expired',
  details: 'The token is unknown or over: begin again.',
}
const completeProblems: Problems<Exclude<CompleteSignUpFailure, SecondStepDue>> = {
  username_not_valid: handleNotAllowed,
  sign_up_over: tokenExpired,
  sign_up_not_yours: {
    status: 401,
    code: 'user:invalid_token',
    details: 'The token belongs to another browser.',
  },
  too_many_requests: tooManyRequests,
  sign_up_closed: forbidden,
  invitation_not_valid: forbidden,
  invitation_expired: forbidden,
  inviter_disabled: forbidden,
  identity_taken: alreadyLinked,
  email_taken: emailTaken,
  username_taken: handleExists,
  account_disabled: tokenExpired,
  method_off: tokenExpired,
}

export function oauthSignInRoutes(fastify: FastifyInstance, context: AppContext): void {
  for (const provider of providers) {
    authorizeRoute(fastify, context, provider)
    loginRoute(fastify, context, provider)
  }
  completeSignupRoute(fastify, context)
}

function authorizeRoute(fastify: FastifyInstance, context: AppContext, provider: Provider): void {
  const { engine, realm } = context
  fastify.get(
    `/v0/auth/oauth/${provider}/authorize`,
    {
      config: { access: 'public' },
      ...emptyIsAbsent,
      schema: {
        summary: `Where to sign in with ${providerNames[provider]}`,
        description:
          'For five minutes, in this browser. With a session, `flow=link` is bound to its account.',
        tags,
        querystring: AuthorizeQuery,
        response: responsesWith({ 200: Authorize }, { badRequest, ...beginProblems }),
      },
    },
    async (request, reply) => {
      const { flow = 'login' } = request.query as Static<typeof AuthorizeQuery>
      const client = context.clientOf(request)
      const browser = anonymousIdOf(request) ?? ''
      const accountId = flow === 'link' ? await accountOf(context, request) : null
      const redirectUri = redirectUriOf(context, provider)
      const way = { realm, client, provider, flow, browser, accountId, redirectUri }
      const begun = await beginWithProvider(engine, way)
      return begun.ok
        ? { auth_url: begun.value.url }
        : sendProblem(reply, context, beginProblems, begun.failure)
    },
  )
}

/** Whose session the request has, if it has one. */
async function accountOf(
  { engine, realm, app }: AppContext,
  request: FastifyRequest,
): Promise<number | null> {
  const token = readCredential(request, app, communityCredential)
  if (token === undefined) return null
  const signedIn = await authenticate(engine, { realm, app: app.name, token })
  return signedIn.ok ? signedIn.value.account.id : null
}

function loginRoute(fastify: FastifyInstance, context: AppContext, provider: Provider): void {
  const { engine, realm } = context
  fastify.post(
    `/v0/auth/oauth/${provider}/login`,
    {
      config: { access: 'public' },
      schema: {
        summary: `Sign in by a code of ${providerNames[provider]}`,
        description: 'The state is spent whatever comes of it. Accounts are never linked by their address.',
        tags,
        body: BackFromProvider,
        response: responsesWith({ 200: Pending, 202: SecondStep, 204: null }, { ...input, ...loginProblems }),
      },
    },
    async (request, reply) => {
      const { code, state } = request.body as Static<typeof BackFromProvider>
      const client = context.markedClientOf(request, reply)
      const back = { realm, client, provider, browser: anonymousIdOf(request), code, state }
      const result = await signInWithProvider(engine, { ...back, isPersistent: false, isEmailDemanded: true })
      if (!result.ok) {
        const { failure } = result
        if (failure.code === 'second_step_due') return askSecondStep(reply, failure.token)
        return sendProblem(reply, context, loginProblems, failure)
      }
      if (result.value.kind === 'sign_up') {
        const { token, email, name, username } = result.value.signUp
        return { pending_token: token, email, display_name: asDisplayName(name) ?? username }
      }
      setSessionCookie(reply, context, result.value.signIn)
      return reply.code(204).send()
    },
  )
}

function completeSignupRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const Request = Type.Object({
    pending_token: Type.String({ minLength: 1, maxLength: 256 }),
    handle: Handle(realm.policy),
    display_name: Type.Optional(DisplayName),
  })
  fastify.post(
    '/v0/auth/complete-signup',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Choose a handle, and be signed in',
        description: 'What fails leaves the token as it is, but the end of its time.',
        tags,
        body: Request,
        response: responsesWith({ 202: SecondStep, 204: null }, { ...input, ...completeProblems }),
      },
    },
    async (request, reply) => {
      const { pending_token: token, handle, display_name } = request.body as Static<typeof Request>
      const client = context.markedClientOf(request, reply)
      const result = await completeSignUp(engine, {
        realm,
        client,
        browser: anonymousIdOf(request),
        token,
        username: handle,
        name: display_name ?? ((fromProvider) => asDisplayName(fromProvider) ?? handle),
        isPersistent: false,
      })
      if (!result.ok) {
        const { failure } = result
        if (failure.code === 'second_step_due') return askSecondStep(reply, failure.token)
        return sendProblem(reply, context, completeProblems, failure)
      }
      const { account, picture: url } = result.value
      if (url !== null) void keepProviderPicture(engine, { realm, client, accountId: account.id, url })
      setSessionCookie(reply, context, result.value)
      return reply.code(204).send()
    },
  )
}
