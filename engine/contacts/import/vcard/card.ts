import { isAmbiguousDate, readDate } from '../dates.ts'
import {
  emptyPerson,
  type ImportedAddress,
  type ImportedPerson,
  type Labelled,
  type WarningCode,
} from '../imported-person.ts'
import { labelOfText } from '../labels.ts'
import { completeName } from '../name.ts'
import { addWarning } from '../warnings.ts'
import type { Property } from './content-line.ts'
import { findHandler } from './handlers.ts'
import { LEFTOVER_LENGTH_MAX, type VcardLimits } from './limits.ts'
import { unescapeText } from './text.ts'

/** Something of which there may be several, until the card is whole: its label may come later, and its rank decides. */
interface Ranked<T> {
  item: T
  group: string
  /** 1 is the first (RFC 6350 §5.3); what says nothing comes last. */
  rank: number
}

const LISTS = ['emails', 'phones', 'addresses', 'urls', 'impps'] as const
type List = (typeof LISTS)[number]

/** A card that is being read. Whatever is wrong with one property harms no other. */
export class Card {
  readonly person: ImportedPerson
  readonly limits: VcardLimits
  bytes = 0
  /** Whether N was there at all, even if empty. */
  hasName = false
  isCompany = false
  /** Delivery labels of versions 2.1 and 3.0: they matter where there is no address. */
  readonly deliveryLabels: { property: Property; text: string }[] = []
  readonly #ranked: Record<List, Ranked<Labelled | ImportedAddress>[]> = {
    emails: [],
    phones: [],
    addresses: [],
    urls: [],
    impps: [],
  }
  /** What X-ABLabel says of a group, and whether anything took it. */
  readonly #labels = new Map<string, { property: Property; isTaken: boolean }>()
  /** What can be told only with its label. */
  readonly #waiting: { group: string; settle: (label: string) => void }[] = []
  #properties = 0
  #leftoverLength = 0
  #wasNote = false

  constructor(position: number, line: number, limits: VcardLimits) {
    this.person = emptyPerson(position, line)
    this.limits = limits
  }

  get isEmpty(): boolean {
    return this.#properties === 0
  }

  take(property: Property): void {
    this.#properties++
    if (!this.#hasRoom(property.bytes?.length ?? property.value.length)) return
    for (const code of property.troubles) this.warn(property.name, code)
    this.#wasNote = property.name === 'NOTE'
    if (property.bytes === undefined && property.value.trim() === '') {
      this.hasName ||= property.name === 'N'
      return
    }
    const handle = findHandler(property.name)
    if (handle) handle(this, property)
    else this.keep(property)
  }

  #hasRoom(bytes: number): boolean {
    const hasRoom =
      this.#properties <= this.limits.propertiesMax && this.bytes + bytes <= this.limits.cardBytesMax
    if (hasRoom) this.bytes += bytes
    else this.warn('', 'too_many_properties')
    return hasRoom
  }

  /** A line that is no property: of a note whose line breaks were not escaped, or broken. */
  takeStray(text: string): void {
    if (!this.#hasRoom(text.length)) return
    const notes = this.person.notes
    if (this.#wasNote && notes.length > 0) {
      notes[notes.length - 1] = `${notes.at(-1)}\n${text.trim()}`
      return
    }
    this.warn(text.split(/[\s;]/, 1)[0]?.slice(0, 40) ?? '', 'line_without_colon')
    this.#keep({ name: 'X-LINE', group: '', parameters: '', value: text })
  }

  warn(property: string, code: WarningCode): void {
    addWarning(this.person.warnings, property, code)
  }

  /** Keeps what was not understood as it was written. */
  keep({ name, group, rawParameters, value, bytes }: Property): void {
    const parameters = bytes === undefined ? rawParameters : `${rawParameters};ENCODING=b`
    this.#keep({ name, group, parameters, value: value.replace(/\r\n|\r|\n/g, '\\n') })
  }

  #keep(kept: { name: string; group: string; parameters: string; value: string }): void {
    this.#leftoverLength += kept.value.length
    if (this.#leftoverLength > LEFTOVER_LENGTH_MAX) {
      this.#leftoverLength -= kept.value.length
      this.warn(kept.name, 'leftover_too_long')
    } else this.person.leftovers.push({ source: 'vcard', ...kept })
  }

  /** Sets what there is one of; another value for it is kept aside. */
  setOnce(
    field: 'formattedName' | 'organization' | 'jobTitle' | 'role' | 'uid',
    property: Property,
    text: string,
  ): boolean {
    if (this.person[field] === '') this.person[field] = text
    else if (this.person[field] !== text) {
      this.warn(property.name, 'second_value')
      this.keep(property)
      return false
    }
    return true
  }

  add(list: Exclude<List, 'addresses'>, property: Property, item: Labelled): void {
    this.#ranked[list].push({ item, group: property.group, rank: rankOf(property) })
  }

  addAddress(property: Property, item: ImportedAddress): void {
    this.#ranked.addresses.push({ item, group: property.group, rank: rankOf(property) })
  }

  setLabel(property: Property): void {
    this.#labels.set(property.group, { property, isTaken: false })
  }

  /** Does something once the label of the group is known; without one, the label is ''. */
  whenLabelled(group: string, settle: (label: string) => void): void {
    this.#waiting.push({ group, settle })
  }

  setDate(field: 'birthday' | 'anniversary', property: Property): void {
    const omitted = Number(property.parameters.get('X-APPLE-OMIT-YEAR'))
    const text = unescapeText(property.value)
    const read = readDate(text, this.limits.dateOrder, Number.isInteger(omitted) ? omitted : undefined)
    if (read === undefined) {
      this.warn(property.name, 'date_unreadable')
      this.keep(property)
      return
    }
    if (read.warning) this.warn(property.name, read.warning)
    if (isAmbiguousDate(text)) this.warn(property.name, 'date_ambiguous')
    if (this.person[field] === '') this.person[field] = read.date
    else if (read.date !== '' && read.date !== this.person[field]) {
      this.warn(property.name, 'second_value')
      this.keep(property)
    }
  }

  finish(): ImportedPerson {
    const { person } = this
    for (const { group, settle } of this.#waiting) settle(this.#takeLabel(group) ?? '')
    for (const list of LISTS) this.#settle(list)
    for (const { property, text } of this.deliveryLabels) {
      if (person.addresses.length > 0) this.keep(property)
      else person.addresses.push({ ...NO_ADDRESS, streetAddress: text })
    }
    for (const { property, isTaken } of this.#labels.values()) if (!isTaken) this.keep(property)
    completeName(person, this)
    return person
  }

  #takeLabel(group: string): string | undefined {
    const found = group === '' ? undefined : this.#labels.get(group)
    if (!found) return undefined
    found.isTaken = true
    return labelOfText(unescapeText(found.property.value))
  }

  #settle(list: List): void {
    const ranked = this.#ranked[list].sort((a, b) => a.rank - b.rank)
    const seen = new Set<string>()
    for (const { item, group } of ranked) {
      const label = this.#takeLabel(group)
      if (label !== undefined && label !== '') item.label = label
      const key = JSON.stringify(item)
      if (!seen.has(key)) (this.person[list] as (Labelled | ImportedAddress)[]).push(item)
      seen.add(key)
    }
  }
}

const NO_ADDRESS = { label: '', streetAddress: '', locality: '', region: '', postalCode: '', countryName: '' }
const LAST = 1_000

function rankOf({ types, parameters }: Property): number {
  const rank = Number(parameters.get('PREF'))
  if (Number.isInteger(rank) && rank >= 1 && rank <= 100) return rank
  return types.includes('pref') ? 1 : LAST
}
