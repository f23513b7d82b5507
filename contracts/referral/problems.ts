import type { FastifyReply } from 'fastify'
import { type TSchema, Type } from 'typebox'
import type { GeneralProblem, RenderedProblem } from '../contract.ts'
import { type ProblemTable, problemResponses } from '../problem-table.ts'
import { refused, tooLong, tooShort, type Wrong } from './form.ts'
import { findJsonError } from './json-error.ts'

/** What a problem says, word for word as the document has it. */
export interface Words {
  status: number
  message: string
}

export type Problems<Failure extends { code: string }> = ProblemTable<Failure, Words>

/** Every error but 422: the same text under both names, since the document is read in both ways. */
export const ErrorShape = Type.Object({ error: Type.String(), detail: Type.String() })

const Loc = Type.Array(Type.Union([Type.String(), Type.Integer()]))

/** 422: one entry for each thing that is wrong, in the order of the fields. */
const ValidationShape = Type.Object({
  detail: Type.Array(
    Type.Object({
      type: Type.String({ description: '`missing`, `string_type`, `value_error`, …' }),
      loc: Loc,
      msg: Type.String(),
      input: Type.Unknown({ description: 'What was sent, secrets replaced by `***`.' }),
      ctx: Type.Optional(Type.Object({}, { additionalProperties: true })),
    }),
  ),
})

export const validation: Words = { status: 422, message: 'Validation error' }
export const unauthorized: Words = { status: 401, message: 'Unauthorized' }
export const inactive: Words = { status: 403, message: 'User is inactive' }
export const forbidden: Words = { status: 403, message: 'Forbidden' }
export const noSuchUser: Words = { status: 404, message: 'No such user' }
export const lastAdmin: Words = { status: 409, message: 'The last admin stays' }
export const tooManyRequests: Words = { status: 429, message: 'Too many requests' }
export const passwordChangeDue: Words = {
  status: 403,
  message: 'Change the password first: PUT /api/auth/me/password',
}

const general: Problems<Exclude<GeneralProblem, { code: 'invalid_input' | 'not_json' }>> = {
  unsupported_media_type: { status: 415, message: 'Unsupported Media Type' },
  too_large: { status: 413, message: 'Content Too Large' },
  not_found: { status: 404, message: 'Not Found' },
  method_not_allowed: { status: 405, message: 'Method Not Allowed' },
  cross_site: forbidden,
  signed_out: unauthorized,
  token_not_valid: unauthorized,
  token_expired: unauthorized,
  account_gone: unauthorized,
  account_disabled: inactive,
  credential_malformed: { status: 401, message: 'Not authenticated' },
  credentials_wrong: unauthorized,
  scope_missing: forbidden,
  forbidden,
  password_change_due: passwordChangeDue,
  too_many_requests: tooManyRequests,
  overloaded: { status: 503, message: 'Service Unavailable' },
  unavailable: { status: 503, message: 'Service Unavailable' },
  internal: { status: 500, message: 'Internal Server Error' },
}

/** What any route that asks for a bearer token may answer. */
export const session = {
  signed_out: unauthorized,
  account_disabled: inactive,
  password_change_due: passwordChangeDue,
}

export const newPassword = {
  password_too_short: validation,
  password_too_long: validation,
  password_common: validation,
}

export function renderProblem(problem: GeneralProblem): RenderedProblem {
  const contentType = 'application/json; charset=utf-8'
  if (problem.code === 'not_json') {
    const { offset, error } = findJsonError(problem.text ?? '')
    const wrong = { type: 'json_invalid', loc: ['body', offset], msg: 'JSON decode error', input: {} }
    return { status: 422, contentType, body: { detail: [{ ...wrong, ctx: { error } }] } }
  }
  if (problem.code === 'invalid_input') {
    const place = { payload: 'body', query: 'query', params: 'path', headers: 'header' }[problem.source]
    const wrong = { loc: [place], input: null, ...refused('text that cannot be kept, or too deep') }
    return { status: 422, contentType, body: { detail: [wrong] } }
  }
  const { status, message } = general[problem.code]
  return { status, contentType, body: bodyOf(message) }
}

/** Answers a failure of a use-case with what the document says of it. */
export function sendProblem<Failure extends { code: string }>(
  reply: FastifyReply,
  problems: Problems<Failure>,
  failure: Failure & { retryAfterSeconds?: number },
): FastifyReply {
  const { status, message } = problems[failure.code as Failure['code']]
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  return reply.code(status).send(bodyOf(message))
}

export function sendWords(reply: FastifyReply, { status, message }: Words): FastifyReply {
  return reply.code(status).send(bodyOf(message))
}

export function sendWrongs(reply: FastifyReply, wrongs: Wrong[]): FastifyReply {
  return reply.code(validation.status).send({ detail: wrongs })
}

/** What the realm's policy says of a new password; where it asks for no more than the form, the form said it. */
export function wrongPassword(
  field: string,
  failure: { code: string; lengthMin?: number; lengthMax?: number },
): Wrong[] {
  const why =
    failure.code === 'password_too_short'
      ? tooShort(failure.lengthMin ?? 0)
      : failure.code === 'password_too_long'
        ? tooLong(failure.lengthMax ?? 0)
        : refused(WORDS[failure.code] ?? 'this password cannot be taken')
  return [{ loc: ['body', field], input: '***', ...why }]
}

const WORDS: Record<string, string> = {
  password_common: 'this password is among the first that are guessed',
  password_same: 'this is the password already',
}

/** For the OpenAPI document: the answer, and each failure with all its sentences. */
export function responsesWith(
  answer: TSchema,
  problems: Record<string, Words> = {},
): Record<number, TSchema> {
  const isValidated = Object.values(problems).includes(validation)
  const others = Object.fromEntries(Object.entries(problems).filter(([, words]) => words !== validation))
  return {
    200: answer,
    ...problemResponses(others, ErrorShape),
    ...(isValidated && problemResponses({ validation }, ValidationShape)),
  }
}

function bodyOf(message: string): Record<string, unknown> {
  return { error: message, detail: message }
}
