/*
 * What a reader of contact files hands out: one shape, whatever the file was. Text is as people wrote it, trimmed; what is
 * unset is '' or an empty list. Names are those of vCard 4.0 (RFC 6350), written out.
 */

export interface Labelled {
  /** `home`, `work`, `cell`, `fax`, `work fax`, or the file's own word; '' when the file says nothing. */
  label: string
  value: string
}

export interface ImportedAddress {
  label: string
  /** Post office box, extended and street address, a line each. */
  streetAddress: string
  locality: string
  region: string
  postalCode: string
  countryName: string
}

export interface ImportedRelation {
  /** `spouse`, `child`, `friend`… in lower case, or the file's own word. */
  type: string
  /** Who it is, by one of these. Whether there is such a person is the importer's to find out. */
  uid: string
  name: string
}

/** Who belongs to a group, by what the file says of them. */
export interface ImportedMember {
  uid: string
  email: string
}

export type ImportedPhoto =
  /** `mediaType` is what the bytes are, whatever the file says of them. */
  | { kind: 'bytes'; bytes: Uint8Array; mediaType: string }
  /** Never fetched by a reader. */
  | { kind: 'remote'; url: string }

/** Not understood, and kept as it was written, so that it can be exported again. */
export type Leftover =
  | {
      source: 'vcard'
      /** In upper case. */
      name: string
      group: string
      /** As written, without encoding and charset: `;TYPE=a;X-B="c"`, or ''. */
      parameters: string
      /** Decoded, its escapes as written. */
      value: string
    }
  /** A column that has no place with us. */
  | { source: 'csv'; name: string; value: string }

export interface Warning {
  /** The property or column it is about; '' for the card, the row or the file as a whole. */
  property: string
  /** Stable, for translation. */
  code: WarningCode
  /** Plain English. */
  words: string
}

export type WarningCode =
  | 'address_parts'
  | 'bytes_invalid'
  | 'card_cut_off'
  | 'cell_too_long'
  | 'charset_wrong'
  | 'date_ambiguous'
  | 'date_has_time'
  | 'date_unreadable'
  | 'encoding_odd'
  | 'end_missing'
  | 'leftover_too_long'
  | 'line_without_colon'
  | 'nothing_in_it'
  | 'nul_bytes'
  | 'outside_card'
  | 'photo_cut_off'
  | 'photo_second'
  | 'photo_too_large'
  | 'photo_unreadable'
  | 'quote_open'
  | 'relation_empty'
  | 'row_longer'
  | 'second_value'
  | 'too_many_properties'
  | 'value_too_long'
  | 'year_guessed'

export interface ImportedPerson {
  /** A group is a circle of people, not a person. */
  kind: 'person' | 'company' | 'group'
  /** What to call them. Without a name, it is the organization, an e-mail address or a phone; '' if there is none of these. */
  formattedName: string
  familyName: string
  givenName: string
  additionalNames: string
  honorificPrefixes: string
  honorificSuffixes: string
  nicknames: string[]
  gender: '' | 'male' | 'female' | 'other' | 'prefer_not_to_say'
  /** `YYYY-MM-DD`, `--MM-DD` without a year, or ''. */
  birthday: string
  anniversary: string
  /** Of each list, the preferred one is the first. */
  emails: Labelled[]
  phones: Labelled[]
  addresses: ImportedAddress[]
  urls: Labelled[]
  /** The label is the service, if the file names one. */
  impps: Labelled[]
  organization: string
  department: string
  jobTitle: string
  role: string
  notes: string[]
  categories: string[]
  relations: ImportedRelation[]
  members: ImportedMember[]
  photo: ImportedPhoto | null
  uid: string
  /** When it was last changed, as the file writes it. */
  revision: string
  /** Texts that only we know, from an export of ours or a column of that name. */
  howWeMet: string
  foodPreference: string
  workInformation: string
  contactInformation: string
  customFields: { name: string; value: string }[]
  leftovers: Leftover[]
  warnings: Warning[]
  /** Where in the file: the number of the card or row, and the line it begins in; both from 1. */
  position: number
  line: number
}

export function emptyPerson(position: number, line: number): ImportedPerson {
  return {
    kind: 'person',
    formattedName: '',
    familyName: '',
    givenName: '',
    additionalNames: '',
    honorificPrefixes: '',
    honorificSuffixes: '',
    nicknames: [],
    gender: '',
    birthday: '',
    anniversary: '',
    emails: [],
    phones: [],
    addresses: [],
    urls: [],
    impps: [],
    organization: '',
    department: '',
    jobTitle: '',
    role: '',
    notes: [],
    categories: [],
    relations: [],
    members: [],
    photo: null,
    uid: '',
    revision: '',
    howWeMet: '',
    foodPreference: '',
    workInformation: '',
    contactInformation: '',
    customFields: [],
    leftovers: [],
    warnings: [],
    position,
    line,
  }
}

/** Whether there is nothing that anybody would look for. What only programs need is nothing. */
export function isWithoutContent(person: ImportedPerson): boolean {
  const texts = [
    person.formattedName,
    person.birthday,
    person.anniversary,
    person.department,
    person.jobTitle,
    person.role,
    person.howWeMet,
    person.foodPreference,
    person.workInformation,
    person.contactInformation,
  ]
  const lists = [person.addresses, person.notes, person.categories, person.relations, person.members]
  return (
    texts.every((text) => text === '') && lists.every(({ length }) => length === 0) && person.photo === null
  )
}

/** Nobody has so many of anything; a file that says so is broken, or wants to do harm. */
export const LIST_LENGTH_MAX = 1_000
