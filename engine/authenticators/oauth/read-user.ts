import { parseEmailAddress } from '../../accounts/email-address.ts'
import type { OidcSettings, ProviderUser } from './provider.ts'

/** OIDC Core §2: a subject has at most 255 characters. */
const SUBJECT_LENGTH_MAX = 255
const NAME_LENGTH_MAX = 100
const PICTURE_LENGTH_MAX = 2_000

/** Who the claims are about (OIDC Core §5.1). @returns nothing without a subject. */
export function readUser(
  { areEmailsVerified }: Pick<OidcSettings, 'areEmailsVerified'>,
  claims: Record<string, unknown>,
): ProviderUser | null {
  const subject = readSubject(claims.sub)
  if (subject === null) return null
  const email = readEmail(claims.email)
  // Some write it as text. Whatever else stands there is no promise.
  const isPromised = claims.email_verified === true || claims.email_verified === 'true'
  const isVouchedFor = claims.email_verified === undefined && areEmailsVerified
  return {
    subject,
    email,
    isEmailVerified: email !== null && (isPromised || isVouchedFor),
    name: readName(claims.name),
    username: readName(claims.preferred_username),
    picture: readPicture(claims.picture),
  }
}

export function readSubject(value: unknown): string | null {
  const isSubject = typeof value === 'string' && value.length > 0 && value.length <= SUBJECT_LENGTH_MAX
  return isSubject && !value.includes('\0') ? value : null
}

export function readEmail(value: unknown): string | null {
  return typeof value === 'string' ? (parseEmailAddress(value.trim())?.address ?? null) : null
}

/** Without control characters, and cut where it goes on for ever. */
export function readName(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const name = value.replaceAll(/\p{Cc}/gu, ' ').trim()
  return [...name].slice(0, NAME_LENGTH_MAX).join('') || null
}

export function readPicture(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > PICTURE_LENGTH_MAX) return null
  return /^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : null
}
