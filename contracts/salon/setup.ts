import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { parseEmailAddress } from '../../engine/accounts/email-address.ts'
import type { OpeningHours, OpeningHoursFailure } from '../../engine/accounts/opening-hours.ts'
import { isSetUpDue, type SetUpRealmFailure, setUpRealm } from '../../engine/accounts/set-up-realm.ts'
import type { AppContext } from '../contract.ts'
import { problemResponses } from '../problem-table.ts'
import { Email, NewPassword } from './fields.ts'
import { ErrorShape, invalidInput, type Problems, sendProblem, tooManyRequests } from './problems.ts'
import { SetUpUser } from './user.ts'

const StatusAnswer = Type.Object({ needsSetup: Type.Boolean() })

const Time = Type.Optional(Type.Union([Type.String({ maxLength: 5, description: '`HH:MM`' }), Type.Null()]))
const Hours = Type.Object({
  day_of_week: Type.Integer({ description: '0 is Sunday.' }),
  open_time: Time,
  close_time: Time,
  is_closed: Type.Optional(Type.Union([Type.Boolean(), Type.Literal(0), Type.Literal(1)])),
})

const Request = Type.Object({
  admin_name: Type.String({ pattern: '\\S', maxLength: 100 }),
  admin_email: Email,
  admin_password: NewPassword,
  salon_name: Type.String({ pattern: '\\S', maxLength: 200 }),
  salon_email: Type.Optional(Type.String({ maxLength: 254 })),
  salon_phone: Type.Optional(Type.String({ maxLength: 50 })),
  salon_address: Type.Optional(Type.String({ maxLength: 300 })),
  opening_hours: Type.Optional(Type.Array(Hours, { maxItems: 7 })),
})

const Answer = Type.Object({ token: Type.String(), user: SetUpUser })

const problems: Problems<SetUpRealmFailure> = {
  setup_done: {
    status: 400,
    message: 'Setup already completed',
    dutch: 'De installatie is al voltooid',
    code: 'SETUP_DONE',
  },
  setup_code_wrong: {
    status: 403,
    message: 'Setup code is missing or wrong; it stands on the console of the server (header X-Setup-Code)',
    dutch:
      'De installatiecode ontbreekt of klopt niet; hij staat op de console van de server (header X-Setup-Code)',
    code: 'SETUP_CODE_WRONG',
  },
  too_many_requests: tooManyRequests,
  email_not_valid: invalidInput,
  password_too_short: invalidInput,
  password_too_long: invalidInput,
  password_common: invalidInput,
  opening_hours_not_valid: invalidInput,
}

export function setupRoutes(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.get(
    '/api/auth/setup-status',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Does the salon still wait for its first account?',
        response: { 200: StatusAnswer },
      },
    },
    async () => ({ needsSetup: await isSetUpDue(engine, realm) }),
  )
  fastify.post(
    '/api/auth/setup',
    {
      config: { access: 'public' },
      // Before the body: whatever it is, it comes too late.
      preValidation: async (_request, reply) => {
        if (await isSetUpDue(engine, realm)) return undefined
        return sendProblem(reply, context, problems, { code: 'setup_done' })
      },
      schema: {
        summary: 'First run: the account of the salon’s administrator, and the salon itself',
        description: 'Works once; every later call is refused.',
        body: Request,
        response: { 201: Answer, ...problemResponses(problems, ErrorShape) },
      },
    },
    async (request, reply) => {
      const body = request.body as Static<typeof Request>
      const salonEmail = body.salon_email?.trim() || null
      if (salonEmail !== null && !parseEmailAddress(salonEmail)) {
        return sendProblem(reply, context, problems, { code: 'email_not_valid' }, { salon_email: 'email' })
      }
      const result = await setUpRealm(engine, {
        realm,
        client: context.clientOf(request),
        isCodeRight: context.isSetupCodeRight(request.headers['x-setup-code']),
        email: body.admin_email,
        password: body.admin_password,
        name: body.admin_name.trim(),
        language: null,
        profile: {
          name: body.salon_name.trim(),
          email: salonEmail,
          phone: body.salon_phone?.trim() || null,
          address: body.salon_address?.trim() || null,
          openingHours: (body.opening_hours ?? []).map(toOpeningHours),
        },
      })
      if (!result.ok) return sendProblem(reply, context, problems, result.failure, fieldsOf(result.failure))
      const { token, account } = result.value
      const user = { id: account.id, name: account.name ?? '', role: account.role }
      return reply.code(201).send({ token, user })
    },
  )
}

function toOpeningHours(hours: Static<typeof Hours>): OpeningHours {
  return {
    dayOfWeek: hours.day_of_week,
    openTime: hours.open_time ?? null,
    closeTime: hours.close_time ?? null,
    // The original writes flags as 0 and 1 elsewhere.
    isClosed: hours.is_closed === true || hours.is_closed === 1,
  }
}

const HOUR_FIELDS = { dayOfWeek: 'day_of_week', openTime: 'open_time', closeTime: 'close_time' } as const

/** Names the field as the document writes it: `opening_hours[2].open_time`. */
function fieldsOf(failure: SetUpRealmFailure): Record<string, string> | undefined {
  if (failure.code === 'opening_hours_not_valid') {
    const { index, field, reason } = failure as OpeningHoursFailure
    return { [`opening_hours[${index}].${HOUR_FIELDS[field]}`]: reason }
  }
  if (failure.code === 'email_not_valid') return { admin_email: 'email' }
  return failure.code.startsWith('password_') ? { admin_password: failure.code } : undefined
}
