import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  type AddPasskeyFailure,
  type AskPasskeyFailure,
  addPasskey,
  askPasskey,
} from '../../engine/authenticators/passkey/add.ts'
import { NAME_LENGTH_MAX } from '../../engine/authenticators/passkey/default-name.ts'
import {
  listOwnPasskeys,
  type RemovePasskeyFailure,
  removePasskey,
  renamePasskey,
} from '../../engine/authenticators/passkey/manage.ts'
import {
  type AskPasskeySignInFailure,
  askPasskeySignIn,
  type SignInWithPasskeyFailure,
  signInWithPasskey,
} from '../../engine/authenticators/passkey/sign-in.ts'
import type {
  AuthenticationResponse,
  RegistrationResponse,
} from '../../engine/authenticators/passkey/verify.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Empty, Password } from './fields.ts'
import { AccountAnswer, PasskeyShape, toAccount, toPasskey } from './objects.ts'
import {
  methodOff,
  type Problems,
  passwordWrong,
  responsesWith,
  sendProblem,
  signedOut,
  signInAgain,
  tooManyRequests,
} from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'

const tags = ['Passkeys']

/** Bytes in base64url; how long each may be is what authenticators make of it, and bounds the work. */
const bytes = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength })
const CredentialId = bytes(1_400)
const ClientData = bytes(4_096)
const PublicKey = Type.Literal('public-key')
const Extensions = Type.Object({}, { additionalProperties: true })
const Attachment = Type.Optional(Type.Union([Type.String({ maxLength: 50 }), Type.Null()]))

/** `PublicKeyCredential.toJSON()` of a new credential; what else browsers put into it is left alone. */
const Registration = Type.Object(
  {
    id: CredentialId,
    rawId: CredentialId,
    type: PublicKey,
    response: Type.Object(
      {
        clientDataJSON: ClientData,
        attestationObject: bytes(16_384),
        transports: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: 20 })),
      },
      { additionalProperties: true },
    ),
    clientExtensionResults: Type.Optional(Extensions),
    authenticatorAttachment: Attachment,
  },
  { additionalProperties: true, description: '`PublicKeyCredential.toJSON()` of the new credential.' },
)
const Authentication = Type.Object(
  {
    id: CredentialId,
    rawId: CredentialId,
    type: PublicKey,
    response: Type.Object(
      {
        clientDataJSON: ClientData,
        authenticatorData: bytes(4_096),
        signature: bytes(4_096),
        userHandle: Type.Optional(Type.Union([bytes(100), Type.Null()])),
      },
      { additionalProperties: true },
    ),
    clientExtensionResults: Type.Optional(Extensions),
    authenticatorAttachment: Attachment,
  },
  { additionalProperties: true, description: '`PublicKeyCredential.toJSON()` of the assertion.' },
)

const needHttps = {
  status: 409,
  message:
    'Passkeys need an address with a host name and https, or http://localhost; this server has another.',
}
const challengeOver = { status: 410, message: 'That took too long, or was begun elsewhere. Try once more.' }

const Options = Type.Object({
  options: Type.Object(
    {},
    {
      additionalProperties: true,
      description: 'For the browser, as JSON (WebAuthn Level 3); good for five minutes.',
    },
  ),
})

const askProblems: Problems<AskPasskeySignInFailure> = {
  method_off: methodOff,
  passkeys_need_https: needHttps,
  too_many_requests: tooManyRequests,
}
const signInProblems: Problems<SignInWithPasskeyFailure> = {
  ...askProblems,
  passkey_challenge_over: challengeOver,
  passkey_not_valid: {
    status: 401,
    message: 'This passkey opens no account here. It may have been removed, or belong to another place.',
  },
  passkey_copied: {
    status: 403,
    message:
      'This passkey was used in another place since, as a copy would be. Sign in another way, and remove it.',
  },
  // Told only to who has the passkey.
  account_disabled: { status: 403, message: 'This account is disabled. Ask an administrator.' },
}

export function passkeySignInRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const tags = ['Sign up and in']
  fastify.post(
    '/sign-in/passkey/options',
    {
      config: { access: 'public', ignoresBody: true },
      schema: {
        summary: 'Begin a sign-in with a passkey',
        description: 'The same for everybody: it names nobody and no credential. Good once, in this browser.',
        tags,
        response: responsesWith({ 200: Options }, askProblems),
      },
    },
    async (request, reply) => {
      const client = context.markedClientOf(request, reply)
      const result = await askPasskeySignIn(engine, { realm, client })
      return result.ok ? { options: result.value } : sendProblem(reply, askProblems, result.failure)
    },
  )
  const SignInRequest = Type.Object({ credential: Authentication }, { additionalProperties: false })
  fastify.post(
    '/sign-in/passkey',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Sign in with a passkey',
        description: 'Both steps in one: no code is asked for.',
        tags,
        body: SignInRequest,
        response: responsesWith({ 200: AccountAnswer }, signInProblems),
      },
    },
    async (request, reply) => {
      const { credential } = request.body as Static<typeof SignInRequest>
      const client = context.markedClientOf(request, reply)
      const response = credential as AuthenticationResponse
      const result = await signInWithPasskey(engine, { realm, client, response })
      if (!result.ok) return sendProblem(reply, signInProblems, result.failure)
      setSessionCookie(reply, context, result.value)
      return { account: toAccount(context.app, result.value.account) }
    },
  )
}

const List = Type.Object({ passkeys: Type.Array(PasskeyShape) })
const Answer = Type.Object({ passkey: PasskeyShape })
const PasswordRequest = Type.Object({ password: Type.Optional(Password) }, { additionalProperties: false })
const Name = Type.String({ pattern: '\\S', maxLength: NAME_LENGTH_MAX })
const Params = Type.Object({ id: Type.Integer({ minimum: 1 }) })

const tooMany = {
  status: 409,
  message: 'You have as many passkeys as there may be. Remove one first.',
}
const beginProblems: Problems<AskPasskeyFailure> = {
  method_off: methodOff,
  passkeys_need_https: needHttps,
  too_many_requests: tooManyRequests,
  password_wrong: passwordWrong,
  sign_in_again: signInAgain,
  too_many_passkeys: tooMany,
}
const addProblems: Problems<AddPasskeyFailure> = {
  method_off: methodOff,
  passkeys_need_https: needHttps,
  passkey_challenge_over: challengeOver,
  passkey_not_valid: { status: 422, message: 'The answer of the device is not right. Try once more.' },
  too_many_passkeys: tooMany,
  passkey_known: { status: 409, message: 'This passkey is registered already.' },
}
const notFound = { not_found: { status: 404, message: 'There is no such passkey.' } }
const removeProblems: Problems<RemovePasskeyFailure> = {
  too_many_requests: tooManyRequests,
  password_wrong: passwordWrong,
  sign_in_again: signInAgain,
  ...notFound,
  last_way_in: {
    status: 409,
    message: 'This is the last way into your account. Set a password or add another passkey first.',
  },
}

export function passkeyRoutes(fastify: FastifyInstance, context: AppContext): void {
  listRoute(fastify, context)
  addRoutes(fastify, context)
  changeRoutes(fastify, context)
}

function listRoute(fastify: FastifyInstance, { engine }: AppContext): void {
  fastify.get(
    '/account/passkeys',
    {
      config: { access: 'session' },
      schema: {
        summary: 'My passkeys, the newest first',
        tags,
        response: responsesWith({ 200: List }, signedOut),
      },
    },
    async (request) => {
      const passkeys = await listOwnPasskeys(engine, signedInOf(request).account.id)
      return { passkeys: passkeys.map(toPasskey) }
    },
  )
}

function addRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const config = { access: 'session', isForPeopleOnly: true } as const
  fastify.post(
    '/account/passkeys/options',
    {
      config,
      schema: {
        summary: 'Begin to add a passkey',
        description:
          'Nothing changes until the new credential comes back, within five minutes and by this session.',
        tags,
        body: PasswordRequest,
        response: responsesWith({ 200: Options }, { ...signedOut, ...beginProblems }),
      },
    },
    async (request, reply) => {
      const { password = null } = request.body as Static<typeof PasswordRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await askPasskey(engine, { ...who, password })
      return result.ok ? { options: result.value } : sendProblem(reply, beginProblems, result.failure)
    },
  )
  const AddRequest = Type.Object(
    { credential: Registration, name: Type.Optional(Name) },
    { additionalProperties: false },
  )
  fastify.post(
    '/account/passkeys',
    {
      config,
      schema: {
        summary: 'Add a passkey',
        description: 'Without a name it is called after the device or whoever keeps it. A mail tells.',
        tags,
        body: AddRequest,
        response: responsesWith({ 201: Answer }, { ...signedOut, ...addProblems }),
      },
    },
    async (request, reply) => {
      const { credential, name } = request.body as Static<typeof AddRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const response = credential as RegistrationResponse
      const result = await addPasskey(engine, { ...who, response, name: name?.trim() ?? null })
      if (!result.ok) return sendProblem(reply, addProblems, result.failure)
      return reply.code(201).send({ passkey: toPasskey(result.value) })
    },
  )
}

function changeRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const config = { access: 'session', isForPeopleOnly: true } as const
  const RenameRequest = Type.Object({ name: Name }, { additionalProperties: false })
  fastify.patch(
    '/account/passkeys/:id',
    {
      config,
      schema: {
        summary: 'Rename one of my passkeys',
        tags,
        params: Params,
        body: RenameRequest,
        response: responsesWith({ 200: Answer }, { ...signedOut, ...notFound }),
      },
    },
    async (request, reply) => {
      const { id } = request.params as Static<typeof Params>
      const { name } = request.body as Static<typeof RenameRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await renamePasskey(engine, { ...who, id, name: name.trim() })
      return result.ok ? { passkey: toPasskey(result.value) } : sendProblem(reply, notFound, result.failure)
    },
  )
  fastify.post(
    '/account/passkeys/:id/remove',
    {
      config,
      schema: {
        summary: 'Remove one of my passkeys',
        description:
          'Asks for the password, and so has a body, which DELETE does not surely bring. A mail tells.',
        tags,
        params: Params,
        body: PasswordRequest,
        response: responsesWith({ 200: Empty }, { ...signedOut, ...removeProblems }),
      },
    },
    async (request, reply) => {
      const { id } = request.params as Static<typeof Params>
      const { password = null } = request.body as Static<typeof PasswordRequest>
      const who = { realm, client: context.clientOf(request), signedIn: signedInOf(request) }
      const result = await removePasskey(engine, { ...who, id, password })
      return result.ok ? {} : sendProblem(reply, removeProblems, result.failure)
    },
  )
}
