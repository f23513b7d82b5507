import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Account } from '../../engine/accounts/account.ts'
import { type FindForAdminFailure, findForAdminById } from '../../engine/accounts/can-act.ts'
import { type RenameByAdminFailure, renameByAdmin } from '../../engine/accounts/change-by-admin.ts'
import { type DeleteByAdminFailure, deleteByAdmin } from '../../engine/accounts/delete-by-admin.ts'
import { listRealmAccounts } from '../../engine/accounts/list-accounts.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { Email, Message, NewPassword, readId, readPage, Username, usernamePolicy } from './fields.ts'
import { AdminUser, toAdminUser } from './objects.ts'
import { newPassword, refuseWeak, sendPasswordProblem } from './password.ts'
import {
  alreadyExists,
  forbidden,
  input,
  invalidInput,
  notFound,
  type Problems,
  responsesWith,
  sendInvalidField,
  sendProblem,
  sendWords,
  session,
  validationError,
} from './problems.ts'

const Params = Type.Object({ id: Type.String({ description: 'A number.' }) })
const Query = Type.Object({ page: Type.Optional(Type.String()), limit: Type.Optional(Type.String()) })
const Page = Type.Object({
  users: Type.Array(AdminUser),
  total: Type.Integer(),
  page: Type.Integer(),
  limit: Type.Integer(),
  total_pages: Type.Integer(),
})
const Changes = Type.Object({
  username: Type.Optional(Username),
  email: Type.Optional(Email),
  password: Type.Optional(NewPassword),
  is_admin: Type.Optional(Type.Boolean()),
})

const finding: Problems<FindForAdminFailure> = { forbidden, not_found: notFound }
const changing: Problems<RenameByAdminFailure> = {
  ...finding,
  own_password: { ...forbidden, message: 'Your own password is changed with the old one.' },
  ...newPassword,
  last_admin: { ...forbidden, message: 'The last admin stays one.' },
  username_not_valid: validationError,
  email_not_valid: validationError,
  username_taken: alreadyExists,
  email_taken: alreadyExists,
}
const deleting: Problems<DeleteByAdminFailure> = {
  ...finding,
  own_account: { ...forbidden, message: 'Nobody deletes themselves here.' },
  last_admin: { ...forbidden, message: 'The last admin stays.' },
}

const config = { access: 'admin', isForPeopleOnly: true } as const
const tags = ['Admin']

export function adminUsersRoutes(fastify: FastifyInstance, context: AppContext): void {
  listRoute(fastify, context)
  getRoute(fastify, context)
  changeRoute(fastify, context)
  deleteRoute(fastify, context)
}

/** The account that a path names. @returns what was answered, if there is none. */
async function readAccount(
  { engine, realm }: AppContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<{ account: Account } | { answered: FastifyReply }> {
  const id = readId((request.params as Static<typeof Params>).id)
  if (id === undefined) return { answered: sendInvalidField(reply, 'id', 'It is no number.') }
  const found = await findForAdminById(engine, { realm, actor: signedInOf(request).account, id })
  return found.ok ? { account: found.value } : { answered: sendProblem(reply, finding, found.failure) }
}

function listRoute(fastify: FastifyInstance, { engine, realm }: AppContext): void {
  fastify.get(
    '/admin/users',
    {
      config,
      schema: {
        summary: 'Everybody who has an account, by id',
        tags,
        querystring: Query,
        response: responsesWith({ 200: Page }, session),
      },
    },
    async (request) => {
      const { page, limit, offset } = readPage(request.query as Static<typeof Query>)
      const { accounts, total } = await listRealmAccounts(engine, { realm, offset, limit })
      return {
        users: accounts.map(toAdminUser),
        total,
        page,
        limit,
        total_pages: Math.ceil(total / limit),
      }
    },
  )
}

function getRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/admin/users/:id',
    {
      config,
      schema: {
        summary: 'One account',
        tags,
        params: Params,
        response: responsesWith({ 200: AdminUser }, { invalidInput, ...session, ...finding }),
      },
    },
    async (request, reply) => {
      const found = await readAccount(context, request, reply)
      return 'answered' in found ? found.answered : toAdminUser(found.account)
    },
  )
}

function changeRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.patch(
    '/admin/users/:id',
    {
      config,
      schema: {
        summary: 'Change an account',
        description: 'What is left out stays. A new password ends every session of the account.',
        tags,
        params: Params,
        body: Changes,
        response: responsesWith({ 200: AdminUser }, { ...input, ...session, ...changing }),
      },
    },
    async (request, reply) => {
      const { is_admin, ...given } = request.body as Static<typeof Changes>
      const weak = given.password === undefined ? undefined : refuseWeak(reply, given.password, 'Password')
      if (weak) return weak
      const found = await readAccount(context, request, reply)
      if ('answered' in found) return found.answered
      const { uid, role } = found.account
      const actor = signedInOf(request).account
      if (uid === actor.uid && is_admin === false) return sendWords(reply, forbidden)
      // Somebody's other role is not this document's to take.
      const newRole =
        is_admin === true ? 'admin' : is_admin === false && role === 'admin' ? 'user' : undefined
      const changes = {
        username: given.username?.trim().toLowerCase(),
        email: given.email?.toLowerCase(),
        password: given.password,
        role: newRole,
        usernamePolicy,
      }
      const client = context.clientOf(request)
      const result = await renameByAdmin(engine, { realm, client, actor, uid, changes })
      if (!result.ok) return sendChangeProblem(reply, result.failure)
      const changed = await readAccount(context, request, reply)
      return 'answered' in changed ? changed.answered : toAdminUser(changed.account)
    },
  )
}

function sendChangeProblem(reply: FastifyReply, failure: RenameByAdminFailure): FastifyReply {
  const details: Partial<Record<RenameByAdminFailure['code'], Record<string, string>>> = {
    username_taken: { field: 'username or email' },
    email_taken: { field: 'username or email' },
    username_not_valid: { Username: 'This cannot be a name.' },
    email_not_valid: { Email: 'This is no e-mail address.' },
  }
  const known = details[failure.code]
  return known
    ? sendProblem(reply, changing, failure, known)
    : sendPasswordProblem(reply, changing, failure, 'Password')
}

function deleteRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.delete(
    '/admin/users/:id',
    {
      config: { ...config, ignoresBody: true },
      schema: {
        summary: 'Erase an account with all that hangs on it',
        tags,
        params: Params,
        response: responsesWith({ 200: Message }, { invalidInput, ...session, ...deleting }),
      },
    },
    async (request, reply) => {
      const found = await readAccount(context, request, reply)
      if ('answered' in found) return found.answered
      const actor = signedInOf(request).account
      const client = context.clientOf(request)
      const result = await deleteByAdmin(engine, { realm, client, actor, uid: found.account.uid })
      if (!result.ok) return sendProblem(reply, deleting, result.failure)
      return { message: 'The account was erased.' }
    },
  )
}
