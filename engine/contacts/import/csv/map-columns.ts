import type { ColumnMapping, Field, GroupedField } from './fields.ts'
import {
  HEADER_WORDS,
  type HeaderWord,
  PHRASE_WORDS_MAX,
  RELATIVE_HEADERS,
  WHOLE_HEADERS,
} from './header-words.ts'

interface Meaning {
  field: Field
  label: string
  /** Columns of one entry have one key. */
  key: string
}

const NOTHING: Meaning = { field: '', label: '', key: '' }

/** A header without marks, punctuation and case. */
export function plainHeader(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Says what each column is by its header alone. */
export function mapColumns(headers: string[]): ColumnMapping[] {
  const plain = headers.map(plainHeader)
  const meanings = plain.map((header) => meaningOf(header))
  settleTwins(plain, meanings)
  return numberGroups(headers, meanings)
}

/** Whether a cell could be a header; a row with several such cells is one of headers. */
export function isHeader(cell: string): boolean {
  return cell.length <= 60 && meaningOf(plainHeader(cell)).field !== ''
}

/** Gives every entry of a family its number, in order of appearance. */
export function numberGroups(headers: string[], meanings: Meaning[]): ColumnMapping[] {
  const groups = new Map<string, Map<string, number>>()
  return meanings.map(({ field, label, key }, column) => {
    const family = familyOf(field)
    const ofFamily = groups.get(family) ?? new Map<string, number>()
    groups.set(family, ofFamily)
    if (family !== '' && !ofFamily.has(key)) ofFamily.set(key, ofFamily.size)
    const group = family === '' ? 0 : (ofFamily.get(key) ?? 0)
    return { column, header: headers[column] ?? '', field, group, label }
  })
}

const FAMILIES: Partial<Record<GroupedField, string>> = {
  streetAddress: 'address',
  locality: 'address',
  region: 'address',
  postalCode: 'address',
  countryName: 'address',
  formattedAddress: 'address',
}
const GROUPED = /^(email|phone|url|impp|address|relation|event|custom)(Label)?$/

/** Which kind of entry a field belongs to; '' if there is only one of it. */
export function familyOf(field: Field): string {
  return FAMILIES[field as GroupedField] ?? GROUPED.exec(field)?.[1] ?? ''
}

function meaningOf(plain: string): Meaning {
  if (plain === '') return NOTHING
  const whole = WHOLE_HEADERS.get(plain)
  if (whole !== undefined) return { field: whole, label: '', key: '' }
  const relative = RELATIVE_HEADERS.get(plain)
  if (relative !== undefined) return { field: 'relation', label: relative, key: plain }
  const words = wordsOf(plain)
  return words === undefined ? NOTHING : composeMeaning(words)
}

/** @returns nothing if there is a word that we do not know. */
function wordsOf(plain: string): HeaderWord[] | undefined {
  const tokens = plain.split(' ')
  if (tokens.length > 8) return undefined
  const words: HeaderWord[] = []
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at] ?? ''
    const number = /^\d{1,3}$/.test(token) ? Number(token) : undefined
    let length = 1
    let word: HeaderWord | undefined = number === undefined ? undefined : { is: 'index', index: number }
    for (let count = PHRASE_WORDS_MAX; count >= 1 && !word; count--) {
      word = HEADER_WORDS.get(tokens.slice(at, at + count).join(' '))
      length = count
    }
    if (!word) return undefined
    words.push(word)
    at += length
  }
  return words
}

const ENTRIES = {
  email: 'email',
  phone: 'phone',
  url: 'url',
  impp: 'impp',
  relation: 'relation',
  event: 'event',
  custom: 'custom',
} as const

function composeMeaning(words: HeaderWord[]): Meaning {
  const base = words.find((word) => word.is === 'base')?.base
  const part = words.findLast((word) => word.is === 'part')?.part
  const attribute = words.findLast((word) => word.is === 'attribute')?.attribute
  const labels = words.flatMap((word) => (word.is === 'label' ? [word.label] : []))
  const label = [...new Set(labels)].sort(byPlace).join(' ')
  const partAt = words.findLastIndex((word) => word.is === 'part')
  // "Home Street 2" is a second line of one address; "Address 2 - Street" is another address.
  const index = words.find((word, at) => word.is === 'index' && (partAt < 0 || at < partAt))
  const number = index?.is === 'index' ? index.index : 1
  if (part !== undefined || base === 'address')
    return addressMeaning(words, { part, attribute, label, number })
  if (base === 'organization') return organizationMeaning(attribute)
  if (base === undefined) return labelMeaning(labels, { label, number })
  const field = ENTRIES[base]
  const key = `${label} ${number}`
  if (attribute === 'label') return { field: `${field}Label`, label: '', key }
  if (attribute !== undefined && attribute !== 'value') return NOTHING
  return { field, label: mainless(label), key }
}

function addressMeaning(
  words: HeaderWord[],
  {
    part,
    attribute,
    label,
    number,
  }: { part: string | undefined; attribute: string | undefined; label: string; number: number },
): Meaning {
  if (words.some((word) => word.is === 'base' && word.base !== 'address')) return NOTHING
  // "Home Address 2" is a second line; "Address 2" is another address.
  const isSecondLine = part === undefined && label !== '' && number > 1
  const key = `${label} ${isSecondLine ? 1 : number}`
  if (attribute === 'label') return { field: 'addressLabel', label: '', key }
  if (part === undefined || part === 'extended' || part === 'poBox') {
    return { field: 'streetAddress', label: mainless(label), key }
  }
  return { field: part as GroupedField, label: mainless(label), key }
}

function organizationMeaning(attribute: string | undefined): Meaning {
  const field = attribute === 'name' || attribute === undefined ? 'organization' : ORGANIZATION[attribute]
  return { field: field ?? 'ignored', label: '', key: '' }
}

const ORGANIZATION: Record<string, Field> = { title: 'jobTitle', department: 'department' }
/** By itself, such a word can only be a number to call. */
const NUMBERS = new Set(['cell', 'fax', 'pager', 'main', 'car', 'callback', 'isdn', 'radio', 'telex', 'tty'])

function labelMeaning(labels: string[], { label, number }: { label: string; number: number }): Meaning {
  const isNumber = labels.length > 0 && labels.some((word) => NUMBERS.has(word) && word !== 'main')
  return isNumber ? { field: 'phone', label: mainless(label), key: `${label} ${number}` } : NOTHING
}

/** Home or work first, as in `labels.ts`. */
function byPlace(a: string, b: string): number {
  const rank = (label: string) => (label === 'home' || label === 'work' ? 0 : 1)
  return rank(a) - rank(b)
}

/** Which of several it is says nothing of what it is for. */
function mainless(label: string): string {
  return label === 'main' || label === 'second' ? '' : label
}

/** Headers whose meaning depends on what stands beside them. */
function settleTwins(plain: string[], meanings: Meaning[]): void {
  const has = (...headers: string[]) => headers.some((header) => plain.includes(header))
  const set = (header: string, meaning: Partial<Meaning>) =>
    plain.forEach((each, column) => {
      if (each === header) meanings[column] = { ...NOTHING, key: `${header} ${column}`, ...meaning }
    })
  // Outlook's "Title" is "Mr."; elsewhere it is a job.
  if (has('job title', 'position') && has('title')) set('title', { field: 'honorificPrefixes' })
  // Thunderbird in German has a day, a month and a year.
  if (has('geburtsjahr', 'geburtsmonat')) set('geburtstag', { field: 'birthdayDay' })
  // Thunderbird's "Screen Name" is that of a messenger; "Land" may be a state, but hardly ever is.
  if (has('primary email')) set('screen name', { field: 'impp' })
  if (has('nom') && !has('prénom', 'prenom')) set('nom', { field: 'formattedName' })
  if (has('nombre') && !has('apellido', 'apellidos')) set('nombre', { field: 'formattedName' })
  // Yahoo names its numbers by place alone.
  if (has('yahoo phone', 'distribution lists')) {
    for (const label of ['home', 'work', 'other']) set(label, { field: 'phone', label })
    set('primary', { field: '' })
  }
}
