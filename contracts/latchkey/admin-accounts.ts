import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type FindForAdminFailure, findForAdmin } from '../../engine/accounts/can-act.ts'
import { type ChangeRoleFailure, changeRole, roles } from '../../engine/accounts/change-role.ts'
import { type CreateByAdminFailure, createAccountByAdmin } from '../../engine/accounts/create-by-admin.ts'
import {
  type DisableAccountFailure,
  disableAccount,
  type EnableAccountFailure,
  enableAccount,
} from '../../engine/accounts/disable-account.ts'
import { accountSorts, listRealmAccounts } from '../../engine/accounts/list-accounts.ts'
import { endAllSessions } from '../../engine/sessions/end-all-sessions.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { RealmQuery, realmForAdmin, realmNotFound } from './admin-realms.ts'
import { Email, Empty, Name } from './fields.ts'
import { AdminAccountShape, toAdminAccount } from './objects.ts'
import {
  emailNotValid,
  emailTaken,
  forbidden,
  type Problems,
  responsesWith,
  sendProblem,
  signedOut,
} from './problems.ts'

const tags = ['Administration']
const Params = Type.Object({ uid: Type.String() })
const Answer = Type.Object({ account: AdminAccountShape })
const Ended = Type.Object({ sessionsEnded: Type.Integer() })
const Role = Type.Enum([...roles])

const findProblems: Problems<FindForAdminFailure> = {
  ...forbidden,
  not_found: { status: 404, message: 'There is no such account.' },
}
const lastAdmin = {
  last_admin: { status: 409, message: 'The last administrator stays: nobody could let people in again.' },
}
const enableProblems: Problems<EnableAccountFailure> = findProblems
const disableProblems: Problems<DisableAccountFailure> = { ...findProblems, ...lastAdmin }
const roleProblems: Problems<ChangeRoleFailure> = { ...findProblems, ...lastAdmin }

export function adminAccountRoutes(fastify: FastifyInstance, context: AppContext): void {
  listRoute(fastify, context)
  createRoute(fastify, context)
  readRoute(fastify, context)
  changeRoute(fastify, context)
  signOutRoute(fastify, context)
  shutRoutes(fastify, context)
}

const LIMIT = 50
const LIMIT_MAX = 200
const Query = Type.Object({
  ...RealmQuery.properties,
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'First letters of words of the name, username, bio or address; all of them have to be there.',
    }),
  ),
  role: Type.Optional(Role),
  status: Type.Optional(Type.Enum(['active', 'disabled'])),
  sort: Type.Optional(Type.Enum(accountSorts, { default: 'created' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000, default: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT })),
})
const List = Type.Object({ accounts: Type.Array(AdminAccountShape), total: Type.Integer() })

function listRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/admin/accounts',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Accounts of a realm',
        tags,
        querystring: Query,
        response: responsesWith({ 200: List }, { ...signedOut, ...forbidden, ...realmNotFound }),
      },
    },
    async (request, reply) => {
      const {
        realm: name,
        status,
        offset = 0,
        limit = LIMIT,
        ...query
      } = request.query as Static<typeof Query>
      const realm = realmForAdmin(context, request, name)
      if (!realm) return sendProblem(reply, realmNotFound, { code: 'not_found' })
      const isDisabled = status === undefined ? undefined : status === 'disabled'
      const found = await listRealmAccounts(context.engine, { realm, ...query, isDisabled, offset, limit })
      return {
        accounts: found.accounts.map((account) => toAdminAccount(context, account, realm.name)),
        total: found.total,
      }
    },
  )
}

const CreateRequest = Type.Object(
  { email: Email, name: Name, role: Role, realm: RealmQuery.properties.realm },
  { additionalProperties: false },
)
const createProblems: Problems<CreateByAdminFailure> = {
  email_not_valid: emailNotValid,
  email_taken: emailTaken,
}

function createRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.post(
    '/admin/accounts',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Make an account for somebody',
        description:
          'A temporary password goes to them by mail; they change it before they can do anything else.',
        tags,
        body: CreateRequest,
        response: responsesWith(
          { 201: Answer },
          { ...signedOut, ...forbidden, ...realmNotFound, ...createProblems },
        ),
      },
    },
    async (request, reply) => {
      const { realm: name, ...body } = request.body as Static<typeof CreateRequest>
      const realm = realmForAdmin(context, request, name)
      if (!realm) return sendProblem(reply, realmNotFound, { code: 'not_found' })
      const actor = signedInOf(request).account
      const client = context.clientOf(request)
      const result = await createAccountByAdmin(context.engine, { realm, client, actor, ...body })
      if (!result.ok) return sendProblem(reply, createProblems, result.failure)
      return reply.code(201).send({ account: toAdminAccount(context, result.value, realm.name) })
    },
  )
}

function readRoute(fastify: FastifyInstance, context: AppContext): void {
  fastify.get(
    '/admin/accounts/:uid',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'One account',
        tags,
        params: Params,
        response: responsesWith({ 200: Answer }, { ...signedOut, ...findProblems }),
      },
    },
    async (request, reply) => {
      const { uid } = request.params as Static<typeof Params>
      const who = { realm: context.realm, actor: signedInOf(request).account, uid, action: 'read' } as const
      const found = await findForAdmin(context.engine, who)
      if (!found.ok) return sendProblem(reply, findProblems, found.failure)
      return { account: toAdminAccount(context, found.value, realmNameOf(context, found.value.realmId)) }
    },
  )
}

const ChangeRequest = Type.Object({ role: Role }, { additionalProperties: false })

function changeRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.patch(
    '/admin/accounts/:uid',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Give an account another role',
        tags,
        params: Params,
        body: ChangeRequest,
        response: responsesWith({ 200: Answer }, { ...signedOut, ...roleProblems }),
      },
    },
    async (request, reply) => {
      const { uid } = request.params as Static<typeof Params>
      const { role } = request.body as Static<typeof ChangeRequest>
      const actor = signedInOf(request).account
      const result = await changeRole(engine, { realm, client: context.clientOf(request), actor, uid, role })
      if (!result.ok) return sendProblem(reply, roleProblems, result.failure)
      return { account: toAdminAccount(context, result.value, realmNameOf(context, result.value.realmId)) }
    },
  )
}

function signOutRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/admin/accounts/:uid/sign-out',
    {
      config: { access: 'admin', ignoresBody: true },
      schema: {
        summary: 'Sign somebody out everywhere',
        tags,
        params: Params,
        response: responsesWith({ 200: Ended }, { ...signedOut, ...findProblems }),
      },
    },
    async (request, reply) => {
      const { uid } = request.params as Static<typeof Params>
      const actor = signedInOf(request).account
      const result = await endAllSessions(engine, { realm, client: context.clientOf(request), actor, uid })
      return result.ok ? result.value : sendProblem(reply, findProblems, result.failure)
    },
  )
}

function shutRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  for (const [verb, summary, act, problems] of [
    ['disable', 'Shut an account out and end its sessions', disableAccount, disableProblems],
    ['enable', 'Let a disabled account in again', enableAccount, enableProblems],
  ] as const) {
    fastify.post(
      `/admin/accounts/:uid/${verb}`,
      {
        config: { access: 'admin', ignoresBody: true },
        schema: {
          summary,
          tags,
          params: Params,
          response: responsesWith({ 200: Empty }, { ...signedOut, ...problems }),
        },
      },
      async (request, reply) => {
        const { uid } = request.params as Static<typeof Params>
        const actor = signedInOf(request).account
        const result = await act(engine, { realm, client: context.clientOf(request), actor, uid })
        return result.ok ? {} : sendProblem(reply, disableProblems, result.failure)
      },
    )
  }
}

function realmNameOf({ house }: AppContext, realmId: number): string {
  return [...house.realms.values()].find(({ id }) => id === realmId)?.name ?? ''
}
