import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { type SetUpRealmFailure, setUpRealm } from '../../engine/accounts/set-up-realm.ts'
import type { AppContext } from '../contract.ts'
import { Email, Language, Name, Password } from './fields.ts'
import { AccountAnswer, toAccount } from './objects.ts'
import { Place, placeProblems, toPlace } from './place.ts'
import {
  emailNotValid,
  newPasswordProblems,
  type Problems,
  responsesWith,
  sendProblem,
  tooManyRequests,
} from './problems.ts'
import { setSessionCookie } from './session-cookie.ts'

const Request = Type.Object(
  {
    name: Name,
    email: Email,
    password: Password,
    language: Type.Optional(Language),
    setupCode: Type.Optional(Type.String({ maxLength: 100 })),
    place: Type.Optional(Place),
  },
  { additionalProperties: false },
)

const problems: Problems<SetUpRealmFailure> = {
  ...placeProblems,
  too_many_requests: tooManyRequests,
  setup_done: { status: 409, message: 'This server is set up already. Sign in instead.' },
  setup_code_wrong: {
    status: 403,
    message: 'The set-up code is not right. It stands on the console of the server.',
  },
  email_not_valid: emailNotValid,
  ...newPasswordProblems,
}

export function setupRoute(fastify: FastifyInstance, context: AppContext): void {
  const { engine, realm } = context
  fastify.post(
    '/setup',
    {
      config: { access: 'public' },
      schema: {
        summary: 'First run: make the account of the operator',
        tags: ['Start'],
        body: Request,
        response: responsesWith({ 201: AccountAnswer }, problems),
      },
    },
    async (request, reply) => {
      const { language = null, setupCode = '', place, ...body } = request.body as Static<typeof Request>
      const client = context.markedClientOf(request, reply)
      const isCodeRight = context.isSetupCodeRight(setupCode)
      const profile = place && realm.policy.hasPlace ? toPlace(place) : undefined
      const result = await setUpRealm(engine, { realm, client, ...body, language, isCodeRight, profile })
      if (!result.ok) return sendProblem(reply, problems, result.failure)
      setSessionCookie(reply, context, result.value)
      return reply.code(201).send({ account: toAccount(context.app, result.value.account) })
    },
  )
}
