import type { Account } from '../../client/index.ts'

export type Person = Pick<Account, 'uid' | 'name' | 'username' | 'email' | 'picture'>

const HUES = 12

/** The first letters of the first and the last word of what somebody is called. */
export function initialsOf({ name, username, email }: Omit<Person, 'uid' | 'picture'>): string {
  const words = (name ?? username ?? email ?? '').trim().split(/\s+/)
  const letters = [words.at(0), words.length > 1 ? words.at(-1) : undefined].map((word) => firstLetter(word))
  return letters.join('').toLocaleUpperCase() || '·'
}

/** A letter as people count them: with its accents, or a whole emoji. */
function firstLetter(word = ''): string {
  const [first] = new Intl.Segmenter().segment(word)
  return first?.segment ?? ''
}

/** Always the same for one person, whatever they are called. */
export function hueOf({ uid }: Pick<Person, 'uid'>): number {
  return [...uid].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % HUES
}

/** On the origin of this page, by whichever of its names it was opened: other origins are not shown. */
export function pictureSource(address: string | null): string | null {
  return address === null ? null : new URL(address, location.href).pathname
}
