import type { RealmPolicy } from '../realm.ts'

/** The key that decides who is who: two spellings of one name are one name. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFKC')
}

/** ASCII letters and digits: no name can look like another's, like an address, or like a route. */
export function isUsername(text: string, lengthMin: number, lengthMax: number): boolean {
  return text.length >= lengthMin && text.length <= lengthMax && /^[a-z0-9]+$/i.test(text)
}

const UNDERSCORED = /^[a-z0-9]+(?:_[a-z0-9]+)*$/i

/** No `@`, no blank at either end, nothing that is not seen, and none of the signs by which names are put into pages. */
const FREE = /^(?!\s)[^@<>\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+(?<!\s)$/u

export type UsernamePolicy = Pick<
  RealmPolicy,
  'usernameLengthMin' | 'usernameLengthMax' | 'usernameForm' | 'reservedUsernames'
>

/** Whether somebody of the realm may be called so. */
export function isUsernameAllowed(policy: UsernamePolicy, text: string): boolean {
  const { usernameLengthMin, usernameLengthMax, usernameForm, reservedUsernames } = policy
  if (reservedUsernames.includes(text.toLowerCase())) return false
  if (usernameForm === 'free') {
    const length = [...text].length
    // After normalising, since a full-width at sign would otherwise be one.
    const isReadable = FREE.test(text) && FREE.test(usernameKey(text))
    return length >= usernameLengthMin && length <= usernameLengthMax && isReadable
  }
  if (usernameForm === 'plain') return isUsername(text, usernameLengthMin, usernameLengthMax)
  return text.length >= usernameLengthMin && text.length <= usernameLengthMax && UNDERSCORED.test(text)
}
