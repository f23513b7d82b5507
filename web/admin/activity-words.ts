import type { LoggedAction } from '../../client/index.ts'
import type { TextKey } from '../texts/language.ts'
import type { Translate } from '../texts/use-texts.ts'

export type Action = LoggedAction['action']

/** An action without words does not compile. In groups, as the filter lists them. */
const WORDS = {
  'sign_in.succeeded': 'activity.signedIn',
  'sign_in.failed': 'activity.signInFailed',
  'sign_in.refused': 'activity.signInRefused',
  'sign_in.code_sent': 'activity.signInCodeSent',
  'session.ended': 'activity.sessionEnded',
  'account.created': 'activity.accountCreated',
  'account.changed': 'activity.accountChanged',
  'account.role_changed': 'activity.roleChanged',
  'account.disabled': 'activity.accountDisabled',
  'account.enabled': 'activity.accountEnabled',
  'account.closed': 'activity.accountClosed',
  'account.deleted': 'activity.accountDeleted',
  'password.changed': 'activity.passwordChanged',
  'password.ended': 'activity.passwordEnded',
  'recovery.asked': 'activity.recoveryAsked',
  'recovery.completed': 'activity.recoveryCompleted',
  'email.confirmed': 'activity.emailConfirmed',
  'email.refused': 'activity.emailRefused',
  'email.code_sent': 'activity.emailCodeSent',
  'email.code_wrong': 'activity.emailCodeWrong',
  'email.change_asked': 'activity.emailChangeAsked',
  'email.changed': 'activity.emailChanged',
  'totp.enabled': 'activity.totpEnabled',
  'totp.disabled': 'activity.totpDisabled',
  'recovery_codes.renewed': 'activity.recoveryCodesRenewed',
  'passkey.added': 'activity.passkeyAdded',
  'passkey.renamed': 'activity.passkeyRenamed',
  'passkey.removed': 'activity.passkeyRemoved',
  'oauth.linked': 'activity.oauthLinked',
  'oauth.unlinked': 'activity.oauthUnlinked',
  'api_token.created': 'activity.tokenCreated',
  'api_token.revoked': 'activity.tokenRevoked',
  'invitation.created': 'activity.invitationCreated',
  'device.moved': 'activity.deviceMoved',
  'picture.not_kept': 'activity.pictureNotKept',
  'realm.set_up': 'activity.realmSetUp',
  'place.changed': 'activity.placeChanged',
  'mail.read': 'activity.mailRead',
  'mail.retried': 'activity.mailRetried',
} as const satisfies Record<Action, TextKey>

export const ACTIONS = Object.keys(WORDS) as Action[]

export function actionWords(action: Action): TextKey {
  return WORDS[action]
}

/** How somebody signed in, or tried to. */
const METHODS: Record<string, TextKey> = {
  password: 'method.password',
  email_code: 'method.emailCode',
  passkey: 'method.passkey',
  setup: 'method.setup',
  set_up: 'method.setup',
  link: 'method.link',
}

export function methodWords({ detail: { method } }: LoggedAction, t: Translate): string | null {
  if (typeof method !== 'string') return null
  return t(METHODS[method] ?? 'method.other')
}

/** What an entry of failure looks like from afar. */
export function isTrouble({ action }: LoggedAction): boolean {
  return action === 'sign_in.failed' || action === 'sign_in.refused' || action === 'email.code_wrong'
}
