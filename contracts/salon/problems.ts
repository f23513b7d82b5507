import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { AppContext, Audience, GeneralProblem, RenderedProblem } from '../contract.ts'
import type { ProblemTable } from '../problem-table.ts'
import { languageFor } from './language.ts'

/** What a problem says: `message` in English, as the document has it, `dutch` for who asks for Dutch. */
export interface Words {
  status: number
  message: string
  dutch: string
  /** `details.code`: stable, for programs. */
  code: string
}

export type Problems<Failure extends { code: string }> = ProblemTable<Failure, Words>

/** Every error of this API has this shape. */
export const ErrorShape = Type.Object({
  error: Type.String({ description: 'For people: English, or Dutch where it is asked for.' }),
  details: Type.Object({
    code: Type.String({ description: 'Stable; for programs.' }),
    fields: Type.Optional(Type.Record(Type.String(), Type.String())),
    retry_after: Type.Optional(Type.Integer({ description: 'Seconds.' })),
  }),
})

export const invalidInput: Words = {
  status: 400,
  message: 'Invalid input',
  dutch: 'Ongeldige invoer',
  code: 'INVALID_INPUT',
}
export const tooManyRequests: Words = {
  status: 429,
  message: 'Too many requests',
  dutch: 'Te veel verzoeken',
  code: 'RATE_LIMITED',
}
const tokenInvalid: Words = {
  status: 401,
  message: 'Missing or invalid token',
  dutch: 'Token ontbreekt of is ongeldig',
  code: 'TOKEN_INVALID',
}
const busy = 'De server is even bezet; probeer het zo opnieuw'

export const general: Problems<GeneralProblem> = {
  invalid_input: invalidInput,
  not_json: invalidInput,
  unsupported_media_type: {
    status: 415,
    message: 'Send JSON',
    dutch: 'Stuur JSON',
    code: 'UNSUPPORTED_MEDIA_TYPE',
  },
  too_large: { status: 413, message: 'Body too large', dutch: 'Verzoek is te groot', code: 'TOO_LARGE' },
  not_found: { status: 404, message: 'Not found', dutch: 'Niet gevonden', code: 'NOT_FOUND' },
  method_not_allowed: { status: 404, message: 'Not found', dutch: 'Niet gevonden', code: 'NOT_FOUND' },
  cross_site: {
    status: 403,
    message: 'Insufficient permissions',
    dutch: 'Onvoldoende rechten',
    code: 'FORBIDDEN',
  },
  signed_out: tokenInvalid,
  token_not_valid: tokenInvalid,
  token_expired: tokenInvalid,
  account_gone: tokenInvalid,
  account_disabled: tokenInvalid,
  credential_malformed: tokenInvalid,
  credentials_wrong: tokenInvalid,
  scope_missing: tokenInvalid,
  forbidden: {
    status: 403,
    message: 'Insufficient permissions',
    dutch: 'Onvoldoende rechten',
    code: 'FORBIDDEN',
  },
  password_change_due: {
    status: 403,
    message: 'Password change required',
    dutch: 'Wijzig eerst uw wachtwoord',
    code: 'PASSWORD_CHANGE_REQUIRED',
  },
  too_many_requests: tooManyRequests,
  overloaded: { status: 503, message: 'Server busy', dutch: busy, code: 'BUSY' },
  unavailable: { status: 503, message: 'Server unavailable', dutch: busy, code: 'UNAVAILABLE' },
  internal: {
    status: 500,
    message: 'Unexpected server error',
    dutch: 'Onverwachte serverfout',
    code: 'INTERNAL',
  },
}

export function renderProblem(problem: GeneralProblem, audience: Audience): RenderedProblem {
  const words = general[problem.code]
  const fields = problem.code === 'invalid_input' ? problem.fields : undefined
  const retryAfter = 'retryAfterSeconds' in problem ? problem.retryAfterSeconds : undefined
  const language = languageFor(audience)
  return {
    status: words.status,
    contentType: 'application/json; charset=utf-8',
    language,
    body: bodyOf(words, language, { fields, retryAfter }),
  }
}

/** Answers a failure of a use-case with what the document says of it, in the caller's language. */
export function sendProblem<Failure extends { code: string }>(
  reply: FastifyReply,
  { realm }: AppContext,
  problems: Problems<Failure>,
  failure: Failure & { retryAfterSeconds?: number },
  fields?: Record<string, string>,
): FastifyReply {
  const words = problems[failure.code as Failure['code']]
  const retryAfter = failure.retryAfterSeconds
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  const acceptLanguage = reply.request.headers['accept-language']
  const language = languageFor({ requestId: '', acceptLanguage, language: realm.policy.language })
  return reply
    .code(words.status)
    .header('content-language', language)
    .send(bodyOf(words, language, { fields, retryAfter }))
}

function bodyOf(
  { message, dutch, code }: Words,
  language: 'en' | 'nl',
  { fields, retryAfter }: { fields: Record<string, string> | undefined; retryAfter: number | undefined },
): Record<string, unknown> {
  const details = {
    code,
    ...(fields && Object.keys(fields).length > 0 && { fields }),
    ...(retryAfter !== undefined && { retry_after: retryAfter }),
  }
  return { error: language === 'nl' ? dutch : message, details }
}
