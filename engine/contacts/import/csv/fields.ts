/** What a column may be. `''` is a column that has no place with us: its values are kept aside. */
export const SINGLE_FIELDS = [
  'formattedName',
  'familyName',
  'givenName',
  'additionalNames',
  'honorificPrefixes',
  'honorificSuffixes',
  'nicknames',
  'gender',
  'birthday',
  'birthdayDay',
  'birthdayMonth',
  'birthdayYear',
  'anniversary',
  'organization',
  'department',
  'jobTitle',
  'role',
  'notes',
  'categories',
  'uid',
  'revision',
  'kind',
  'photo',
  'howWeMet',
  'foodPreference',
  'workInformation',
  'contactInformation',
  'latchkeyData',
] as const

/** Those of one entry have one family and one group; `…Label` says what the entry is for. */
export const GROUPED_FIELDS = [
  'email',
  'emailLabel',
  'phone',
  'phoneLabel',
  'url',
  'urlLabel',
  'impp',
  'imppLabel',
  'streetAddress',
  'locality',
  'region',
  'postalCode',
  'countryName',
  'formattedAddress',
  'addressLabel',
  'relation',
  'relationLabel',
  'event',
  'eventLabel',
  'custom',
  'customLabel',
] as const

export type SingleField = (typeof SINGLE_FIELDS)[number]
export type GroupedField = (typeof GROUPED_FIELDS)[number]
/** `ignored`: what only the program needs that wrote the file. */
export type Field = SingleField | GroupedField | 'ignored' | ''

export interface ColumnMapping {
  /** From 0. */
  column: number
  /** As written; '' if there is none. */
  header: string
  field: Field
  /** Which entry of its family, from 0. */
  group: number
  /** What the header says the entry is for: `home`, `work fax`; of a relation, who it is: `spouse`. */
  label: string
}
