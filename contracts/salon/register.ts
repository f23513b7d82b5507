import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type CreateByAdminFailure, createAccountByAdmin } from '../../engine/accounts/create-by-admin.ts'
import { type AppContext, signedInOf } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Email } from './fields.ts'
import { ErrorShape, general, invalidInput, type Problems, sendProblem } from './problems.ts'
import { RegisteredUser, roles } from './user.ts'

const Request = Type.Object({
  email: Email,
  name: Type.String({ pattern: '\\S', maxLength: 200, description: '1 to 100 characters after trimming.' }),
  role: Type.Optional(Type.Enum([...roles], { default: 'staff' })),
})

const NAME_LENGTH_MAX = 100

const problems: Problems<CreateByAdminFailure> = {
  email_not_valid: invalidInput,
  email_taken: {
    status: 409,
    message: 'Email address already registered',
    dutch: 'E-mailadres is al geregistreerd',
    code: 'EMAIL_TAKEN',
  },
}

export function registerRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm, app } = context
  const { signed_out, forbidden, password_change_due } = general
  fastify.post(
    '/api/auth/register',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Make an account for somebody; a temporary password goes to them by mail',
        body: Request,
        response: {
          200: RegisteredUser,
          ...problemResponses({ ...problems, signed_out, forbidden, password_change_due }, ErrorShape),
        },
      },
    },
    async (request, reply) => {
      const { email, name: written, role = 'staff' } = request.body as Static<typeof Request>
      const name = written.trim()
      const fields = [...name].length > NAME_LENGTH_MAX ? { name: 'maxLength' } : undefined
      if (fields) return sendProblem(reply, context, problems, { code: 'email_not_valid' }, fields)
      const actor = signedInOf(request).account
      const client = context.clientOf(request)
      const signInUrl = app.frontendUrl && `${app.frontendUrl}/login`
      const result = await createAccountByAdmin(engine, {
        realm,
        client,
        actor,
        email,
        name,
        role,
        signInUrl,
      })
      if (!result.ok) {
        const refused = result.failure.code === 'email_not_valid' ? { email: 'email' } : undefined
        return sendProblem(reply, context, problems, result.failure, refused)
      }
      const account = result.value
      return { id: account.id, email: account.email ?? '', role: account.role, name: account.name ?? '' }
    },
  )
}
