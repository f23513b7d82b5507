import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { ProviderFailure } from '../../engine/authenticators/oauth/provider.ts'
import type { BeginFailure } from '../../engine/authenticators/oauth/state.ts'
import type { AppContext } from '../contract.ts'
import { type Problems, tooManyRequests, type Words } from './problems.ts'
import { toTempToken } from './temp-token.ts'

/** The document's spelling, and in paths and with us its small letters. */
export const providerNames = { google: 'Google', github: 'Github' } as const
export type Provider = keyof typeof providerNames
export const providers = Object.keys(providerNames) as Provider[]

/** Longer than any provider's codes are. */
const LENGTH_MAX = 4_096
export const BackFromProvider = Type.Object({
  code: Type.String({ minLength: 1, maxLength: LENGTH_MAX }),
  state: Type.String({ minLength: 1, maxLength: LENGTH_MAX }),
})

/** Where the provider sends the browser back to: a front end, which posts `code` and `state`. */
export function redirectUriOf({ app }: AppContext, provider: string): string {
  return app.providerReturnUrl.replace('{provider}', provider)
}

const invalidSettings: Words = {
  status: 400,
  code: 'oauth:invalid_auth_url',
  details: 'The provider is not set up here, or does not answer.',
}
const exchangeFailed: Words = {
  status: 400,
  code: 'oauth:token_exchange_failed',
  details: 'The provider refused the code, or cannot be asked about it.',
}
export const beginProblems: Problems<BeginFailure> = {
  provider_unknown: invalidSettings,
  too_many_requests: tooManyRequests,
  provider_unavailable: invalidSettings,
}
/** Of a code that came back, for whatever it is good. */
export const backProblems: Problems<
  { code: 'provider_unknown' } | { code: 'state_wrong' } | ProviderFailure | { code: 'email_not_proved' }
> = {
  provider_unknown: invalidSettings,
  state_wrong: {
    status: 400,
    code: 'oauth:invalid_state',
    details: 'The state is unknown, over, used, or was not made for this.',
  },
  provider_unavailable: exchangeFailed,
  provider_refused: exchangeFailed,
  provider_user_failed: {
    status: 400,
    code: 'oauth:user_info_fetch_failed',
    details: 'The provider did not say who it is.',
  },
  provider_user_not_readable: {
    status: 500,
    code: 'oauth:user_info_parse_failed',
    details: 'What the provider said cannot be read.',
  },
  email_not_proved: {
    status: 400,
    code: 'oauth:email_not_verified',
    details: 'The provider does not vouch for the address.',
  },
}
export const emailTaken: Words = {
  status: 409,
  code: 'oauth:email_already_exists',
  details: 'An account without this link has the address: sign in to it, and link.',
}
export const alreadyLinked: Words = {
  status: 409,
  code: 'oauth:account_already_linked',
  details: 'The identity is linked already, or the account has another of this provider.',
}

/** The first step is made, and the account has a second. */
export function askSecondStep(reply: FastifyReply, token: string): FastifyReply {
  return reply.code(202).send({ temp_token: toTempToken(token), totp_required: true })
}
