import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type ConfirmEmailFailure,
  confirmEmail,
  lookAtEmailConfirmation,
} from '../../engine/accounts/confirm-email.ts'
import { authenticate } from '../../engine/sessions/authenticate.ts'
import type { AppContext } from '../contract.ts'
import { readCredential } from '../credential.ts'
import { latchkeyCredential } from './credential.ts'
import { RealmName, Token } from './fields.ts'
import { AccountShape, toAccount } from './objects.ts'
import {
  emailTaken,
  linkDead,
  type Problems,
  responsesWith,
  sendProblem,
  tooManyRequests,
} from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'

const tags = ['E-mail']

const LookRequest = Type.Object({ realm: RealmName, token: Token }, { additionalProperties: false })
const LookAnswer = Type.Object({
  purpose: Type.Enum(['registration', 'confirmation', 'email_change']),
  email: Type.String(),
  username: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.Integer(),
})

const problems: Problems<ConfirmEmailFailure> = {
  too_many_requests: tooManyRequests,
  link_dead: linkDead,
  sign_in_first: { status: 401, message: 'Sign in to the account first, then open the link again.' },
  email_taken: emailTaken,
}

export function lookAtConfirmationRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, house } = context
  const { link_dead, too_many_requests } = problems
  fastify.post(
    '/email-confirmation/look',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What a mailed link asks, without spending it',
        tags,
        body: LookRequest,
        response: responsesWith({ 200: LookAnswer }, { link_dead, too_many_requests }),
      },
    },
    async (request, reply) => {
      const { realm: realmName, token } = request.body as Static<typeof LookRequest>
      const realm = house.realms.get(realmName)
      if (!realm) return sendProblem(reply, problems, { code: 'link_dead' })
      const result = await lookAtEmailConfirmation(engine, {
        realm,
        client: context.clientOf(request),
        token,
      })
      if (!result.ok) return sendProblem(reply, problems, result.failure)
      const { purpose, ...facts } = result.value
      return { ...facts, purpose: purpose === 'email_confirmation' ? 'confirmation' : purpose }
    },
  )
}

const Request = Type.Object(
  { realm: RealmName, token: Token, answer: Type.Enum(['mine', 'not_mine']) },
  { additionalProperties: false },
)
const Answer = Type.Object({
  outcome: Type.Enum(['confirmed', 'refused']),
  account: Type.Union([AccountShape, Type.Null()]),
})

export function confirmEmailRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, house, app } = context
  fastify.post(
    '/email-confirmation',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Answer a mailed link: is the address mine?',
        description:
          'A registration confirmed by the browser that began it signs in. A change of address is confirmed by whoever is signed in to the account.',
        tags,
        body: Request,
        response: responsesWith({ 200: Answer }, problems),
      },
    },
    async (request, reply) => {
      const { realm: realmName, token, answer } = request.body as Static<typeof Request>
      const realm = house.realms.get(realmName)
      if (!realm) return sendProblem(reply, problems, { code: 'link_dead' })
      const credential = readCredential(request, app, latchkeyCredential)
      const who = credential
        ? await authenticate(engine, { realm: context.realm, app: app.name, token: credential })
        : undefined
      const signedIn = who?.ok ? who.value : null
      const asked = context.clientOf(request)
      // A cookie of ours is of our realm: another realm's registration is confirmed, and signed in to there.
      const client = realm === context.realm ? asked : { ...asked, deviceHash: null }
      const result = await confirmEmail(engine, { realm, client, token, isMine: answer === 'mine', signedIn })
      if (!result.ok) return sendProblem(reply, problems, result.failure)
      const { outcome, signIn } = result.value
      if (signIn) setSessionCookie(reply, context, signIn)
      return { outcome, account: signIn && toAccount(context.app, signIn.account) }
    },
  )
}
