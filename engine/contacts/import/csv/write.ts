import type { ImportedPerson, Labelled } from '../imported-person.ts'
import { LIST } from './entries.ts'

/** How many columns there are for each kind of entry; what is beyond stands in the last one, as Google writes lists. */
export interface CsvShape {
  emails: number
  phones: number
  addresses: number
  urls: number
  impps: number
  relations: number
  customFields: number
}

export const CSV_SHAPE: CsvShape = {
  emails: 3,
  phones: 4,
  addresses: 2,
  urls: 2,
  impps: 2,
  relations: 3,
  customFields: 5,
}

type Cells = [header: string, value: string][]

/** The header row, with the mark by which spreadsheets know UTF-8. */
export function writeCsvHeader(shape: CsvShape = CSV_SHAPE): string {
  return `\ufeff${writeRow(cellsOf(undefined, shape).map(([header]) => header))}`
}

/** One row. Reading it again gives the same person, but for a picture, which no table can hold, and members of a group. */
export function writeCsvRow(person: ImportedPerson, shape: CsvShape = CSV_SHAPE): string {
  return writeRow(cellsOf(person, shape).map(([, value]) => defuse(value)))
}

function writeRow(cells: string[]): string {
  return `${cells.map(quote).join(',')}\r\n`
}

/** RFC 4180 §2. */
function quote(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/**
 * Spreadsheets run a cell that begins like a formula, so it gets an apostrophe, which they do not show. A phone number may
 * begin with a plus: with nothing but digits and signs it can do nothing.
 */
function defuse(cell: string): string {
  return /^[=+\-@\t']/.test(cell) && !/^\+[\d\s()/.-]+$/.test(cell) ? `'${cell}` : cell
}

function cellsOf(person: ImportedPerson | undefined, shape: CsvShape): Cells {
  const get = (field: keyof ImportedPerson): string => {
    const value = person?.[field]
    return typeof value === 'string' ? value : ''
  }
  return [
    ['Kind', person && person.kind !== 'person' ? person.kind : ''],
    ['Name', get('formattedName')],
    ['Name Prefix', get('honorificPrefixes')],
    ['First Name', get('givenName')],
    ['Middle Name', get('additionalNames')],
    ['Last Name', get('familyName')],
    ['Name Suffix', get('honorificSuffixes')],
    ['Nickname', (person?.nicknames ?? []).join(LIST)],
    ['Gender', get('gender')],
    ['Birthday', get('birthday')],
    ['Anniversary', get('anniversary')],
    ['Organization Name', get('organization')],
    ['Organization Department', get('department')],
    ['Organization Title', get('jobTitle')],
    ['Role', get('role')],
    ...labelled('E-mail', person?.emails, shape.emails),
    ...labelled('Phone', person?.phones, shape.phones),
    ...addresses(person, shape.addresses),
    ...labelled('Website', person?.urls, shape.urls),
    ...labelled('IM', person?.impps, shape.impps),
    ...labelled(
      'Relation',
      person?.relations
        .filter(({ name }) => name !== '')
        .map(({ type, name }) => ({ label: type, value: name })),
      shape.relations,
    ),
    ['Labels', (person?.categories ?? []).join(LIST)],
    ['Notes', (person?.notes ?? []).join(LIST)],
    ['How We Met', get('howWeMet')],
    ['Food Preference', get('foodPreference')],
    ['Work Information', get('workInformation')],
    ['Contact Information', get('contactInformation')],
    ...labelled(
      'Custom Field',
      person?.customFields.map(({ name, value }) => ({ label: name, value })),
      shape.customFields,
    ),
    ['UID', get('uid')],
    ['Revision', get('revision')],
    ['Photo', person?.photo?.kind === 'remote' ? person.photo.url : ''],
    ['Latchkey Data', person ? dataOf(person, shape) : ''],
  ]
}

function labelled(name: string, items: Labelled[] | undefined, columns: number): Cells {
  return Array.from({ length: columns }, (_, at) => {
    const here = items?.slice(at, at === columns - 1 ? undefined : at + 1) ?? []
    const labels = here.some(({ label }) => label !== '') ? here.map(({ label }) => label).join(LIST) : ''
    return [
      [`${name} ${at + 1} - Label`, labels],
      [`${name} ${at + 1} - Value`, here.map(({ value }) => value).join(LIST)],
    ] as Cells
  }).flat()
}

const ADDRESS_PARTS = [
  ['Street', 'streetAddress'],
  ['City', 'locality'],
  ['Region', 'region'],
  ['Postal Code', 'postalCode'],
  ['Country', 'countryName'],
] as const

function addresses(person: ImportedPerson | undefined, columns: number): Cells {
  return Array.from({ length: columns }, (_, at) => {
    const address = person?.addresses[at]
    return [
      [`Address ${at + 1} - Label`, address?.label ?? ''],
      ...ADDRESS_PARTS.map(([name, part]) => [`Address ${at + 1} - ${name}`, address?.[part] ?? '']),
    ] as Cells
  }).flat()
}

/** What has no column: it is for reading the table again, and says nothing to people. */
function dataOf({ leftovers, relations, addresses, members }: ImportedPerson, shape: CsvShape): string {
  const data = {
    leftovers,
    relations: relations.filter(({ name }) => name === ''),
    addresses: addresses.slice(shape.addresses),
    members,
  }
  const filled = Object.entries(data).filter(([, items]) => items.length > 0)
  return filled.length === 0 ? '' : JSON.stringify(Object.fromEntries(filled))
}
