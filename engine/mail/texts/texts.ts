import { de } from './de.ts'
import { en } from './en.ts'
import type { Language } from './language.ts'
import { nl } from './nl.ts'

/** What each kind of mail is told. Whatever comes from people is escaped when it becomes HTML. */
export interface MailFacts {
  /** `isOurPage`: there one can also say that it was somebody else. */
  confirm_email: { place: string; who: string; link: string; minutes: number; isOurPage: boolean }
  finish_registration: { place: string; link: string; days: number }
  already_registered: { place: string; signInLink: string; recoveryLink: string }
  sign_in_code: { place: string; code: string; minutes: number }
  email_proof_code: { place: string; code: string; minutes: number }
  /** `subject` where a document says what it is. */
  /** `token`: by itself too, where an app asks people to type it. */
  recovery_link: {
    place: string
    link: string
    minutes: number
    subject?: string | undefined
    token?: string | undefined
  }
  /** `passkeys` that open the account as before. */
  password_changed: { place: string; recoveryLink: string; passkeys: number; accountLink: string }
  password_ended: { place: string; recoveryLink: string }
  confirm_email_change: { place: string; link: string; minutes: number }
  email_change_asked: { place: string; newEmail: string; recoveryLink: string }
  email_changed: { place: string; newEmail: string }
  welcome: { place: string; name: string; password: string; signInLink: string; days: number }
  totp_enabled: { place: string; recoveryLink: string }
  totp_disabled: { place: string; recoveryLink: string }
  passkey_added: { place: string; name: string; accountLink: string; recoveryLink: string }
  passkey_removed: { place: string; name: string; accountLink: string; recoveryLink: string }
  /** `provider` as it is called on pages. */
  provider_linked: { place: string; provider: string; recoveryLink: string }
  provider_unlinked: { place: string; provider: string; recoveryLink: string }
  sign_in_ended: { place: string; recoveryLink: string }
  /** What is to be done today, and birthdays from today on. */
  reminders: {
    place: string
    reminders: { date: string; who: string; message: string }[]
    birthdays: { name: string; daysUntil: number }[]
  }
}

export type MailKind = keyof MailFacts

/** A mail before it is laid out: paragraphs, and what is to be clicked or typed. */
export interface MailText {
  subject: string
  paragraphs: string[]
  action?: { label: string; link: string }
  code?: string
  footnote?: string
}

export type MailTexts = { [Kind in MailKind]: (facts: MailFacts[Kind]) => MailText }

export const mailTexts: Record<Language, MailTexts> = { en, de, nl }
