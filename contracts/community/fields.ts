import { Type } from 'typebox'
import { type EmailAddress, parseEmailAddress } from '../../engine/accounts/email-address.ts'
import type { RealmPolicy } from '../../engine/realm.ts'

/** Lengths count code points. */
export const Email = Type.String({ description: 'Trimmed; at most 254 characters; its case does not count.' })
/** One that is compared, not chosen: whatever was sent. */
export const GivenPassword = Type.String()
export const MailedToken = Type.String({ minLength: 1, description: 'Of the mailed link.' })

export function NewPassword({ password: { lengthMin, lengthMax } }: RealmPolicy) {
  return Type.String({ minLength: lengthMin, maxLength: lengthMax })
}

/** Reserved names are the realm's to refuse. */
export function Handle({ usernameLengthMin, usernameLengthMax }: RealmPolicy) {
  return Type.String({
    minLength: usernameLengthMin,
    maxLength: usernameLengthMax,
    pattern: '^[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*$',
    description: 'Letters and digits, underscores inside, one at a time; its case does not count.',
  })
}

/** Something in it that is no blank. */
export const NOT_BLANK = '\\S'
/**
 * No `<` or `>`; no control, format, private-use or unassigned half characters, no line separators, no emoji and the
 * like; and no more than two combining marks in a row.
 */
const SHOWN = '^(?!.*\\p{M}{3})(?=.*[^\\s])[^<>\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\p{So}]*$'

export const DISPLAY_NAME = {
  minLength: 1,
  maxLength: 50,
  pattern: SHOWN,
  description: 'Not blank; no `<`, `>`, control characters or emoji.',
} as const
export const DisplayName = Type.String(DISPLAY_NAME)

/** @returns nothing for a text that is no address. */
export function readEmail(text: string): EmailAddress | undefined {
  return parseEmailAddress(text.trim())
}

/** What a provider calls somebody, made to fit; nothing where too little is left. */
export function asDisplayName(text: string | null): string | null {
  const plain = (text ?? '').replaceAll(/[<>\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{So}]/gu, ' ')
  const name = [
    ...plain
      .replaceAll(/(\p{M}{2})\p{M}+/gu, '$1')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  ]
  return name.slice(0, DISPLAY_NAME.maxLength).join('').trim() || null
}
