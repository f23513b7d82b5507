import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { findForAdmin } from '../../engine/accounts/can-act.ts'
import { type ChangeByAdminFailure, changeByAdmin } from '../../engine/accounts/change-by-admin.ts'
import {
  type CreateWithPasswordFailure,
  createWithPassword,
} from '../../engine/accounts/create-with-password.ts'
import { type DeleteByAdminFailure, deleteByAdmin } from '../../engine/accounts/delete-by-admin.ts'
import { listRealmAccounts } from '../../engine/accounts/list-accounts.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { chosenPassword, email, name, readByForm } from './fields.ts'
import { defineForm, type Field } from './form.ts'
import { newExtra, True, toUser, User } from './objects.ts'
import {
  forbidden,
  lastAdmin,
  newPassword,
  noSuchUser,
  type Problems,
  responsesWith,
  sendProblem,
  sendWrongs,
  session,
  validation,
  wrongPassword,
} from './problems.ts'
import { userExists } from './signup.ts'

const admin = { ...session, forbidden }
const id = { type: 'string', isOptional: true, isNullable: true, lengthMax: 100 } as const satisfies Field
const role = { type: 'string', oneOf: ['user', 'admin'], isOptional: true } as const satisfies Field
const tier = { type: 'integer', min: 0, max: 2, isOptional: true } as const satisfies Field
const Params = Type.Object({ id: Type.String() })
type Params = Static<typeof Params>

export function usersRoutes(fastify: FastifyInstance, context: AppContext): void {
  listRoute(fastify, context)
  createRoute(fastify, context)
  readRoute(fastify, context)
  changeRoute(fastify, context)
  deleteRoute(fastify, context)
}

const LIMIT = 20
const query = defineForm({
  search: { type: 'string', isOptional: true, lengthMax: 200 },
  offset: { type: 'integer', isOptional: true, min: 0, max: 10_000_000 },
  limit: { type: 'integer', isOptional: true, min: 1, max: 100 },
  referrer: { type: 'string', isOptional: true, lengthMax: 100, description: 'The id of who invited them.' },
  is_verified: { type: 'boolean', isOptional: true },
  is_active: { type: 'boolean', isOptional: true },
})

const Page = Type.Object({
  total: Type.Integer(),
  offset: Type.Integer(),
  limit: Type.Integer(),
  items: Type.Array(User),
})

function listRoute(fastify: FastifyInstance, { engine, realm }: AppContext): void {
  fastify.get(
    '/api/users',
    {
      exposeHeadRoute: false,
      config: { access: 'admin' },
      ...readByForm,
      schema: {
        summary: 'Accounts, the oldest first',
        querystring: query.schema,
        response: responsesWith(Page, { validation, ...admin }),
      },
    },
    async (request, reply) => {
      const read = query.read(givenIn(request.query as Record<string, string | string[]>), 'query')
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const { search, offset = 0, limit = LIMIT, referrer, is_verified, is_active } = read.value
      const actor = signedInOf(request).account
      const who = { realm, actor, uid: referrer ?? '', action: 'read' } as const
      const found = referrer === undefined ? undefined : await findForAdmin(engine, who)
      // Whom nobody knows has invited nobody.
      if (found && !found.ok) return { total: 0, offset, limit, items: [] }
      const { accounts, total } = await listRealmAccounts(engine, {
        realm,
        search,
        referrerId: found?.value.id,
        isProved: is_verified,
        isDisabled: is_active === undefined ? undefined : !is_active,
        offset,
        limit,
      })
      return { total, offset, limit, items: accounts.map(toUser) }
    },
  )
}

/** Of several with one name the last; one without a value counts as left out. */
function givenIn(given: Record<string, string | string[]>): Record<string, unknown> {
  const last = Object.entries(given).map(([key, value]) => [key, [value].flat().at(-1)])
  return Object.fromEntries(last.filter(([, value]) => value !== ''))
}

const createProblems: Problems<CreateWithPasswordFailure> = {
  email_not_valid: validation,
  ...newPassword,
  referrer_not_found: noSuchUser,
  email_taken: userExists,
}

function createRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const form = defineForm({
    email,
    password: chosenPassword(realm.policy),
    name: { ...name, isOptional: true, isNullable: true },
    role,
    tier,
    referrer_id: id,
  })
  fastify.post(
    '/api/user',
    {
      config: { access: 'admin' },
      ...readByForm,
      schema: {
        summary: 'Make an account for somebody',
        body: form.schema,
        response: responsesWith(User, { ...admin, ...createProblems }),
      },
    },
    async (request, reply) => {
      const read = form.read(request.body)
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const given = read.value
      const result = await createWithPassword(engine, {
        realm,
        client: context.clientOf(request),
        actor: signedInOf(request).account,
        email: given.email,
        password: given.password,
        name: given.name ?? null,
        role: given.role ?? 'user',
        tier: given.tier ?? 0,
        extra: newExtra,
        referrerUid: given.referrer_id ?? null,
      })
      if (result.ok) return toUser(result.value)
      const { failure } = result
      if (failure.code.startsWith('password_')) return sendWrongs(reply, wrongPassword('password', failure))
      return sendProblem(reply, createProblems, failure)
    },
  )
}

function readRoute(fastify: FastifyInstance, { engine, realm }: AppContext): void {
  const problems = { forbidden, not_found: noSuchUser }
  fastify.get(
    '/api/user/:id',
    {
      exposeHeadRoute: false,
      config: { access: 'admin' },
      schema: {
        summary: 'One account',
        params: Params,
        response: responsesWith(User, { ...admin, ...problems }),
      },
    },
    async (request, reply) => {
      const { id: uid } = request.params as Params
      const actor = signedInOf(request).account
      const found = await findForAdmin(engine, { realm, actor, uid, action: 'read' })
      if (!found.ok) return sendProblem(reply, problems, found.failure)
      if (found.value.realmId !== realm.id) return sendProblem(reply, problems, { code: 'not_found' })
      return toUser(found.value)
    },
  )
}

const changeProblems: Problems<ChangeByAdminFailure> = {
  forbidden,
  not_found: noSuchUser,
  own_password: forbidden,
  ...newPassword,
  last_admin: lastAdmin,
}

function changeRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  const form = defineForm({
    password: { ...chosenPassword(realm.policy), isOptional: true },
    name: { ...name, isOptional: true, isNullable: true },
    role,
    is_active: { type: 'boolean', isOptional: true },
    tier,
    extra: { type: 'object', isOptional: true },
  })
  fastify.put(
    '/api/user/:id',
    {
      config: { access: 'admin' },
      ...readByForm,
      schema: {
        summary: 'Change somebody’s account',
        description: 'What is left out stays. Of one’s own account `role` and `is_active` stay as well.',
        params: Params,
        body: form.schema,
        response: responsesWith(True, { ...admin, ...changeProblems }),
      },
    },
    async (request, reply) => {
      const read = form.read(request.body)
      if (!read.ok) return sendWrongs(reply, read.wrongs)
      const { is_active: isActive, role: newRole, ...changes } = read.value
      const { id: uid } = request.params as Params
      const actor = signedInOf(request).account
      const isOneself = uid === actor.uid
      const result = await changeByAdmin(engine, {
        realm,
        client: context.clientOf(request),
        actor,
        uid,
        changes: isOneself ? changes : { ...changes, role: newRole, isActive },
      })
      if (result.ok) return true
      const { failure } = result
      if (failure.code.startsWith('password_')) return sendWrongs(reply, wrongPassword('password', failure))
      return sendProblem(reply, changeProblems, failure)
    },
  )
}

const deleteProblems: Problems<Exclude<DeleteByAdminFailure, { code: 'not_found' }>> = {
  forbidden,
  own_account: { status: 403, message: 'You are not allowed to delete your own account' },
  last_admin: lastAdmin,
}

function deleteRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.delete(
    '/api/user/:id',
    {
      config: { access: 'admin', ignoresBody: true },
      schema: {
        summary: 'Erase somebody’s account',
        description: '`true` also when there is none.',
        params: Params,
        response: responsesWith(True, { ...admin, ...deleteProblems }),
      },
    },
    async (request, reply) => {
      const { id: uid } = request.params as Params
      const actor = signedInOf(request).account
      const result = await deleteByAdmin(engine, { realm, client: context.clientOf(request), actor, uid })
      if (result.ok || result.failure.code === 'not_found') return true
      return sendProblem(reply, deleteProblems, result.failure)
    },
  )
}
