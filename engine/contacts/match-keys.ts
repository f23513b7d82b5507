/*
 * What two records of one person have in common, in forms that an index can hold: whoever shares a key may be the same, and
 * is found without comparing anybody with anybody.
 */
import { domainToASCII } from 'node:url'

/** Fewer digits are an extension, and many people have the same. */
const PHONE_DIGITS_MIN = 6
/** What is left of a number when country and trunk prefixes are taken away, whoever wrote them and how. */
const PHONE_DIGITS = 9
const KEY_LENGTH_MAX = 200

/** @returns nothing for what is no address. */
export function emailKey(email: string): string | undefined {
  const text = email
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, '')
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > KEY_LENGTH_MAX) return undefined
  const domain = text.slice(at + 1)
  return domain === '' ? undefined : `${text.slice(0, at)}@${domainToASCII(domain) || domain}`
}

/** The last nine digits: `+49 (0)171 1234567` and `0171/123 45 67` have one key. @returns nothing when there are too few. */
export function phoneKey(phone: string): string | undefined {
  // An extension is not of the number.
  const digits = phone
    .normalize('NFKC')
    .replace(/(;ext=|\bext\b|\bx\s*\d|durchwahl|#).*$/i, '')
    .replace(/[^\d]/g, '')
  return digits.length < PHONE_DIGITS_MIN ? undefined : digits.slice(-PHONE_DIGITS)
}

/** Letters that fall apart into no plain one with marks. */
const PLAIN: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
}
const TITLES = new Set([
  'dr',
  'prof',
  'mr',
  'mrs',
  'ms',
  'miss',
  'herr',
  'frau',
  'mme',
  'jr',
  'sr',
  'phd',
  'md',
  'mba',
  'dipl',
  'ing',
])

/**
 * A name without accents, case, titles and order of its words: "Müller, Jürgen", "Juergen MUELLER" and "Jurgen Muller" have
 * one key. German writes ä, ö and ü also as ae, oe and ue, and foreigners as a, o and u; so all three come to the last.
 *
 * @returns nothing for a name without letters.
 */
export function nameKey(name: string): string | undefined {
  const plain = foldText(name.slice(0, 2 * KEY_LENGTH_MAX))
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const own = words.filter((word) => !TITLES.has(word))
  const key = (own.length > 0 ? own : words).map(foldUmlauts).sort().join(' ')
  return key === '' ? undefined : key.slice(0, KEY_LENGTH_MAX)
}

/** Text without accents and case, for comparing and for search. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[ßæœøđðþłıħ]/g, (letter) => PLAIN[letter] ?? letter)
    .normalize('NFC')
}

/** "ue" after a vowel or q is no umlaut: Bauer and Quelle stay what they are. */
function foldUmlauts(word: string): string {
  return word.replace(/(?<![aeiouq])([aou])e/g, '$1')
}
