import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { GeneralProblem, RenderedProblem } from '../contract.ts'
import type { ProblemTable } from '../problem-table.ts'

export interface Words {
  status: number
  message: string
  /** Which field of the body is at fault, where a use-case and not the schema finds it. */
  field?: string
}

export type Problems<Failure extends { code: string }> = ProblemTable<Failure, Words>

/** Every error of this API has this shape (Boom's). */
export const ErrorShape = Type.Object({
  statusCode: Type.Integer(),
  error: Type.String({ description: "The status's standard phrase." }),
  message: Type.String(),
  validation: Type.Optional(
    Type.Object(
      { source: Type.String(), keys: Type.Array(Type.String()) },
      { description: 'Of a validation error: which fields were refused.' },
    ),
  ),
})

export const INVALID_INPUT = { status: 400, message: 'Invalid request payload input' }
export const invalid = (field: string): Words => ({ ...INVALID_INPUT, field })
export const TOO_MANY = { status: 429, message: 'Too many requests, please try again later' }

const general: Problems<GeneralProblem> = {
  invalid_input: INVALID_INPUT,
  not_json: { status: 400, message: 'Invalid request payload JSON format' },
  unsupported_media_type: { status: 415, message: 'Unsupported Media Type' },
  too_large: { status: 413, message: 'Payload content length greater than maximum allowed: 1048576' },
  not_found: { status: 404, message: 'Not Found' },
  method_not_allowed: { status: 404, message: 'Not Found' },
  cross_site: { status: 403, message: 'Forbidden' },
  signed_out: { status: 401, message: 'Authentication required' },
  token_not_valid: { status: 401, message: 'Invalid or expired token' },
  token_expired: { status: 401, message: 'Invalid or expired token' },
  account_gone: { status: 401, message: 'User not found' },
  account_disabled: { status: 401, message: 'Invalid or expired token' },
  credential_malformed: { status: 401, message: 'Invalid or expired token' },
  credentials_wrong: { status: 401, message: 'Invalid or expired token' },
  scope_missing: { status: 401, message: 'Invalid or expired token' },
  forbidden: { status: 403, message: 'Forbidden' },
  password_change_due: { status: 403, message: 'Password change required' },
  too_many_requests: TOO_MANY,
  overloaded: { status: 503, message: 'The server is busy, please try again shortly' },
  unavailable: { status: 503, message: 'The server cannot reach its database, please try again shortly' },
  internal: { status: 500, message: 'An internal server error occurred' },
}

/** What a route that asks for a session may answer. */
export const SIGNED_OUT = {
  signed_out: general.signed_out,
  token_not_valid: general.token_not_valid,
  account_gone: general.account_gone,
}

export function renderProblem(problem: GeneralProblem): RenderedProblem {
  const { status, message } = general[problem.code]
  const body: Record<string, unknown> = bodyOf(status, message)
  if (problem.code === 'invalid_input' && Object.keys(problem.fields).length > 0) {
    body.validation = { source: problem.source, keys: Object.keys(problem.fields) }
  }
  return { status, contentType: 'application/json; charset=utf-8', body }
}

/** Answers a failure of a use-case with what the document says of it. */
export function sendProblem<Failure extends { code: string }>(
  reply: FastifyReply,
  problems: Problems<Failure>,
  failure: Failure & { retryAfterSeconds?: number },
): FastifyReply {
  const { status, message, field } = problems[failure.code as Failure['code']]
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  const validation = field === undefined ? undefined : { source: 'payload', keys: [field] }
  return reply.code(status).send({ ...bodyOf(status, message), validation })
}

function bodyOf(statusCode: number, message: string): { statusCode: number; error: string; message: string } {
  // Node calls 413 by its newer name; the document's is the older one.
  const error = statusCode === 413 ? 'Request Entity Too Large' : (STATUS_CODES[statusCode] ?? 'Error')
  return { statusCode, error, message }
}
