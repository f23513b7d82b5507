import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { keepProviderPicture } from '../../engine/accounts/keep-provider-picture.ts'
import { completeSignUp } from '../../engine/authenticators/oauth/complete-sign-up.ts'
import { isChoiceAvailable } from '../../engine/authenticators/oauth/pending-sign-up.ts'
import { signInWithProvider } from '../../engine/authenticators/oauth/sign-in.ts'
import { beginWithProvider } from '../../engine/authenticators/oauth/state.ts'
import { providerReturnLink } from '../../engine/links.ts'
import type { AppContext } from '../contract.ts'
import { Language, Name, Token } from './fields.ts'
import { keepFlowCookie, readFlowCookie } from './flow-cookie.ts'
import { AccountAnswer, toAccount } from './objects.ts'
import {
  invitationProblems,
  methodOff,
  responsesWith,
  sendProblem,
  signUpClosed,
  tooManyRequests,
  usernameNotValid,
  usernameTaken,
} from './problems.ts'
import {
  BackRequest,
  backProblems,
  beginProblems,
  GoThere,
  ProviderParams,
  plainly,
} from './provider-problems.ts'
import { SecondStepAnswer } from './second-factor.ts'
import { setSessionCookie } from './session-cookie.ts'

const tags = ['Sign up and in']

// Told only to whom the provider knows.
const accountDisabled = { status: 403, message: 'This account is disabled. Ask an administrator.' }
const emailTaken = {
  status: 409,
  message: 'An account here has this address. Sign in to it, and link the provider in your account.',
}
const finishProblems = {
  ...backProblems,
  account_disabled: accountDisabled,
  method_off: methodOff,
  sign_up_closed: signUpClosed,
  provider_email_taken: emailTaken,
}
const signUpOver = {
  sign_up_over: { status: 410, message: 'That took too long, or was begun in another browser. Begin again.' },
}
const completeProblems = {
  username_not_valid: usernameNotValid,
  ...signUpOver,
  too_many_requests: tooManyRequests,
  sign_up_closed: signUpClosed,
  ...invitationProblems,
  identity_taken: { status: 409, message: 'Somebody has signed up with this identity. Sign in with it.' },
  provider_email_taken: emailTaken,
  username_taken: usernameTaken,
  account_disabled: accountDisabled,
  method_off: methodOff,
}

const SignUpAnswer = Type.Object({
  signUp: Type.Object(
    {
      token: Type.String({ description: 'For POST /sign-up/provider, within ten minutes, in this browser.' }),
      email: Type.String(),
      name: Type.Union([Type.String(), Type.Null()]),
      username: Type.String({ description: 'A free one that is like theirs.' }),
    },
    { description: 'Nobody has this identity yet.' },
  ),
})

export function providerSignInRoutes(fastify: FastifyInstance, context: AppContext): void {
  beginRoute(fastify, context)
  finishRoute(fastify, context)
  usernameRoute(fastify, context)
  completeRoute(fastify, context)
}

function beginRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/sign-in/providers/:provider',
    {
      config: { access: 'public', ignoresBody: true },
      schema: {
        summary: 'Begin a sign-in with a provider',
        description: 'Good once, for five minutes, in this browser: it is marked by a cookie.',
        tags,
        params: ProviderParams,
        response: responsesWith({ 200: GoThere }, beginProblems),
      },
    },
    async (request, reply) => {
      const { provider } = request.params as Static<typeof ProviderParams>
      const client = context.markedClientOf(request, reply)
      const browser = keepFlowCookie(request, reply, app)
      const redirectUri = providerReturnLink(engine.publicUrl, realm, provider)
      const way = { realm, client, provider, flow: 'login', browser, accountId: null, redirectUri } as const
      const begun = await beginWithProvider(engine, way)
      return begun.ok ? begun.value : sendProblem(reply, beginProblems, begun.failure)
    },
  )
}

function finishRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/sign-in/providers/:provider/finish',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Come back from a provider',
        description: 'Signs in whom we know by this identity; an account is never found by its address.',
        tags,
        params: ProviderParams,
        body: BackRequest,
        response: responsesWith(
          { 200: AccountAnswer, 202: Type.Union([SecondStepAnswer, SignUpAnswer]) },
          finishProblems,
        ),
      },
    },
    async (request, reply) => {
      const { provider } = request.params as Static<typeof ProviderParams>
      const client = context.markedClientOf(request, reply)
      const browser = readFlowCookie(request, app)
      const back = request.body as Static<typeof BackRequest>
      const result = await signInWithProvider(engine, { realm, client, provider, browser, ...back })
      if (!result.ok) {
        const { failure } = result
        if (failure.code !== 'second_step_due') return sendProblem(reply, finishProblems, plainly(failure))
        return reply.code(202).send({ secondStep: { token: failure.token } })
      }
      if (result.value.kind === 'sign_up') {
        keepFlowCookie(request, reply, app)
        return reply.code(202).send({ signUp: result.value.signUp })
      }
      setSessionCookie(reply, context, result.value.signIn)
      return { account: toAccount(context.app, result.value.signIn.account) }
    },
  )
}

const Username = Type.String({ minLength: 1, maxLength: 100 })
const UsernameRequest = Type.Object({ token: Token, username: Username }, { additionalProperties: false })
const Available = Type.Object({ available: Type.Boolean() })

function usernameRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/sign-up/provider/username',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Whether a name could be chosen',
        description: 'Told to who has a sign-up under way, and to nobody else.',
        tags,
        body: UsernameRequest,
        response: responsesWith({ 200: Available }, signUpOver),
      },
    },
    async (request, reply) => {
      const body = request.body as Static<typeof UsernameRequest>
      const who = { realm, client: context.clientOf(request), browser: readFlowCookie(request, app) }
      const available = await isChoiceAvailable(engine, { ...who, ...body })
      return available === undefined
        ? sendProblem(reply, signUpOver, { code: 'sign_up_over' })
        : { available }
    },
  )
}

const CompleteRequest = Type.Object(
  {
    token: Token,
    username: Username,
    name: Type.Optional(Name),
    language: Type.Optional(Language),
    invitation: Type.Optional(
      Type.String({ maxLength: 512, description: 'Of somebody here, where sign-up is by invitation.' }),
    ),
  },
  { additionalProperties: false },
)

function completeRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  fastify.post(
    '/sign-up/provider',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Choose a name, and be signed in',
        description: 'What fails leaves the sign-up as it is. Only the browser that began may finish.',
        tags,
        body: CompleteRequest,
        response: responsesWith({ 201: AccountAnswer, 202: SecondStepAnswer }, completeProblems),
      },
    },
    async (request, reply) => {
      const client = context.markedClientOf(request, reply)
      const browser = readFlowCookie(request, app)
      const body = request.body as Static<typeof CompleteRequest>
      const result = await completeSignUp(engine, { realm, client, browser, ...body })
      if (!result.ok) {
        const { failure } = result
        if (failure.code !== 'second_step_due') return sendProblem(reply, completeProblems, plainly(failure))
        return reply.code(202).send({ secondStep: { token: failure.token } })
      }
      const { account, picture: url } = result.value
      if (url !== null) void keepProviderPicture(engine, { realm, client, accountId: account.id, url })
      setSessionCookie(reply, context, result.value)
      return reply.code(201).send({ account: toAccount(context.app, result.value.account) })
    },
  )
}
