import type { ImportedAddress, ImportedPerson, Leftover } from '../imported-person.ts'
import { TYPE_WORDS } from '../labels.ts'
import { escapeText } from './text.ts'

export type VcardVersion = '3.0' | '4.0'

/**
 * Writes one card (RFC 6350, or RFC 2426 for programs that are older), with all that nobody understood of the one it came
 * from. Reading it again gives the same person.
 */
export function writeVcard(person: ImportedPerson, version: VcardVersion): string {
  const card = new CardWriter(version)
  card.put('FN', escapeText(person.formattedName))
  card.put('N', namePartsOf(person))
  writeKind(card, person)
  card.putRaw('UID', person.uid)
  if (person.nicknames.length > 0) card.put('NICKNAME', person.nicknames.map(escapeText).join(','))
  writeDates(card, person)
  writeGender(card, person)
  for (const email of person.emails) card.putLabelled('EMAIL', email, escapeText(email.value))
  for (const phone of person.phones) card.putLabelled('TEL', phone, escapeText(phone.value))
  for (const address of person.addresses) card.putLabelled('ADR', address, addressPartsOf(address))
  for (const url of person.urls) card.putLabelled('URL', url, escapeText(url.value))
  for (const { label, value } of person.impps) {
    card.put(`IMPP${label === '' ? '' : `;X-SERVICE-TYPE=${parameter(label)}`}`, escapeText(value))
  }
  writeWork(card, person)
  for (const note of person.notes) card.putText('NOTE', note)
  if (person.categories.length > 0) card.put('CATEGORIES', person.categories.map(escapeText).join(','))
  writeRelations(card, person)
  writePhoto(card, person)
  card.putRaw('REV', person.revision)
  writeOurs(card, person)
  for (const leftover of person.leftovers) card.putLeftover(leftover)
  return card.end()
}

class CardWriter {
  readonly version: VcardVersion
  #lines: string[]
  #groups = 0

  constructor(version: VcardVersion) {
    this.version = version
    this.#lines = ['BEGIN:VCARD', `VERSION:${version}`]
  }

  /** @param head the name with its parameters. @param value escaped. */
  put(head: string, value: string): void {
    this.#lines.push(foldLine(`${head}:${value}`))
  }

  putText(name: string, text: string): void {
    if (text !== '') this.put(name, escapeText(text))
  }

  /** Of what is no text: line breaks alone would break the card. */
  putRaw(name: string, value: string): void {
    if (value !== '') this.put(name, value.replace(/[\r\n]+/g, ' '))
  }

  /** A label of our own words becomes a type; any other one stands beside it, as Apple's programs write it. */
  putLabelled(name: string, { label }: { label: string }, value: string): void {
    const words = label.split(' ')
    if (label === '') this.put(name, value)
    else if (words.every((word) => TYPE_WORDS.has(word))) this.put(`${name};TYPE=${words.join(',')}`, value)
    else {
      const group = `latchkey${++this.#groups}`
      this.put(`${group}.${name}`, value)
      this.put(`${group}.X-ABLabel`, escapeText(label))
    }
  }

  putLeftover(leftover: Leftover): void {
    if (leftover.source === 'csv') {
      this.put(`X-LATCHKEY-COLUMN;X-NAME=${parameter(leftover.name)}`, escapeText(leftover.value))
      return
    }
    const { name, group, parameters, value } = leftover
    const head = `${group === '' ? '' : `${group}.`}${name}${parameters}`
    // What a card cannot hold was never in one, unless somebody made it up.
    if (/^([\w-]+\.)?[\w-]+(;[^:\r\n]*)?$/.test(head.replace(/"[^"\r\n]*"/g, '')))
      this.put(head, value.replace(/[\r\n]+/g, '\\n'))
  }

  end(): string {
    return `${[...this.#lines, 'END:VCARD'].join('\r\n')}\r\n`
  }
}

function namePartsOf(person: ImportedPerson): string {
  return [
    person.familyName,
    person.givenName,
    person.additionalNames,
    person.honorificPrefixes,
    person.honorificSuffixes,
  ]
    .map(escapeText)
    .join(';')
}

function addressPartsOf({
  streetAddress,
  locality,
  region,
  postalCode,
  countryName,
}: ImportedAddress): string {
  return ['', '', streetAddress, locality, region, postalCode, countryName].map(escapeText).join(';')
}

function writeKind(card: CardWriter, { kind, members }: ImportedPerson): void {
  const isNew = card.version === '4.0'
  if (kind === 'company' && isNew) card.put('KIND', 'org')
  if (kind === 'company' && !isNew) card.put('X-ABShowAs', 'COMPANY')
  if (kind === 'group') card.put(isNew ? 'KIND' : 'X-ADDRESSBOOKSERVER-KIND', 'group')
  for (const { uid, email } of members) {
    card.putRaw(isNew ? 'MEMBER' : 'X-ADDRESSBOOKSERVER-MEMBER', email === '' ? uid : `mailto:${email}`)
  }
}

/** `1970-04-15` and `--04-15` in the forms of each version; Apple's for a missing year in 3.0, which has none. */
function writeDates(card: CardWriter, { birthday, anniversary }: ImportedPerson): void {
  const isNew = card.version === '4.0'
  for (const [name, date] of [
    ['BDAY', birthday],
    [isNew ? 'ANNIVERSARY' : 'X-ANNIVERSARY', anniversary],
  ] as const) {
    if (date === '') continue
    if (isNew)
      card.put(name, date.startsWith('--') ? `--${date.slice(2).replace('-', '')}` : date.replaceAll('-', ''))
    else if (date.startsWith('--')) card.put(`${name};X-APPLE-OMIT-YEAR=1604`, `1604${date.slice(1)}`)
    else card.put(name, date)
  }
}

const GENDERS = { male: 'M', female: 'F', other: 'O', prefer_not_to_say: 'N' } as const

function writeGender(card: CardWriter, { gender }: ImportedPerson): void {
  if (gender !== '') card.put(card.version === '4.0' ? 'GENDER' : 'X-GENDER', GENDERS[gender])
}

function writeWork(card: CardWriter, { organization, department, jobTitle, role }: ImportedPerson): void {
  if (organization !== '' || department !== '') {
    const units = department === '' ? '' : `;${escapeText(department)}`
    card.put('ORG', `${escapeText(organization)}${units}`)
  }
  card.putText('TITLE', jobTitle)
  card.putText('ROLE', role)
}

function writeRelations(card: CardWriter, { relations }: ImportedPerson): void {
  for (const { type, uid, name } of relations) {
    const types = type === 'related' ? '' : `;TYPE=${parameter(type)}`
    if (uid !== '') card.putRaw(`RELATED${types}`, uid)
    else card.putText(`RELATED${types};VALUE=text`, name)
  }
}

function writePhoto(card: CardWriter, { photo }: ImportedPerson): void {
  if (photo === null) return
  if (photo.kind === 'remote') {
    card.putRaw(card.version === '4.0' ? 'PHOTO' : 'PHOTO;VALUE=URI', photo.url)
    return
  }
  const base64 = Buffer.from(photo.bytes.buffer, photo.bytes.byteOffset, photo.bytes.byteLength).toString(
    'base64',
  )
  const type = photo.mediaType.slice(photo.mediaType.indexOf('/') + 1).toUpperCase()
  if (card.version === '4.0') card.put('PHOTO', `data:${photo.mediaType};base64,${base64}`)
  else card.put(`PHOTO;ENCODING=b;TYPE=${type}`, base64)
}

function writeOurs(card: CardWriter, person: ImportedPerson): void {
  card.putText('X-LATCHKEY-HOW-WE-MET', person.howWeMet)
  card.putText('X-LATCHKEY-FOOD-PREFERENCE', person.foodPreference)
  card.putText('X-LATCHKEY-WORK-INFORMATION', person.workInformation)
  card.putText('X-LATCHKEY-CONTACT-INFORMATION', person.contactInformation)
  for (const { name, value } of person.customFields) {
    card.put(`X-LATCHKEY-FIELD;X-NAME=${parameter(name)}`, escapeText(value))
  }
}

/** A parameter's value: quoted where it must be, with the circumflexes of RFC 6868. */
function parameter(value: string): string {
  const coded = value
    .replace(/\^/g, '^^')
    .replace(/"/g, "^'")
    .replace(/\r\n|\r|\n/g, '^n')
  return /^[\w-]+$/.test(coded) ? coded : `"${coded}"`
}

/** RFC 6350 §3.2: at most 75 octets, and no letter is cut. */
const LINE_BYTES_MAX = 75

export function foldLine(line: string): string {
  if (line.length * 3 <= LINE_BYTES_MAX) return line
  const bytes = Buffer.from(line)
  if (bytes.length <= LINE_BYTES_MAX) return line
  const pieces: string[] = []
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(bytes.length, start + LINE_BYTES_MAX - (start === 0 ? 0 : 1))
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
    pieces.push(bytes.toString('utf8', start, end))
    start = end
  }
  return pieces.join('\r\n ')
}
