import { type ImportedAddress, type ImportedPerson, LIST_LENGTH_MAX } from '../imported-person.ts'
import { labelOfText, labelOfTypes } from '../labels.ts'
import { readPhotoBytes } from '../photo.ts'
import type { Card } from './card.ts'
import type { Property } from './content-line.ts'
import { MESSENGERS, OUR_TEXTS, RELATIVES, SILENT } from './other-names.ts'
import { readList, readPart, readParts, splitRaw, unescapeLines, unescapeText } from './text.ts'

/** Reads one property into the card. It is never empty. */
type Handler = (card: Card, property: Property) => void

/** Of an address with the name of its owner before it. */
const NAMED_LENGTH_MAX = 400

const HANDLERS: Record<string, Handler> = {
  N: takeName,
  FN: (card, property) => card.setOnce('formattedName', property, textOf(property)),
  NICKNAME: takeNickname,
  'X-NICKNAME': takeNickname,
  EMAIL: (card, property) => {
    const written = textOf(property).replace(/^mailto:/i, '')
    const value = /<([^<>\s@]+@[^<>\s@]+)>$/.exec(written.slice(-NAMED_LENGTH_MAX))?.[1] ?? written
    card.add('emails', property, { label: labelOfTypes(property.types), value })
  },
  TEL: (card, property) => {
    const value = textOf(property).replace(/^tel:/i, '').replace(/;ext=/i, ' ext. ')
    card.add('phones', property, { label: labelOfTypes(property.types), value })
  },
  ADR: takeAddress,
  LABEL: (card, property) => card.deliveryLabels.push({ property, text: textOf(property) }),
  URL: (card, property) =>
    card.add('urls', property, { label: labelOfTypes(property.types), value: textOf(property) }),
  'X-SOCIALPROFILE': takeProfile,
  IMPP: takeMessenger,
  ORG: takeOrganization,
  'X-DEPARTMENT': takeDepartment,
  'X-KADDRESSBOOK-X-DEPARTMENT': takeDepartment,
  TITLE: (card, property) => card.setOnce('jobTitle', property, textOf(property)),
  ROLE: (card, property) => card.setOnce('role', property, textOf(property)),
  NOTE: (card, property) => card.person.notes.push(textOf(property)),
  CATEGORIES: takeCategories,
  BDAY: (card, property) => card.setDate('birthday', property),
  ANNIVERSARY: (card, property) => card.setDate('anniversary', property),
  'X-ANNIVERSARY': (card, property) => card.setDate('anniversary', property),
  'X-EVOLUTION-ANNIVERSARY': (card, property) => card.setDate('anniversary', property),
  'X-KADDRESSBOOK-X-ANNIVERSARY': (card, property) => card.setDate('anniversary', property),
  'X-MS-ANNIVERSARY': (card, property) => card.setDate('anniversary', property),
  'X-ABDATE': takeLabelledDate,
  GENDER: takeGender,
  SEX: takeGender,
  'X-GENDER': takeGender,
  'X-WAB-GENDER': takeGender,
  RELATED: takeRelated,
  AGENT: takeAgent,
  'X-ABRELATEDNAMES': (card, property) =>
    card.whenLabelled(property.group, (label) =>
      card.person.relations.push({ type: label.toLowerCase() || 'related', uid: '', name: textOf(property) }),
    ),
  PHOTO: takePhoto,
  UID: (card, property) => card.setOnce('uid', property, property.value.trim()),
  REV: (card, property) => {
    card.person.revision = property.value.trim()
  },
  KIND: takeKind,
  'X-ADDRESSBOOKSERVER-KIND': takeKind,
  'X-ABSHOWAS': (card, property) => {
    card.isCompany ||= /company/i.test(property.value)
  },
  MEMBER: takeMember,
  'X-ADDRESSBOOKSERVER-MEMBER': takeMember,
  'X-ABLABEL': takeLabel,
  'X-ANDROID-CUSTOM': takeAndroid,
  'X-LATCHKEY-FIELD': (card, property) =>
    card.person.customFields.push({ name: property.parameters.get('X-NAME') ?? '', value: textOf(property) }),
  'X-LATCHKEY-COLUMN': (card, property) =>
    card.person.leftovers.push({
      source: 'csv',
      name: property.parameters.get('X-NAME') ?? '',
      value: textOf(property),
    }),
}

/** @returns nothing for a property that we do not know. */
export function findHandler(name: string): Handler | undefined {
  if (Object.hasOwn(HANDLERS, name)) return HANDLERS[name]
  if (SILENT.has(name)) return () => undefined
  if (Object.hasOwn(MESSENGERS, name)) return takeOldMessenger
  if (Object.hasOwn(RELATIVES, name)) return takeRelative
  return Object.hasOwn(OUR_TEXTS, name) ? takeOurText : undefined
}

function textOf(property: Property): string {
  return unescapeLines(property.value)
}

function takeName(card: Card, property: Property): void {
  const { person } = card
  const [family = '', given = '', additional = '', prefixes = '', suffixes = ''] = readParts(property.value)
  const isSecond = card.hasName && (person.familyName !== '' || person.givenName !== '')
  card.hasName = true
  if (isSecond) {
    card.warn('N', 'second_value')
    card.keep(property)
    return
  }
  person.familyName = readPart(family, ' ')
  person.givenName = readPart(given, ' ')
  person.additionalNames = readPart(additional, ' ')
  person.honorificPrefixes = readPart(prefixes, ' ')
  person.honorificSuffixes = readPart(suffixes, ', ')
}

function takeNickname(card: Card, property: Property): void {
  addAll(card, card.person.nicknames, property, readList(property.value))
}

function takeAddress(card: Card, property: Property): void {
  const parts = readParts(property.value).map((part) => readPart(part, ', '))
  const [box = '', extended = '', street = '', locality = '', region = '', postalCode = '', country = ''] =
    parts
  const whole = unescapeText(property.parameters.get('LABEL') ?? '')
  const streetAddress = [street, extended, box].filter((part) => part !== '').join(', ')
  const address: ImportedAddress = {
    label: labelOfTypes(property.types),
    streetAddress,
    locality,
    region,
    postalCode,
    countryName: country,
  }
  if (parts.slice(7).some((part) => part !== '')) {
    card.warn('ADR', 'address_parts')
    card.keep(property)
  }
  const isEmpty = parts.every((part) => part === '')
  if (isEmpty && whole === '') return
  card.addAddress(property, isEmpty ? { ...address, streetAddress: whole.trim() } : address)
}

/** What is said of an account: a page to look at, or only a name. */
function takeProfile(card: Card, property: Property): void {
  const value = textOf(property)
  const service = property.types.find((type) => type !== 'pref') ?? ''
  const user = property.parameters.get('X-USER') ?? value.replace(/^x-apple:/i, '')
  if (/^https?:\/\/./i.test(value)) card.add('urls', property, { label: labelOfText(service), value })
  else if (user !== '') card.add('impps', property, { label: labelOfText(service), value: user })
}

function takeMessenger(card: Card, property: Property): void {
  const service = property.parameters.get('X-SERVICE-TYPE')
  const label = service === undefined ? labelOfTypes(property.types) : service.toLowerCase()
  card.add('impps', property, { label, value: textOf(property).replace(/^x-apple:/i, '') })
}

function takeOldMessenger(card: Card, property: Property): void {
  const label = MESSENGERS[property.name] || labelOfTypes(property.types)
  card.add('impps', property, { label, value: textOf(property) })
}

function takeOrganization(card: Card, property: Property): void {
  const [organization = '', ...units] = readParts(property.value).map((part) => unescapeText(part).trim())
  const department = units.filter((unit) => unit !== '').join(', ')
  const isFirst = card.setOnce('organization', property, organization)
  if (isFirst && department !== '') card.person.department = department
}

function takeDepartment(card: Card, property: Property): void {
  if (card.person.department === '') card.person.department = textOf(property)
}

function takeCategories(card: Card, property: Property): void {
  // Some programs separate by semicolons, which have no meaning here.
  const isBySemicolons = !property.value.includes(',') && splitRaw(property.value, ';').length > 1
  const names = isBySemicolons
    ? splitRaw(property.value, ';').map((name) => unescapeText(name).trim())
    : readList(property.value)
  addAll(card, card.person.categories, property, names)
}

function addAll(card: Card, list: string[], { name }: Property, values: string[]): void {
  for (const value of values.slice(0, LIST_LENGTH_MAX)) {
    if (list.length < LIST_LENGTH_MAX && value !== '' && !list.includes(value)) list.push(value)
  }
  if (values.length > LIST_LENGTH_MAX) card.warn(name, 'value_too_long')
}

function takeLabelledDate(card: Card, property: Property): void {
  card.whenLabelled(property.group, (label) => {
    if (label.toLowerCase() === 'anniversary') card.setDate('anniversary', property)
    else {
      card.keep(property)
      if (label !== '') card.keep({ ...property, name: 'X-ABLABEL', rawParameters: '', value: label })
    }
  })
}

const GENDERS: Record<string, ImportedPerson['gender']> = {
  M: 'male',
  F: 'female',
  O: 'other',
  N: 'prefer_not_to_say',
  U: 'prefer_not_to_say',
}

/** One letter and a text (RFC 6350 §6.2.7), a word, or the number that Windows had: 1 female, 2 male. */
function takeGender(card: Card, property: Property): void {
  const [code = '', words = ''] = property.value.split(';')
  const letter = code.trim().charAt(0).toUpperCase().replace('1', 'F').replace('2', 'M').replace('W', 'F')
  const gender = GENDERS[letter] ?? (words.trim() === '' ? undefined : 'other')
  if (gender === undefined) card.keep(property)
  else card.person.gender = gender
}

/** RFC 6350 §6.6.6: a name, or the UID of somebody's card. */
function takeRelated(card: Card, property: Property): void {
  const value = textOf(property)
  const type = labelOfText(property.types.find((word) => word !== 'pref') ?? '') || 'related'
  const isName = property.parameters.get('VALUE')?.toLowerCase() === 'text' || /\s/.test(value)
  const isUid = !isName && (/^[a-z][\w+.-]*:./i.test(value) || /^[\da-f-]{32,36}$/i.test(value))
  if (/^urn:uuid:$/i.test(value)) card.warn('RELATED', 'relation_empty')
  else card.person.relations.push({ type, uid: isUid ? value : '', name: isUid ? '' : value })
}

function takeRelative(card: Card, property: Property): void {
  card.person.relations.push({ type: RELATIVES[property.name] ?? 'related', uid: '', name: textOf(property) })
}

/** A name or an address; a card in it is read by itself, see `read.ts`. */
function takeAgent(card: Card, property: Property): void {
  const value = textOf(property)
  const isUid = /^[a-z][\w+.-]*:\S+$/i.test(value)
  card.person.relations.push({ type: 'agent', uid: isUid ? value : '', name: isUid ? '' : value })
}

function takePhoto(card: Card, property: Property): void {
  if (card.person.photo !== null) {
    card.warn('PHOTO', 'photo_second')
    return
  }
  const value = property.value.trim()
  if (/^https?:\/\//i.test(value)) {
    card.person.photo = { kind: 'remote', url: unescapeText(value) }
    return
  }
  const data = /^data:[^,]*?;base64\\?,/i.exec(value)?.[0]
  const bytes = data === undefined ? property.bytes : undefined
  const isBare = bytes === undefined && data === undefined && /^[\w+/=\s-]{64,}$/.test(value.slice(0, 256))
  const taken =
    bytes ??
    (data !== undefined || isBare ? Buffer.from(value.slice(data?.length ?? 0), 'base64') : undefined)
  if (taken === undefined) {
    card.keep(property)
    return
  }
  const { photo, warning } = readPhotoBytes(taken, card.limits.photoBytesMax)
  card.person.photo = photo
  if (warning) card.warn('PHOTO', warning)
}

function takeKind(card: Card, property: Property): void {
  const kind = property.value.trim().toLowerCase()
  if (kind === 'group') card.person.kind = 'group'
  else if (/^org/.test(kind)) card.isCompany = true
  else if (kind !== 'individual') card.keep(property)
}

function takeMember(card: Card, property: Property): void {
  const value = property.value.trim()
  const email = /^mailto:(.+)$/i.exec(value)?.[1]
  card.person.members.push(email === undefined ? { uid: value, email: '' } : { uid: '', email })
}

function takeLabel(card: Card, property: Property): void {
  if (property.group === '') card.keep(property)
  else card.setLabel(property)
}

const ANDROID_EVENTS: Record<string, 'birthday' | 'anniversary'> = { '1': 'anniversary', '3': 'birthday' }

/** `vnd.android.cursor.item/nickname;Joe;1;…`: a row of Android's own table. */
function takeAndroid(card: Card, property: Property): void {
  const [path = '', value = '', type = ''] = readParts(property.value).map((part) =>
    unescapeText(part).trim(),
  )
  const kind = path.slice(path.lastIndexOf('/') + 1)
  const event = ANDROID_EVENTS[type]
  if (value === '') return
  if (kind === 'nickname') takeNickname(card, { ...property, value })
  else if (kind === 'contact_event' && event) card.setDate(event, { ...property, value })
  else if (kind === 'relation') card.person.relations.push({ type: 'related', uid: '', name: value })
  else card.keep(property)
}

function takeOurText(card: Card, property: Property): void {
  const field = OUR_TEXTS[property.name]
  if (field) card.person[field] = textOf(property)
}
