import type { FastifyReply } from 'fastify'
import type { NewPasswordFailure } from '../../engine/authenticators/password/check-new-password.ts'
import { type Problems, sendProblem, sendWords, validationError } from './problems.ts'

/** The document's own reckoning, in bits. A realm may ask for more. */
export const ENTROPY_BITS_MIN = 50
const LENGTH_MIN = 8
const BYTES_MAX = 72

/** Refused whatever the reckoning says. */
const COMMON = new Set(
  `111111 123123 123456 1234567 12345678 654321 abc123 admin ashley bailey baseball dragon football iloveyou letmein
  login master michael monkey passw0rd password password1 password123 qazwsx qwerty shadow sunshine superman trustno1
  welcome`.split(/\s+/),
)

export interface Reckoning {
  entropy: number
  /** Of how many characters each could be one, by the kinds that it has. */
  pool: number
  bytes: number
}

/** As many bytes as it has, each one of as many as its kinds of characters allow. */
export function reckon(password: string): Reckoning {
  const kinds: [RegExp, number][] = [
    [/\p{Ll}/u, 26],
    [/\p{Lu}/u, 26],
    [/\p{Nd}/u, 10],
    [/[^\p{Ll}\p{Lu}\p{Nd}]/u, 32],
  ]
  const pool = kinds.reduce((sum, [kind, size]) => sum + (kind.test(password) ? size : 0), 0)
  const bytes = Buffer.byteLength(password)
  return { entropy: pool === 0 ? 0 : bytes * Math.log2(pool), pool, bytes }
}

function isCommon(password: string): boolean {
  const lower = password.toLowerCase()
  return COMMON.has(lower) || COMMON.has(lower.replaceAll(/[^a-z0-9]/g, ''))
}

/** Refuses a new password that breaks the document's rules. @returns nothing for one that breaks none. */
export function refuseWeak(
  reply: FastifyReply,
  password: string,
  field: 'Password' | 'NewPassword',
): FastifyReply | undefined {
  if (Buffer.byteLength(password) > BYTES_MAX) return sendWords(reply, validationError)
  const reason =
    [...password].length < LENGTH_MIN
      ? `It has fewer than ${LENGTH_MIN} characters.`
      : isCommon(password)
        ? 'It is among the first that are guessed.'
        : reckon(password).entropy < ENTROPY_BITS_MIN
          ? 'It is too easy to guess: make it longer, or mix more kinds of characters.'
          : undefined
  return reason === undefined ? undefined : sendWords(reply, validationError, { [field]: reason })
}

/** What a realm may say of a new password beyond that. */
export const newPassword: Problems<NewPasswordFailure> = {
  password_too_short: validationError,
  password_too_long: validationError,
  password_common: validationError,
}

const REASONS: Record<NewPasswordFailure['code'], string> = {
  password_too_short: 'It is too short.',
  password_too_long: 'It is too long.',
  password_common: 'It is among the first that are guessed.',
}

/** Answers a failure of a use-case that sets a password: one of the password itself with its reason. */
export function sendPasswordProblem<Failure extends { code: string }>(
  reply: FastifyReply,
  problems: Problems<Failure>,
  failure: Failure & { retryAfterSeconds?: number },
  field: 'Password' | 'NewPassword',
): FastifyReply {
  const { code } = failure
  const isOfPassword = Object.hasOwn(REASONS, code)
  const reason = isOfPassword ? REASONS[code as NewPasswordFailure['code']] : undefined
  return sendProblem(reply, problems, failure, reason === undefined ? undefined : { [field]: reason })
}
