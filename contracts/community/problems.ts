import type { FastifyReply } from 'fastify'
import { type TSchema, Type } from 'typebox'
import type { AppContext, Audience, GeneralProblem, RenderedProblem } from '../contract.ts'
import { type ProblemTable, problemResponses } from '../problem-table.ts'

/** What a problem says: the document's code, and a sentence that is told in development alone. */
export interface Words {
  status: number
  code: string
  details: string
}

export type Problems<Failure extends { code: string }> = ProblemTable<Failure, Words>

/** Every error of this API has this shape. */
export const ErrorShape = Type.Object({
  status: Type.Integer({ description: 'The same as the HTTP status.' }),
  code: Type.String({ description: '`domain:reason`: stable, for programs.' }),
  details: Type.Optional(Type.String({ description: 'For people, in development only.' })),
})

export const badRequest: Words = {
  status: 400,
  code: 'general:bad_request',
  details: 'The request is not as documented.',
}
export const validationError: Words = {
  status: 400,
  code: 'general:validation_error',
  details: 'A value breaks the rule of its field.',
}
export const unauthorized: Words = { status: 401, code: 'user:unauthorized', details: 'There is no session.' }
const sessionExpired: Words = { status: 401, code: 'session:expired', details: 'The session is over.' }
export const userNotFound: Words = { status: 404, code: 'user:not_found', details: 'There is no such user.' }
export const tooManyRequests: Words = {
  status: 429,
  code: 'rate_limit:exceeded',
  details: 'Too many requests.',
}
export const forbidden: Words = { status: 403, code: 'FORBIDDEN', details: 'This is not allowed.' }
export const emailExists: Words = {
  status: 409,
  code: 'user:email_already_exists',
  details: 'Somebody has this address.',
}
export const handleExists: Words = {
  status: 409,
  code: 'user:handle_already_exists',
  details: 'Somebody has this handle.',
}
export const handleNotAllowed: Words = { ...validationError, details: 'handle: not allowed' }
export const invalidPassword: Words = {
  status: 401,
  code: 'user:invalid_password',
  details: 'The password is not right.',
}
export const passwordNotSet: Words = {
  status: 401,
  code: 'user:password_not_set',
  details: 'The account has no password.',
}
/** What a realm may say of a new password beyond the rule of the field. */
export const newPassword = {
  password_too_short: { ...validationError, details: 'password: too short' },
  password_too_long: { ...validationError, details: 'password: too long' },
  password_common: { ...validationError, details: 'password: among the first that are guessed' },
}
export const notFound: Words = {
  status: 404,
  code: 'system:not_found',
  details: 'There is nothing at this path.',
}
const passwordChangeDue: Words = {
  status: 403,
  code: 'user:permission_insufficient',
  details: 'The password is a temporary one and has to be changed first.',
}

const general: Problems<GeneralProblem> = {
  invalid_input: badRequest,
  not_json: badRequest,
  unsupported_media_type: badRequest,
  too_large: badRequest,
  not_found: notFound,
  method_not_allowed: {
    status: 405,
    code: 'general:bad_request',
    details: 'This path does not have this method.',
  },
  cross_site: forbidden,
  signed_out: unauthorized,
  token_not_valid: unauthorized,
  token_expired: sessionExpired,
  account_gone: unauthorized,
  account_disabled: unauthorized,
  credential_malformed: unauthorized,
  credentials_wrong: unauthorized,
  scope_missing: forbidden,
  forbidden,
  password_change_due: passwordChangeDue,
  too_many_requests: tooManyRequests,
  overloaded: { status: 503, code: 'system:internal_error', details: 'The server is busy.' },
  unavailable: { status: 500, code: 'system:database_error', details: 'The database is away.' },
  internal: { status: 500, code: 'system:internal_error', details: 'Something went wrong here.' },
}

/** What any route that asks for a session may answer. */
export const session = {
  signed_out: unauthorized,
  token_expired: sessionExpired,
  password_change_due: passwordChangeDue,
}

/** What any route with input may answer. */
export const input = { bad_request: badRequest, validation_error: validationError }

/** What is wrong with a field of the right type, by the rule of the schema that it breaks. */
const RULES: Record<string, string> = {
  minLength: 'too short',
  maxLength: 'too long',
  minimum: 'too small',
  maximum: 'too large',
  pattern: 'not allowed in this form',
  email: 'not an e-mail address',
}

export function renderProblem(problem: GeneralProblem, { isDevelopment }: Audience): RenderedProblem {
  const words = problem.code === 'invalid_input' ? invalidInput(problem.fields) : general[problem.code]
  return {
    status: words.status,
    contentType: 'application/json; charset=utf-8',
    body: bodyOf(words, isDevelopment ?? false),
  }
}

/** What is not even of the right type. */
const SHAPES: Record<string, string> = {
  required: 'missing',
  type: 'of the wrong type',
  enum: 'not one of the known values',
}

/** A wrong type, or something missing, is told before any rule of a field. */
function invalidInput(fields: Record<string, string>): Words {
  const broken = Object.entries(fields)
  const misshapen = broken.filter(([, rule]) => !Object.hasOwn(RULES, rule))
  if (misshapen.length > 0) return { ...badRequest, details: detailsOf(misshapen, SHAPES) }
  return broken.length === 0 ? badRequest : { ...validationError, details: detailsOf(broken, RULES) }
}

function detailsOf(broken: [field: string, rule: string][], words: Record<string, string>): string {
  return broken.map(([field, rule]) => `${field}: ${words[rule] ?? 'not as documented'}`).join('\n')
}

/** Answers a failure of a use-case with what the document says of it. */
export function sendProblem<Failure extends { code: string }>(
  reply: FastifyReply,
  context: AppContext,
  problems: Problems<Failure>,
  failure: Failure & { retryAfterSeconds?: number },
): FastifyReply {
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  return sendWords(reply, context, problems[failure.code as Failure['code']])
}

/** Answers fields that break rules which no schema knows, each with the rule's name. */
export function sendInvalid(
  reply: FastifyReply,
  context: AppContext,
  fields: Record<string, keyof typeof RULES>,
): FastifyReply {
  return sendWords(reply, context, invalidInput(fields as Record<string, string>))
}

export function sendWords(reply: FastifyReply, { settings }: AppContext, words: Words): FastifyReply {
  return reply.code(words.status).send(bodyOf(words, settings.isDevelopment))
}

function bodyOf({ status, code, details }: Words, isDevelopment: boolean): Record<string, unknown> {
  return { status, code, ...(isDevelopment && { details }) }
}

/** For the OpenAPI document: the answers, null for an empty one, and each failure by its code. */
export function responsesWith(
  answers: Record<number, TSchema | null>,
  problems: Record<string, Words> = {},
): Record<number, TSchema> {
  const coded = Object.entries(problems).map(([key, { status, code }]) => [key, { status, message: code }])
  return {
    ...Object.fromEntries(
      Object.entries(answers).map(([status, schema]) => [
        status,
        schema ?? Type.Null({ description: 'Empty.' }),
      ]),
    ),
    ...problemResponses(Object.fromEntries(coded), ErrorShape),
  }
}
