import { useTranslation } from 'react-i18next'
import type { Problem, ProblemCode } from '../../client/index.ts'
import type { TextKey } from './language.ts'
import { waitingTime } from './time-words.ts'

/** A code without words does not compile. */
const PROBLEM_WORDS = {
  invalid_input: 'problem.invalidInput',
  not_json: 'problem.invalidInput',
  unsupported_media_type: 'problem.invalidInput',
  too_large: 'problem.tooLarge',
  cross_site: 'problem.crossSite',
  too_many_requests: 'problem.tooManyRequests',
  overloaded: 'problem.overloaded',
  unavailable: 'problem.unavailable',
  internal: 'problem.internal',
  unreachable: 'problem.unreachable',
  signed_out: 'problem.signedOut',
  password_change_due: 'problem.passwordChangeDue',
  setup_done: 'problem.setupDone',
  setup_code_wrong: 'problem.setupCodeWrong',
  email_not_valid: 'problem.emailNotValid',
  password_too_short: 'problem.passwordTooShort',
  password_too_long: 'problem.passwordTooLong',
  password_common: 'problem.passwordCommon',
  password_same: 'problem.passwordSame',
  sign_up_closed: 'problem.signUpClosed',
  email_taken: 'problem.emailTaken',
  email_same: 'problem.emailSame',
  email_proved: 'problem.emailProved',
  username_taken: 'problem.usernameTaken',
  username_not_valid: 'problem.usernameNotValid',
  credentials_wrong: 'problem.credentialsWrong',
  account_disabled: 'problem.accountDisabled',
  sign_in_first: 'problem.signInFirst',
  code_wrong: 'problem.codeWrong',
  method_off: 'problem.methodOff',
  link_dead: 'problem.linkDead',
  password_wrong: 'problem.passwordWrong',
  sign_in_again: 'problem.signInAgain',
  not_found: 'problem.notFound',
  forbidden: 'problem.forbidden',
  last_admin: 'problem.lastAdmin',
  scope_missing: 'problem.scopeMissing',
  invitation_not_valid: 'problem.invitationNotValid',
  invitation_expired: 'problem.invitationExpired',
  inviter_disabled: 'problem.inviterDisabled',
  scope_not_allowed: 'problem.scopeNotAllowed',
  too_many_tokens: 'problem.tooManyTokens',
  opening_hours_not_valid: 'problem.openingHoursNotValid',
  default_password: 'problem.defaultPassword',
  totp_on: 'problem.totpOn',
  totp_off: 'problem.totpOff',
  second_step_over: 'problem.secondStepOver',
  passkeys_need_https: 'problem.passkeysNeedHttps',
  passkey_challenge_over: 'problem.passkeyChallengeOver',
  passkey_not_valid: 'problem.passkeyNotValid',
  passkey_known: 'problem.passkeyKnown',
  passkey_copied: 'problem.passkeyCopied',
  too_many_passkeys: 'problem.tooManyPasskeys',
  pictures_busy: 'problem.picturesBusy',
  picture_too_large: 'problem.pictureTooLarge',
  picture_too_slow: 'problem.pictureTooSlow',
  picture_not_supported: 'problem.pictureNotSupported',
  picture_broken: 'problem.pictureBroken',
  no_picture: 'problem.noPicture',
  last_way_in: 'problem.lastWayIn',
  provider_unknown: 'problem.providerUnknown',
  provider_unavailable: 'problem.providerUnavailable',
  provider_refused: 'problem.providerRefused',
  provider_state_over: 'problem.providerStateOver',
  provider_email_not_proved: 'problem.providerEmailNotProved',
  provider_email_taken: 'problem.providerEmailTaken',
  sign_up_over: 'problem.signUpOver',
  identity_taken: 'problem.identityTaken',
  not_linked: 'problem.notLinked',
} as const satisfies Record<ProblemCode, TextKey>

/** Where a server gives no time to wait, a minute is long enough for its limits. */
const WAIT_SECONDS_DEFAULT = 60

export function useProblemWords(): (problem: Problem) => string {
  const { t, i18n } = useTranslation()
  return ({ code, lengthMin, lengthMax, retryAfterSeconds = WAIT_SECONDS_DEFAULT }) =>
    t(PROBLEM_WORDS[code], {
      lengthMin: lengthMin ?? 8,
      lengthMax: lengthMax ?? 256,
      wait: waitingTime(retryAfterSeconds, i18n.language),
    })
}
