import type { ImportedPerson } from './imported-person.ts'

/**
 * Settles what a person is called once the card is whole: names that are missing are made of those that are there, and
 * never of nothing.
 */
export function completeName(person: ImportedPerson, found: { hasName: boolean; isCompany: boolean }): void {
  const parts = joinName(person)
  const others = [person.organization, ...person.nicknames]
  for (const { value } of [...person.emails, ...person.phones, ...person.impps, ...person.urls])
    others.push(value)
  if (person.formattedName === '') person.formattedName = parts || (others.find((text) => text !== '') ?? '')
  const isNameOfOrganization = person.organization !== '' && person.formattedName === person.organization
  if (person.kind === 'person' && (found.isCompany || (parts === '' && isNameOfOrganization)))
    person.kind = 'company'
  const isName = person.kind === 'person' && !others.includes(person.formattedName)
  if (parts === '' && !found.hasName && isName) Object.assign(person, splitName(person.formattedName))
}

const EAST_ASIAN = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー ]+$/u

/** All parts of a name in the order that one writes them in: in the West, the family name is the last. */
export function joinName(
  person: Pick<
    ImportedPerson,
    'honorificPrefixes' | 'givenName' | 'additionalNames' | 'familyName' | 'honorificSuffixes'
  >,
): string {
  const { familyName, givenName } = person
  if (givenName !== '' && EAST_ASIAN.test(familyName + givenName)) return `${familyName} ${givenName}`.trim()
  const name = [person.honorificPrefixes, person.givenName, person.additionalNames, person.familyName]
    .filter((part) => part !== '')
    .join(' ')
  return [name, person.honorificSuffixes].filter((part) => part !== '').join(', ')
}

/** "Ada Lovelace", "Lovelace, Ada" and "山田 太郎". A name in one word is a given name. */
export function splitName(name: string): { givenName: string; familyName: string } {
  const [before = '', after, ...more] = name.split(',')
  const isTurned = after !== undefined && more.length === 0 && before.trim() !== '' && after.trim() !== ''
  if (isTurned) return { familyName: before.trim(), givenName: after.trim() }
  const words = name.trim().split(/\s+/)
  if (words.length === 2 && EAST_ASIAN.test(name))
    return { familyName: words[0] ?? '', givenName: words[1] ?? '' }
  return { givenName: words[0] ?? '', familyName: words.slice(1).join(' ') }
}
