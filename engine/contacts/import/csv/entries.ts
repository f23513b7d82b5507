import {
  type ImportedAddress,
  type ImportedPerson,
  type Labelled,
  LIST_LENGTH_MAX,
} from '../imported-person.ts'
import { labelOfText } from '../labels.ts'
import { addWarning } from '../warnings.ts'
import type { ColumnMapping, Field } from './fields.ts'

/** One cell with several values, as Google writes them. */
export const LIST = ' ::: '

/** An e-mail, a number, an address…: the cells of one entry. */
export interface Entry {
  label: string
  /** By field, for addresses; the others have one list of values. */
  values: Map<Field, string>
}

/** Adds a cell to its entry. */
export function note(
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

/** Makes of the cells of a row what they are together. */
export function settleEntries(
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
