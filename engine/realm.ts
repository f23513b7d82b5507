import type { PublicCode } from './activity/public-code.ts'
import type { Language } from './mail/texts/language.ts'
import type { MailKind } from './mail/texts/texts.ts'

/** A directory of accounts with its own policy. Accounts of two realms never mix. */
export interface Realm {
  id: number
  name: string
  policy: RealmPolicy
}

/** The realm whose admins run the whole house. */
export const OPERATORS_REALM = 'main'

export interface RealmPolicy {
  /** How the place is called in mails and on pages. */
  title: string
  language: Language
  signUp: 'open' | 'invitation' | 'closed'
  passwordSignIn: boolean
  emailCodeSignIn: boolean
  /** Passkeys are ours alone: no document has them, and our own pages offer them in every realm. */
  passkeySignIn: boolean
  /** By which of the providers that are set up people may sign in. */
  providers: 'all' | readonly string[]
  /** Whether people may have a second factor: not where a document has no place to ask for it. */
  secondFactor: boolean
  password: PasswordPolicy
  usernameLengthMin: number
  usernameLengthMax: number
  /** `underscored`: also underscores inside, one at a time. `free`: whatever can be read and is no address. */
  usernameForm: 'plain' | 'underscored' | 'free'
  /** Names that nobody may have, in small letters. */
  reservedUsernames: string[]
  /** A session ends so long after sign-in, whatever happens. */
  sessionLifetimeSeconds: number
  /** A session that nobody used for so long is over before; null: it is not. */
  sessionIdleSeconds: number | null
  /** A token ends before its session where a refresh token brings the next one; null: with the session. */
  accessTokenLifetimeSeconds: number | null
  /** From each refresh on. */
  refreshTokenLifetimeSeconds: number
  /** A password that an admin's new account is mailed dies then. */
  temporaryPasswordLifetimeSeconds: number
  emailCode: { lifetimeSeconds: number; attemptsMax: number; sentMax: number; sentWindowSeconds: number }
  recovery: {
    lifetimeSeconds: number
    throttleSeconds: number
    sentPerHourMax: number
    sentPerDayMax: number
    pendingMax: number
    /** A new link ends those before it. */
    replacesEarlier: boolean
  }
  /** A code that proves the address of somebody who is signed in. */
  emailProof: {
    lifetimeSeconds: number
    attemptsMax: number
    throttleSeconds: number
    sentPerDayMax: number
  }
  confirmationLifetimeSeconds: number
  /** A new link that proves an address ends those before it. */
  confirmationReplacesEarlier: boolean
  emailChangeLifetimeSeconds: number
  /** Whether sign-up with a password mails a link that proves the address; some documents ask for it later. */
  mailsConfirmation: boolean
  /** Where a document says what a mail is called: the subjects of the English ones. */
  mailSubjects: Partial<Record<MailKind, string>>
  /** What each account hands out; a new one is made when the last has less time left than `renewBefore`. */
  invitation: { lifetimeSeconds: number; renewBeforeSeconds: number; usesMax: number }
  /** What a document with a public log tells everybody. */
  publishedActions: readonly PublicCode[]
  /** People show themselves to everybody: with a bio and a banner beside their name and picture. */
  hasProfiles: boolean
  /** The realm belongs to a place with a name, a contact and opening hours: set-up asks for them. */
  hasPlace: boolean
  /** The first admin, where a document gives one instead of a set-up: everybody knows its password. */
  defaultAdmin: DefaultAdmin | null
}

export interface DefaultAdmin {
  username: string
  /** Opens the account from this very machine alone, and only to be changed. */
  password: string
  name: string
  tier: number
}

export interface PasswordPolicy {
  /** In Unicode code points (NIST SP 800-63B-4 §3.1.1.2). */
  lengthMin: number
  lengthMax: number
  /** Refuses what attackers try first; the standard's blocklist. */
  refuseCommon: boolean
}

/** What a realm has where neither its contract nor the configuration says otherwise. */
export const defaultPolicy: RealmPolicy = {
  title: 'Latchkey',
  language: 'en',
  signUp: 'open',
  passwordSignIn: true,
  emailCodeSignIn: true,
  passkeySignIn: true,
  providers: 'all',
  secondFactor: true,
  password: { lengthMin: 8, lengthMax: 128, refuseCommon: true },
  usernameLengthMin: 3,
  usernameLengthMax: 30,
  usernameForm: 'plain',
  reservedUsernames: [],
  sessionLifetimeSeconds: 30 * 24 * 3600,
  sessionIdleSeconds: null,
  accessTokenLifetimeSeconds: null,
  refreshTokenLifetimeSeconds: 30 * 24 * 3600,
  temporaryPasswordLifetimeSeconds: 7 * 24 * 3600,
  emailCode: { lifetimeSeconds: 600, attemptsMax: 5, sentMax: 5, sentWindowSeconds: 900 },
  recovery: {
    lifetimeSeconds: 3600,
    throttleSeconds: 60,
    sentPerHourMax: 5,
    sentPerDayMax: 5,
    pendingMax: 5,
    replacesEarlier: false,
  },
  emailProof: { lifetimeSeconds: 300, attemptsMax: 5, throttleSeconds: 30, sentPerDayMax: 10 },
  confirmationLifetimeSeconds: 3 * 24 * 3600,
  confirmationReplacesEarlier: true,
  emailChangeLifetimeSeconds: 3 * 24 * 3600,
  mailsConfirmation: true,
  mailSubjects: {},
  invitation: { lifetimeSeconds: 15 * 24 * 3600, renewBeforeSeconds: 3 * 24 * 3600, usesMax: 100 },
  publishedActions: ['user:create', 'user:edit'],
  hasProfiles: false,
  hasPlace: false,
  defaultAdmin: null,
}
