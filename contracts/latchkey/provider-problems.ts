import { Type } from 'typebox'
import { type Problems, tooManyRequests } from './problems.ts'

export const ProviderParams = Type.Object({
  provider: Type.String({ maxLength: 40, description: 'Its name, as `GET /start` has it.' }),
})
export const GoThere = Type.Object({ url: Type.String({ description: 'Send the browser there.' }) })
/** Longer than any provider's codes are. */
const Brought = Type.String({ minLength: 1, maxLength: 4_096 })
export const BackRequest = Type.Object(
  {
    code: Brought,
    state: Brought,
    issuer: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1_000, description: '`iss`, if it came too (RFC 9207).' }),
    ),
  },
  { additionalProperties: false, description: 'What the provider put into the address.' },
)

const unavailable = {
  status: 502,
  message: 'The provider does not answer just now. Try again, or another way.',
}
export const beginProblems = {
  provider_unknown: { status: 404, message: 'There is no such provider here.' },
  too_many_requests: tooManyRequests,
  provider_unavailable: unavailable,
}
const notBelieved = { status: 502, message: 'The provider said nothing that could be used. Begin again.' }
export const backProblems: Problems<{
  code:
    | 'provider_unknown'
    | 'provider_state_over'
    | 'provider_unavailable'
    | 'provider_refused'
    | 'provider_email_not_proved'
}> = {
  provider_unknown: beginProblems.provider_unknown,
  provider_state_over: {
    status: 410,
    message: 'That took too long, was used, or was begun in another browser. Begin again.',
  },
  provider_unavailable: unavailable,
  provider_refused: notBelieved,
  provider_email_not_proved: {
    status: 403,
    message: 'The provider does not say that your address is yours. Confirm it there, or sign up here.',
  },
}

/** Of two failures that one can do the same about, our page tells one; and it calls them by what they are about. */
const PLAIN = {
  state_wrong: 'provider_state_over',
  provider_user_failed: 'provider_unavailable',
  provider_user_not_readable: 'provider_refused',
  email_not_proved: 'provider_email_not_proved',
  email_taken: 'provider_email_taken',
  sign_up_not_yours: 'sign_up_over',
} as const

type PlainCode<Code extends string> = Code extends keyof typeof PLAIN ? (typeof PLAIN)[Code] : Code

export function plainly<Failure extends { code: string }>(
  failure: Failure,
): Omit<Failure, 'code'> & { code: PlainCode<Failure['code']> } {
  const code = Object.hasOwn(PLAIN, failure.code) ? PLAIN[failure.code as keyof typeof PLAIN] : failure.code
  return { ...failure, code: code as PlainCode<Failure['code']> }
}
