/**
 * Every code our own API answers a problem with (contracts/latchkey/README.md), and one
 * more that only a client can know: `unreachable`, no answer came at all.
 */
export const PROBLEM_CODES = [
  'invalid_input',
  'not_json',
  'unsupported_media_type',
  'too_large',
  'cross_site',
  'too_many_requests',
  'overloaded',
  'unavailable',
  'internal',
  'signed_out',
  'password_change_due',
  'setup_done',
  'setup_code_wrong',
  'email_not_valid',
  'password_too_short',
  'password_too_long',
  'password_common',
  'sign_up_closed',
  'email_taken',
  'username_taken',
  'username_not_valid',
  'credentials_wrong',
  'account_disabled',
  'sign_in_first',
  'method_off',
  'code_wrong',
  'link_dead',
  'password_wrong',
  'sign_in_again',
  'password_same',
  'email_same',
  'not_found',
  'email_proved',
  'forbidden',
  'last_admin',
  'scope_missing',
  'invitation_not_valid',
  'invitation_expired',
  'inviter_disabled',
  'scope_not_allowed',
  'too_many_tokens',
  'opening_hours_not_valid',
  'default_password',
  'totp_on',
  'totp_off',
  'second_step_over',
  'passkeys_need_https',
  'passkey_challenge_over',
  'passkey_not_valid',
  'passkey_known',
  'passkey_copied',
  'too_many_passkeys',
  'last_way_in',
  'provider_unknown',
  'provider_unavailable',
  'provider_refused',
  'provider_state_over',
  'provider_email_not_proved',
  'provider_email_taken',
  'sign_up_over',
  'identity_taken',
  'not_linked',
  'pictures_busy',
  'picture_too_large',
  'picture_too_slow',
  'picture_not_supported',
  'picture_broken',
  'no_picture',
  'unreachable',
] as const

export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** RFC 9457 problem details, as our own API sends them. */
export type Problem = {
  code: ProblemCode
  title: string
  /** The HTTP status; 0 when no answer came. */
  status: number
  /** What the server's log knows this request by. */
  requestId?: string
  /** For `invalid_input`: a field's name to a code. */
  fields?: Record<string, string>
  retryAfterSeconds?: number
  lengthMin?: number
  lengthMax?: number
  /** For `opening_hours_not_valid`: which entry, what of it, and what is wrong with that. */
  index?: number
  field?: string
  reason?: string
}

export type Outcome<Value> = { ok: true; value: Value } | { ok: false; problem: Problem }

/** Something between us and the server can answer too, and it does not speak our problems. */
export function problemFrom(body: unknown, response: Response): Problem {
  const said =
    typeof body === 'object' && body !== null ? (body as Partial<Record<keyof Problem, unknown>>) : {}
  const requestId = text(said.requestId) ?? response.headers.get('x-request-id') ?? undefined
  const retryAfterSeconds =
    whole(said.retryAfterSeconds) ?? whole(Number(response.headers.get('retry-after') ?? NaN))
  return {
    code: isProblemCode(said.code) ? said.code : codeForStatus(response.status),
    title: text(said.title) ?? response.statusText,
    status: response.status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(isFields(said.fields) ? { fields: said.fields } : {}),
    ...(whole(said.lengthMin) === undefined ? {} : { lengthMin: whole(said.lengthMin) }),
    ...(whole(said.lengthMax) === undefined ? {} : { lengthMax: whole(said.lengthMax) }),
    ...(whole(said.index) === undefined ? {} : { index: whole(said.index) }),
    ...(text(said.field) === undefined ? {} : { field: text(said.field) }),
    ...(text(said.reason) === undefined ? {} : { reason: text(said.reason) }),
  }
}

export function problemUnreachable(): Problem {
  return { code: 'unreachable', title: 'The server did not answer.', status: 0 }
}

function isProblemCode(code: unknown): code is ProblemCode {
  return PROBLEM_CODES.some((known) => known === code)
}

function codeForStatus(status: number): ProblemCode {
  if (status === 429) return 'too_many_requests'
  if (status === 401) return 'signed_out'
  if (status === 404) return 'not_found'
  if (status === 502 || status === 503 || status === 504) return 'unavailable'
  return status < 500 ? 'invalid_input' : 'internal'
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}

function isFields(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((v) => typeof v === 'string')
  )
}
