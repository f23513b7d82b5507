import type { FastifyReply } from 'fastify'
import { type TSchema, Type } from 'typebox'
import type { Audience, GeneralProblem, RenderedProblem } from '../contract.ts'
import type { ProblemTable } from '../problem-table.ts'

/** `message` is the problem's title: a plain sentence. */
export interface Words {
  status: number
  message: string
}

export type Problems<Failure extends { code: string }> = ProblemTable<Failure, Words>

/** RFC 9457, with a stable `code` for programs. */
export const ProblemShape = Type.Object({
  type: Type.Literal('about:blank'),
  title: Type.String({ description: 'A plain sentence.' }),
  status: Type.Integer(),
  code: Type.String({ description: 'Stable; for programs.' }),
  requestId: Type.String(),
  fields: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'Field name to code.' })),
  retryAfterSeconds: Type.Optional(Type.Integer()),
  lengthMin: Type.Optional(Type.Integer()),
  lengthMax: Type.Optional(Type.Integer()),
})

const CONTENT_TYPE = 'application/problem+json; charset=utf-8'

const general: Problems<GeneralProblem> = {
  invalid_input: { status: 400, message: 'Something in the request is missing or has the wrong form.' },
  not_json: { status: 400, message: 'The request is not JSON.' },
  unsupported_media_type: { status: 415, message: 'Send JSON, with content type application/json.' },
  too_large: { status: 413, message: 'The request is too large.' },
  not_found: { status: 404, message: 'There is nothing here.' },
  method_not_allowed: { status: 405, message: 'This address has other methods.' },
  cross_site: { status: 403, message: 'This request came from another site and was refused.' },
  signed_out: { status: 401, message: 'Sign in first.' },
  token_not_valid: { status: 401, message: 'You were signed out. Sign in again.' },
  token_expired: { status: 401, message: 'You were signed out. Sign in again.' },
  account_gone: { status: 401, message: 'This account was deleted.' },
  account_disabled: { status: 401, message: 'This account is disabled.' },
  credential_malformed: { status: 401, message: 'Sign in first.' },
  credentials_wrong: { status: 401, message: 'Sign in first.' },
  scope_missing: { status: 403, message: 'This API token may not do that.' },
  forbidden: { status: 403, message: 'This is for administrators.' },
  password_change_due: { status: 403, message: 'Change your temporary password first.' },
  too_many_requests: { status: 429, message: 'Too many tries. Wait a little, then try again.' },
  overloaded: { status: 503, message: 'The server is busy. Try again in a few seconds.' },
  unavailable: {
    status: 503,
    message: 'The server cannot reach its database. Nothing was changed; try again shortly.',
  },
  internal: { status: 500, message: 'Something went wrong on the server. The request id helps to find it.' },
}

export const tooManyRequests = general.too_many_requests

/** Every token problem is one code for clients: they sign in again. */
const CODES: Partial<Record<GeneralProblem['code'], string>> = {
  token_not_valid: 'signed_out',
  token_expired: 'signed_out',
  account_gone: 'signed_out',
  account_disabled: 'signed_out',
  credential_malformed: 'signed_out',
  credentials_wrong: 'signed_out',
}

export function renderProblem({ code, ...facts }: GeneralProblem, { requestId }: Audience): RenderedProblem {
  const { status, message } = general[code]
  const {
    source: _source,
    bytesMax: _bytesMax,
    text: _text,
    violations: _violations,
    ...extra
  } = facts as Record<string, unknown>
  const body = { type: 'about:blank', title: message, status, code: CODES[code] ?? code, requestId, ...extra }
  return { status, contentType: CONTENT_TYPE, body }
}

export function sendProblem<Failure extends { code: string }>(
  reply: FastifyReply,
  problems: Problems<Failure>,
  failure: Failure & { retryAfterSeconds?: number },
): FastifyReply {
  const { status, message } = problems[failure.code as Failure['code']]
  if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds)
  return reply
    .code(status)
    .type(CONTENT_TYPE)
    .send({ type: 'about:blank', title: message, status, requestId: reply.request.id, ...failure })
}

/** What any route may answer, whatever it does. */
const {
  not_found,
  signed_out,
  token_not_valid,
  token_expired,
  account_gone,
  account_disabled,
  credential_malformed,
  credentials_wrong,
  scope_missing,
  method_not_allowed,
  forbidden: forAdministrators,
  password_change_due,
  ...everywhere
} = general

export const signedOut = { signed_out }
export const forbidden = { forbidden: forAdministrators }

/** The answers of a route: its own failures, and those that every route may have. */
export function responsesWith(
  answers: Record<number, TSchema>,
  problems: Record<string, Words> = {},
): Record<number, TSchema> {
  return { ...problemResponses({ ...everywhere, ...problems }), ...answers }
}

/** For each status the codes that it may come with, so that the document and its clients know them all. */
function problemResponses(problems: Record<string, Words>): Record<number, TSchema> {
  const byStatus = Object.groupBy(Object.entries(problems), ([, { status }]) => status)
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, entries = []]) => {
      const codes = entries.map(([code]) => code)
      const description = [...new Set(entries.map(([, { message }]) => message))].join(' / ')
      const properties = { ...ProblemShape.properties, code: Type.Enum(codes) }
      return [status, Type.Object(properties, { description, additionalProperties: true })]
    }),
  )
}

export const newPasswordProblems = {
  password_too_short: { status: 422, message: 'The password is too short.' },
  password_too_long: { status: 422, message: 'The password is too long.' },
  password_common: {
    status: 422,
    message: 'The password is one of those that are tried first. Take another.',
  },
}

export const emailNotValid = { status: 422, message: 'This is not an e-mail address.' }
export const methodOff = { status: 403, message: 'This way of signing in is switched off.' }
export const signUpClosed = { status: 403, message: 'New accounts are made by invitation here.' }
export const invitationProblems = {
  invitation_not_valid: { status: 403, message: 'This invitation is not right. Ask for the link again.' },
  invitation_expired: { status: 403, message: 'This invitation has ended. Ask for a new one.' },
  inviter_disabled: { status: 403, message: 'Whoever sent this invitation may not invite any more.' },
}
export const usernameNotValid = {
  status: 422,
  message: 'A username has letters and digits, 3 to 30 of them.',
}
export const usernameTaken = { status: 409, message: 'This username is taken.' }
export const emailTaken = { status: 409, message: 'This address belongs to an account.' }
export const linkDead = { status: 410, message: 'This link was used, has expired, or is not complete.' }
export const passwordWrong = { status: 403, message: 'The current password is not correct.' }
export const signInAgain = {
  status: 403,
  message: 'Sign in again first: this needs a sign-in a few minutes old at most.',
}
