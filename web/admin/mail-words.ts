import type { Mail } from '../../client/index.ts'
import type { TextKey } from '../texts/language.ts'

const KINDS: Record<string, TextKey> = {
  confirm_email: 'admin.mail.confirmEmail',
  finish_registration: 'admin.mail.finishRegistration',
  already_registered: 'admin.mail.alreadyRegistered',
  sign_in_code: 'admin.mail.signInCode',
  email_proof_code: 'admin.mail.emailProofCode',
  recovery_link: 'admin.mail.recovery',
  recovery_code: 'admin.mail.recovery',
  password_changed: 'admin.mail.passwordChanged',
  password_ended: 'admin.mail.passwordEnded',
  confirm_email_change: 'admin.mail.confirmEmailChange',
  email_change_asked: 'admin.mail.emailChangeAsked',
  email_changed: 'admin.mail.emailChanged',
  welcome: 'admin.mail.welcome',
  sign_in_ended: 'admin.mail.signInEnded',
}

/** What a mail is about; one that is new to these pages is a notice. */
export function kindWords(kind: string): TextKey {
  return KINDS[kind] ?? 'admin.mail.other'
}

export function mailStateWords(state: Mail['state']): TextKey {
  if (state === 'waiting') return 'admin.mail.waiting'
  if (state === 'failed') return 'admin.mail.failed'
  return state === 'captured' ? 'admin.mail.captured' : 'admin.mail.sent'
}

/** From what mail servers, and the library that speaks to them, say: RFC 5321 replies, and errors of the net. */
const ERRORS: [said: RegExp, words: TextKey][] = [
  [/ENOTFOUND|EAI_AGAIN|EDNS|getaddrinfo/i, 'admin.mailError.noSuchServer'],
  [/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/i, 'admin.mailError.unreachable'],
  [
    /ETIMEDOUT|timeout|timed out|ECONNRESET|socket (?:hang|close)|closed unexpectedly/i,
    'admin.mailError.silent',
  ],
  [/EAUTH|invalid login|authentication|\b535\b|\b530\b/i, 'admin.mailError.login'],
  [/certificate|self[- ]signed|TLS|SSL/i, 'admin.mailError.certificate'],
  [/\b5\d\d\b/, 'admin.mailError.refused'],
  [/\b4\d\d\b/, 'admin.mailError.later'],
]

/** Why a mail was not taken, for somebody who does not know the codes. */
export function mailErrorWords(said: string): TextKey {
  return ERRORS.find(([pattern]) => pattern.test(said))?.[1] ?? 'admin.mailError.other'
}

/** A mail's text as what stands in it: words, links, and what is to be typed somewhere. */
export type Piece = { kind: 'words' | 'link' | 'code'; text: string }

/** A paragraph that is one word of letters and digits is a code or a temporary password. */
const CODE = /^(?=.*\d)[\w-]{4,40}$/
const LINK = /(https?:\/\/\S+)/

export function paragraphsOf(text: string): Piece[][] {
  const paragraphs = text.trim().split(/\n{2,}/)
  return paragraphs.map((paragraph) => {
    if (CODE.test(paragraph)) return [{ kind: 'code', text: paragraph }]
    const pieces = paragraph.split(LINK).filter((piece) => piece !== '')
    return pieces.map((piece) => ({ kind: LINK.test(piece) ? 'link' : 'words', text: piece }))
  })
}
