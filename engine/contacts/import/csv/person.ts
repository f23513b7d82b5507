import { type DateOrder, isAmbiguousDate, readDate } from '../dates.ts'
import { emptyPerson, type ImportedPerson, LIST_LENGTH_MAX } from '../imported-person.ts'
import { monthNamed } from '../months.ts'
import { completeName } from '../name.ts'
import { addWarning } from '../warnings.ts'
import { type Entry, LIST, note, settleEntries } from './entries.ts'
import type { ColumnMapping, SingleField } from './fields.ts'
import { familyOf } from './map-columns.ts'
import { readOurData } from './our-data.ts'
import type { Row } from './rows.ts'

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
