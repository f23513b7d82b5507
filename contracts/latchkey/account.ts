import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type AskEmailChangeFailure, askEmailChange } from '../../engine/accounts/ask-email-change.ts'
import { type ChangeProfileFailure, changeProfile } from '../../engine/accounts/change-profile.ts'
import { resendConfirmation } from '../../engine/accounts/resend-confirmation.ts'
import { type ChangePasswordFailure, changePassword } from '../../engine/authenticators/change-password.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Bio, Email, Language, Name, Password, Sent } from './fields.ts'
import { AccountAnswer, toAccount } from './objects.ts'
import {
  emailNotValid,
  newPasswordProblems,
  type Problems,
  passwordWrong,
  responsesWith,
  sendProblem,
  signedOut,
  signInAgain,
  tooManyRequests,
  usernameNotValid,
  usernameTaken,
} from './problems.ts'

const tags = ['Account']

export function readAccountRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/account',
    {
      config: { access: 'session', isOpenBeforePasswordChange: true },
      schema: { summary: 'My account', tags, response: responsesWith({ 200: AccountAnswer }, signedOut) },
    },
    (request, reply) => {
      reply.send({ account: toAccount(context.app, signedInOf(request).account) })
    },
  )
}

const Profile = Type.Object(
  {
    name: Type.Optional(Type.Union([Name, Type.Null()])),
    username: Type.Optional(Type.String({ maxLength: 100 })),
    bio: Type.Optional(Type.Union([Bio, Type.Null()])),
    language: Type.Optional(Type.Union([Language, Type.Null()])),
  },
  { additionalProperties: false },
)
const profileProblems: Problems<ChangeProfileFailure> = {
  username_not_valid: usernameNotValid,
  username_taken: usernameTaken,
}

export function changeAccountRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.patch(
    '/account',
    {
      config: { access: 'session' },
      schema: {
        summary: 'Change name, username, bio or language',
        tags,
        body: Profile,
        response: responsesWith({ 200: AccountAnswer }, { ...signedOut, ...profileProblems }),
      },
    },
    async (request, reply) => {
      const { account } = signedInOf(request)
      const client = context.clientOf(request)
      const changes = request.body as Static<typeof Profile>
      const result = await changeProfile(engine, { realm, client, accountId: account.id, ...changes })
      return result.ok
        ? { account: toAccount(context.app, result.value) }
        : sendProblem(reply, profileProblems, result.failure)
    },
  )
}

const NewPassword = Type.Object(
  { currentPassword: Type.Optional(Password), newPassword: Password },
  { additionalProperties: false },
)
const Ended = Type.Object({
  sessionsEnded: Type.Integer({ description: 'Other devices that must sign in again.' }),
})
const passwordProblems: Problems<ChangePasswordFailure> = {
  ...newPasswordProblems,
  too_many_requests: tooManyRequests,
  password_wrong: passwordWrong,
  sign_in_again: signInAgain,
  password_same: { status: 422, message: 'This is the password you have already.' },
}

export function changePasswordRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.put(
    '/account/password',
    {
      config: { access: 'session', isOpenBeforePasswordChange: true, isForPeopleOnly: true },
      schema: {
        summary: 'Change or set my password',
        description: 'Ends every other session of the account, and a mail tells.',
        tags,
        body: NewPassword,
        response: responsesWith({ 200: Ended }, { ...signedOut, ...passwordProblems }),
      },
    },
    async (request, reply) => {
      const { currentPassword = null, newPassword } = request.body as Static<typeof NewPassword>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await changePassword(engine, { ...who, currentPassword, newPassword })
      return result.ok ? result.value : sendProblem(reply, passwordProblems, result.failure)
    },
  )
}

const NewEmail = Type.Object(
  { newEmail: Email, password: Type.Optional(Password) },
  { additionalProperties: false },
)
const emailProblems: Problems<Exclude<AskEmailChangeFailure, { code: 'email_taken' }>> = {
  email_not_valid: emailNotValid,
  too_many_requests: tooManyRequests,
  password_wrong: passwordWrong,
  sign_in_again: signInAgain,
  email_same: { status: 422, message: 'This is your address already.' },
}

export function changeEmailRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/account/email',
    {
      config: { access: 'session', isForPeopleOnly: true },
      schema: {
        summary: 'Begin a change of address',
        description:
          'A link goes to the new address, a notice to the old one; nothing changes until it is confirmed.',
        tags,
        body: NewEmail,
        response: responsesWith({ 200: Sent }, { ...signedOut, ...emailProblems }),
      },
    },
    async (request, reply) => {
      const { newEmail, password = null } = request.body as Static<typeof NewEmail>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await askEmailChange(engine, { ...who, newEmail, password })
      if (result.ok) return { sent: true }
      const { failure } = result
      if (failure.code === 'email_taken') throw new Error('Nobody asked to be told.')
      return sendProblem(reply, emailProblems, failure)
    },
  )
}

const resendProblems = { email_proved: { status: 409, message: 'This address is confirmed already.' } }

export function resendConfirmationRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/account/confirmation',
    {
      config: { access: 'session', ignoresBody: true },
      schema: {
        summary: 'Mail the link that proves my address once more',
        tags,
        response: responsesWith({ 200: Sent }, { ...signedOut, ...resendProblems }),
      },
    },
    async (request, reply) => {
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await resendConfirmation(engine, who)
      return result.ok ? { sent: true } : sendProblem(reply, resendProblems, result.failure)
    },
  )
}
