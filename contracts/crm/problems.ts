import type { FastifyReply } from 'fastify'
import { type TSchema, Type } from 'typebox'
import type { Audience, GeneralProblem, RenderedProblem, Violation } from '../contract.ts'
import { type ProblemTable, problemResponses } from '../problem-table.ts'

/** What a problem says: the document's code, and a sentence for people. */
export interface Words {
  status: number
  code: string
  message: string
}

/** Why, by field or as `field` and `reason`: a client shows the values in place of the message. */
export type Details = Record<string, string>

export type Problems<Failure extends { code: string }> = ProblemTable<Failure, Words>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What this route says of a body that cannot be read or is not as documented, in place of the usual. */
    badBody?: { words: Words; details: Details }
  }
}

const Told = {
  code: Type.String({ description: 'Stable, for programs.' }),
  message: Type.String({ description: 'For people.' }),
  details: Type.Record(Type.String(), Type.String()),
}

/** Every error of this API has this shape: flat, as its document says, and nested, as its web client reads it. */
export const ErrorShape = Type.Object({
  ...Told,
  error: Type.Object(Told),
  request_id: Type.String({ description: 'The same as the header `X-Request-ID`.' }),
  timestamp: Type.String({ description: 'RFC 3339, whole seconds, UTC.' }),
})

const words = (status: number, code: string, message: string): Words => ({ status, code, message })

export const unauthorized = words(401, 'UNAUTHORIZED', 'Sign in first.')
export const tokenExpired = words(401, 'TOKEN_EXPIRED', 'The session is over. Sign in again.')
export const invalidCredentials = words(401, 'INVALID_CREDENTIALS', 'Name or password is not right.')
export const forbidden = words(403, 'FORBIDDEN', 'This is not allowed.')
export const notFound = words(404, 'NOT_FOUND', 'There is nothing with this id.')
export const validationError = words(400, 'VALIDATION_ERROR', 'Some fields are not right.')
export const invalidInput = words(400, 'INVALID_INPUT', 'The request cannot be understood.')
export const missingField = words(400, 'MISSING_FIELD', 'Something is missing.')
export const alreadyExists = words(409, 'ALREADY_EXISTS', 'Somebody has this name or address.')
export const rateLimited = words(429, 'RATE_LIMIT_EXCEEDED', 'Too many requests. Try again later.')
export const registrationDisabled = words(403, 'registration_disabled', 'Registration is closed.')
const passwordChangeDue = words(403, 'FORBIDDEN', 'The password is a temporary one: change it first.')

const general: Problems<Exclude<GeneralProblem, { code: 'invalid_input' }>> = {
  not_json: invalidInput,
  unsupported_media_type: invalidInput,
  too_large: invalidInput,
  not_found: words(404, 'NOT_FOUND', 'There is nothing at this path.'),
  method_not_allowed: words(404, 'NOT_FOUND', 'There is nothing at this path.'),
  cross_site: words(403, 'FORBIDDEN', 'Pages of this origin may not call here.'),
  signed_out: unauthorized,
  token_not_valid: unauthorized,
  token_expired: tokenExpired,
  account_gone: unauthorized,
  account_disabled: unauthorized,
  credential_malformed: unauthorized,
  credentials_wrong: unauthorized,
  scope_missing: words(403, 'FORBIDDEN', 'This token may not do that.'),
  forbidden,
  password_change_due: passwordChangeDue,
  too_many_requests: rateLimited,
  overloaded: words(429, 'RATE_LIMIT_EXCEEDED', 'The server is busy. Try again in a moment.'),
  unavailable: words(500, 'DATABASE_ERROR', 'The database is away.'),
  internal: words(500, 'INTERNAL_ERROR', 'Something went wrong here.'),
}

/** What any route that asks for a session may answer. */
export const session = { signed_out: unauthorized, token_expired: tokenExpired, forbidden, rateLimited }
/** What any route with a body may answer. */
export const input = { validation_error: validationError, invalid_input: invalidInput }

export function renderProblem(problem: GeneralProblem, audience: Audience): RenderedProblem {
  const { words, details } = wordsOf(problem, audience)
  const more = 'retryAfterSeconds' in problem ? { retry_after: problem.retryAfterSeconds } : {}
  return {
    status: words.status,
    contentType: 'application/json; charset=utf-8',
    body: { ...bodyOf(words, audience.requestId, details), ...more },
  }
}

function wordsOf(problem: GeneralProblem, { route }: Audience): { words: Words; details?: Details } {
  const isBody = problem.code === 'not_json' || problem.code === 'invalid_input'
  if (isBody && route?.badBody) return route.badBody
  if (problem.code === 'invalid_input') return wrongInput(problem.violations ?? [])
  if (problem.code === 'not_json') return unreadable('It is no JSON.')
  if (problem.code === 'too_large') return unreadable('It is too large.')
  if (problem.code === 'unavailable') {
    return { words: general.unavailable, details: { operation: 'reading or writing' } }
  }
  return { words: general[problem.code] }
}

const unreadable = (reason: string): { words: Words; details: Details } => ({
  words: invalidInput,
  details: { field: 'request body', reason },
})

/** Of these the value cannot even be read; of all others it can, and breaks a rule. */
const UNREADABLE: Record<string, string> = {
  type: 'of the wrong type',
  rfc3339: 'no date and time with a zone',
}

/** A value that cannot be read is told alone; rules are told all at once, by field. */
export function wrongInput(violations: Violation[]): { words: Words; details: Details } {
  const misread = violations.find(({ rule }) => Object.hasOwn(UNREADABLE, rule))
  if (violations.length === 0) return unreadable('It holds what cannot be kept.')
  if (misread) return unreadable(`${misread.path.join('.') || 'It'} is ${UNREADABLE[misread.rule]}.`)
  return {
    words: validationError,
    details: Object.fromEntries(violations.map(({ path, rule }) => [nameOf(path), sentenceOf(rule)])),
  }
}

const CAPITALS: Record<string, string> = { id: 'ID', ids: 'IDs', csv: 'CSV', url: 'URL' }

/** `new_password` is NewPassword, the third of `names` is Names[2], a value deep in a list is named alone. */
function nameOf(path: string[]): string {
  const last = path.at(-1) ?? ''
  if (/^\d+$/.test(last)) return `${pascal(path.at(-2) ?? '')}[${last}]`
  return pascal(last)
}

function pascal(name: string): string {
  return name
    .split('_')
    .map((part) => CAPITALS[part] ?? `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`)
    .join('')
}

const SENTENCES: Record<string, string> = {
  required: 'This is needed.',
  minLength: 'This is too short.',
  maxLength: 'This is too long.',
  maxItems: 'These are too many.',
  minimum: 'This is too small.',
  maximum: 'This is too large.',
  enum: 'This is none of the known values.',
  pattern: 'This has not the right form.',
  not: 'This is needed.',
  uniqueItems: 'Two of these are the same.',
}

function sentenceOf(rule: string): string {
  return SENTENCES[rule] ?? 'This has not the right form.'
}

/** Answers a failure of a use-case with what the document says of it. */
export function sendProblem<Failure extends { code: string }>(
  reply: FastifyReply,
  problems: Problems<Failure>,
  failure: Failure & { retryAfterSeconds?: number },
  details?: Details,
): FastifyReply {
  const { retryAfterSeconds } = failure
  const words = problems[failure.code as Failure['code']]
  if (retryAfterSeconds === undefined) return sendWords(reply, words, details)
  reply.header('retry-after', retryAfterSeconds)
  const body = { ...bodyOf(words, reply.request.id, details), retry_after: retryAfterSeconds }
  return reply.code(words.status).send(body)
}

export function sendWords(reply: FastifyReply, words: Words, details?: Details): FastifyReply {
  return reply.code(words.status).send(bodyOf(words, reply.request.id, details))
}

export function sendInvalidField(reply: FastifyReply, field: string, reason: string): FastifyReply {
  return sendWords(reply, invalidInput, { field, reason })
}

function bodyOf({ code, message }: Words, requestId: string, details: Details = {}): Record<string, unknown> {
  const timestamp = `${new Date().toISOString().slice(0, 19)}Z`
  return {
    code,
    message,
    details,
    error: { code, message, details },
    request_id: requestId,
    timestamp,
  }
}

/** For the OpenAPI document: the answers, and each failure by its code. */
export function responsesWith(
  answers: Record<number, TSchema>,
  problems: Record<string, Words> = {},
): Record<number, TSchema> {
  const coded = Object.entries(problems).map(([key, { status, code }]) => [key, { status, message: code }])
  return { ...answers, ...problemResponses(Object.fromEntries(coded), ErrorShape) }
}
