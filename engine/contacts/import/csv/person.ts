import { type DateOrder, isAmbiguousDate, readDate } from '../dates.ts'
import {
  emptyPerson,
  type ImportedAddress,
  type ImportedPerson,
  type Labelled,
  type Leftover,
  LIST_LENGTH_MAX,
} from '../imported-person.ts'
import { labelOfText } from '../labels.ts'
import { monthNamed } from '../months.ts'
import { completeName } from '../name.ts'
import { addWarning } from '../warnings.ts'
import type { ColumnMapping, Field, SingleField } from './fields.ts'
import { familyOf } from './map-columns.ts'
import type { Row } from './rows.ts'

/** One cell with several values, as Google writes them. */
const LIST = ' ::: '

/** An e-mail, a number, an address…: the cells of one entry. */
interface Entry {
  label: string
  /** By field, for addresses; the others have one list of values. */
  values: Map<Field, string>
}

/** Makes a person of each row. */
export class RowReader {
  readonly #columns: ColumnMapping[]
  readonly #dateOrder: DateOrder

  constructor(columns: ColumnMapping[], dateOrder: DateOrder) {
    this.#columns = columns
    this.#dateOrder = dateOrder
  }

  read(row: Row, position: number): ImportedPerson {
    const person = emptyPerson(position, row.line)
    const entries = new Map<string, Map<number, Entry>>()
    const dates = { birthdayDay: '', birthdayMonth: '', birthdayYear: '' }
    let ours: { name: string; value: string } | undefined
    for (const mapping of this.#columns) {
      const value = clean(row.cells[mapping.column] ?? '')
      if (value === '') continue
      if (value.includes('\ufffd')) addWarning(person.warnings, nameOf(mapping), 'bytes_invalid')
      const family = familyOf(mapping.field)
      if (family !== '') note(entries, family, mapping, value)
      else if (mapping.field === 'latchkeyData') ours = { name: nameOf(mapping), value }
      else if (mapping.field in dates) dates[mapping.field as keyof typeof dates] = value
      else this.#single(person, mapping, value)
    }
    settleEntries(person, entries, (field, name, value) => this.#date(person, field, name, value))
    if (ours) readOurData(person, ours.name, ours.value)
    if (person.birthday === '') this.#dateOfParts(person, dates)
    for (const code of row.troubles) {
      const isSaid = code === 'bytes_invalid' && person.warnings.some((warning) => warning.code === code)
      if (!isSaid) addWarning(person.warnings, '', code)
    }
    this.#keepRest(person, row)
    completeName(person, { hasName: false, isCompany: false })
    return person
  }

  #single(person: ImportedPerson, mapping: ColumnMapping, value: string): void {
    const field = mapping.field as SingleField | 'ignored' | ''
    const name = nameOf(mapping)
    switch (field) {
      case 'ignored':
        return
      case '':
        person.leftovers.push({ source: 'csv', name, value })
        return
      case 'birthday':
      case 'anniversary':
        this.#date(person, field, name, value)
        return
      case 'gender':
        readGender(person, name, value)
        return
      case 'categories':
        addAll(person.categories, splitCategories(value))
        return
      case 'nicknames':
        addAll(person.nicknames, value.split(LIST))
        return
      case 'notes':
        person.notes.push(...value.split(LIST))
        return
      case 'kind':
        if (value === 'company' || value === 'group') person.kind = value
        return
      case 'photo':
        if (/^https?:\/\//i.test(value)) person.photo = { kind: 'remote', url: value }
        else person.leftovers.push({ source: 'csv', name, value })
        return
      case 'latchkeyData':
      case 'birthdayDay':
      case 'birthdayMonth':
      case 'birthdayYear':
        return
      default:
        setText(person, field, name, value)
    }
  }

  #date(person: ImportedPerson, field: 'birthday' | 'anniversary', name: string, value: string): void {
    const read = readDate(value, this.#dateOrder)
    if (read === undefined) {
      addWarning(person.warnings, name, 'date_unreadable')
      person.leftovers.push({ source: 'csv', name, value })
      return
    }
    if (read.warning) addWarning(person.warnings, name, read.warning)
    if (isAmbiguousDate(value)) addWarning(person.warnings, name, 'date_ambiguous')
    if (person[field] === '') person[field] = read.date
    else if (read.date !== '' && read.date !== person[field]) {
      addWarning(person.warnings, name, 'second_value')
      person.leftovers.push({ source: 'csv', name, value })
    }
  }

  /** Day, month and year in three columns. */
  #dateOfParts(
    person: ImportedPerson,
    {
      birthdayDay,
      birthdayMonth,
      birthdayYear,
    }: { birthdayDay: string; birthdayMonth: string; birthdayYear: string },
  ): void {
    if (birthdayDay === '' && birthdayMonth === '') {
      // A year alone is no birthday.
      if (birthdayYear !== '')
        person.leftovers.push({ source: 'csv', name: 'Birth Year', value: birthdayYear })
      return
    }
    const month = monthNamed(birthdayMonth) ?? Number(birthdayMonth)
    const year = birthdayYear === '' ? '-' : birthdayYear.padStart(4, '0')
    this.#date(person, 'birthday', 'birthday', `${year}-${month}-${birthdayDay}`)
  }

  /** Cells beyond the last column. */
  #keepRest(person: ImportedPerson, { cells }: Row): void {
    for (let column = this.#columns.length; column < cells.length; column++) {
      const value = clean(cells[column] ?? '')
      if (value === '') continue
      addWarning(person.warnings, '', 'row_longer')
      person.leftovers.push({ source: 'csv', name: `Column ${column + 1}`, value })
    }
  }
}

/** Spreadsheets take some cells for formulas; the apostrophe that an export puts before those is not part of them. */
function clean(cell: string): string {
  const trimmed = cell.includes('\r') ? cell.replace(/\r\n?/g, '\n').trim() : cell.trim()
  return /^'[=+\-@\t']/.test(trimmed) ? trimmed.slice(1) : trimmed
}

function nameOf({ header, column }: ColumnMapping): string {
  return header === '' ? `Column ${column + 1}` : header
}

function note(
  entries: Map<string, Map<number, Entry>>,
  family: string,
  mapping: ColumnMapping,
  value: string,
): void {
  const ofFamily = entries.get(family) ?? new Map<number, Entry>()
  entries.set(family, ofFamily)
  const entry = ofFamily.get(mapping.group) ?? { label: '', values: new Map<Field, string>() }
  ofFamily.set(mapping.group, entry)
  if (mapping.field === `${family}Label`) entry.label = value
  else {
    entry.label ||= mapping.label || (family === 'custom' ? mapping.header : '')
    const before = entry.values.get(mapping.field)
    const joint = family === 'address' ? ', ' : LIST
    entry.values.set(mapping.field, before === undefined ? value : `${before}${joint}${value}`)
  }
}

type TakeDate = (field: 'birthday' | 'anniversary', name: string, value: string) => void

function settleEntries(
  person: ImportedPerson,
  entries: Map<string, Map<number, Entry>>,
  takeDate: TakeDate,
): void {
  for (const [family, ofFamily] of entries) {
    for (const [, entry] of [...ofFamily].sort(([a], [b]) => a - b)) {
      if (family === 'address') addAddress(person, entry)
      else settleEntry(person, family, entry, takeDate)
    }
  }
}

function settleEntry(
  person: ImportedPerson,
  family: string,
  { label, values }: Entry,
  takeDate: TakeDate,
): void {
  // The blanks at the ends are gone where the first or the last label is empty.
  const labels = label.split(/ ?::: ?/)
  const [value = ''] = [...values.values()]
  const parts = splitValues(family, value)
  if (parts.length > LIST_LENGTH_MAX) addWarning(person.warnings, '', 'value_too_long')
  parts.slice(0, LIST_LENGTH_MAX).forEach((each, at) => {
    const own = labels[at] ?? labels[0] ?? ''
    if (family === 'email') addLabelled(person.emails, own, each, at)
    else if (family === 'phone') addLabelled(person.phones, own, each, at)
    else if (family === 'url') addLabelled(person.urls, own, each, at)
    else if (family === 'impp') addLabelled(person.impps, own.toLowerCase(), each, at)
    else if (family === 'relation') {
      person.relations.push({ type: labelOfText(own).toLowerCase() || 'related', uid: '', name: each })
    } else if (family === 'custom') person.customFields.push({ name: own, value: each })
    else {
      const event = /^(birthday|geburtstag)$/i.test(own)
        ? 'birthday'
        : /^(anniversary|jahrestag)$/i.test(own)
          ? 'anniversary'
          : undefined
      if (event) takeDate(event, own, each)
      else person.leftovers.push({ source: 'csv', name: `Event ${own}`.trim(), value: each })
    }
  })
}

function splitValues(family: string, value: string): string[] {
  const parts = value.split(LIST).flatMap((part) => {
    if (family === 'email') return splitEmails(part)
    return family === 'phone' || family === 'relation' ? part.split(/[;\n]/) : [part]
  })
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

/** Only where there are several: a single one may have anything around it. */
function splitEmails(value: string): string[] {
  const hasSeveral = (text: string) => text.indexOf('@') !== text.lastIndexOf('@')
  if (!hasSeveral(value)) return [value]
  return value.split(/[;,\n]/).flatMap((part) => (hasSeveral(part) ? part.split(/\s/) : [part]))
}

/** Google marks the preferred entry by an asterisk; `at` is the place within the entry. */
function addLabelled(list: Labelled[], written: string, value: string, at: number): void {
  const label = labelOfText(written)
  const isPreferred = /^\s*\*/.test(written)
  if (list.length >= LIST_LENGTH_MAX) return
  if (list.some((item) => item.value === value && (item.label === label || label === ''))) return
  if (isPreferred) list.splice(at, 0, { label, value })
  else list.push({ label, value })
}

function addAddress(person: ImportedPerson, { label, values }: Entry): void {
  const get = (field: Field) => values.get(field) ?? ''
  const address: ImportedAddress = {
    label: labelOfText(label.split(/ ?::: ?/)[0] ?? ''),
    streetAddress: get('streetAddress'),
    locality: get('locality'),
    region: get('region'),
    postalCode: get('postalCode'),
    countryName: get('countryName'),
  }
  const hasParts = [
    address.streetAddress,
    address.locality,
    address.region,
    address.postalCode,
    address.countryName,
  ].some((part) => part !== '')
  // The same address once more, in one piece: only where there is nothing better.
  if (!hasParts) address.streetAddress = get('formattedAddress')
  if (hasParts || address.streetAddress !== '') person.addresses.push(address)
}

/** Google's own groups, such as "* myContacts", are none that a person made. */
function splitCategories(value: string): string[] {
  const pieces = value.includes(':::') ? value.split(/\s*:::\s*/) : value.split(/[;,]/)
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '' && !piece.startsWith('*'))
}

function addAll(list: string[], values: string[]): void {
  for (const value of values.slice(0, LIST_LENGTH_MAX)) {
    const plain = value.trim()
    if (plain !== '' && !list.includes(plain)) list.push(plain)
  }
}

const GENDERS: [RegExp, ImportedPerson['gender']][] = [
  [/^(m|male|man|mann|maennlich|männlich|masculin|homme|hombre|masculino)$/i, 'male'],
  [/^(f|w|female|woman|frau|weiblich|feminin|féminin|femme|vrouw|mujer|femenino)$/i, 'female'],
  [/^(o|other|andere|anderes|divers|d|non-?binary)$/i, 'other'],
  [/^(prefer[ _]not[ _]to[ _]say|keine angabe)$/i, 'prefer_not_to_say'],
]

function readGender(person: ImportedPerson, name: string, value: string): void {
  const gender = GENDERS.find(([pattern]) => pattern.test(value))?.[1]
  if (gender) person.gender = gender
  // Outlook says that of everybody.
  else if (!/^(unspecified|keine angaben|u)$/i.test(value))
    person.leftovers.push({ source: 'csv', name, value })
}

type TextField = Exclude<
  SingleField,
  | 'birthday'
  | 'anniversary'
  | 'gender'
  | 'categories'
  | 'nicknames'
  | 'notes'
  | 'kind'
  | 'photo'
  | 'latchkeyData'
  | 'birthdayDay'
  | 'birthdayMonth'
  | 'birthdayYear'
>

function setText(person: ImportedPerson, field: TextField, name: string, value: string): void {
  if (person[field] === '') person[field] = value
  else if (person[field] !== value) {
    addWarning(person.warnings, name, 'second_value')
    person.leftovers.push({ source: 'csv', name, value })
  }
}

/** What our own export could not put into a column, see `write.ts`. Somebody may have edited it. */
function readOurData(person: ImportedPerson, name: string, value: string): void {
  const data = parseObject(value)
  if (data === undefined) {
    person.leftovers.push({ source: 'csv', name, value })
    return
  }
  const { leftovers, relations, addresses, members } = data
  person.leftovers.push(...itemsOf(leftovers, ['source', 'name', 'value']).map(toLeftover))
  person.relations.push(...itemsOf(relations, ['type', 'uid', 'name']))
  person.addresses.push(
    ...itemsOf(addresses, ['label', 'streetAddress', 'locality', 'region', 'postalCode', 'countryName']),
  )
  person.members.push(...itemsOf(members, ['uid', 'email']))
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** Only what has the texts that it must have, and nothing else of it. */
function itemsOf<K extends string>(
  value: unknown,
  keys: readonly K[],
): Record<K | 'group' | 'parameters', string>[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, ITEMS_MAX).flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return []
    const record = item as Record<string, unknown>
    if (!keys.every((key) => typeof record[key] === 'string')) return []
    const kept = [...keys, 'group', 'parameters'].filter((key) => typeof record[key] === 'string')
    return [
      Object.fromEntries(kept.map((key) => [key, record[key]])) as Record<K | 'group' | 'parameters', string>,
    ]
  })
}

const ITEMS_MAX = 1_000

function toLeftover(item: Record<'source' | 'name' | 'value' | 'group' | 'parameters', string>): Leftover {
  const { source, name, value, group = '', parameters = '' } = item
  return source === 'csv' ? { source, name, value } : { source: 'vcard', name, group, parameters, value }
}
