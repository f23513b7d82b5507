import { type Static, Type } from 'typebox'
import {
  type Contact,
  type ContactValues,
  type ListedContact,
  listColumns,
  textColumns,
} from '../../engine/contacts/contact.ts'
import { nothingKnown } from '../../engine/contacts/contact-values.ts'
import type { Violation } from '../contract.ts'
import { timestamp, ZERO_TIME } from './time.ts'

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }))
/** Something in it that is no blank. */
export const NOT_BLANK = '\\S'
const ENTRIES_MAX = 25
const CIRCLES_MAX = 500
/** An index takes no longer ones. */
const CIRCLE_LENGTH_MAX = 300
const CUSTOM_FIELDS_MAX = 1_000
const CUSTOM_VALUE_LENGTH_MAX = 10_000

const TypedInput = (value: ReturnType<typeof Type.String>) =>
  Type.Optional(Type.Array(Type.Object({ type: text(30), value }), { maxItems: ENTRIES_MAX }))

export const genders = ['', 'male', 'female', 'other', 'prefer_not_to_say'] as const
export const Gender = Type.Optional(Type.String({ enum: [...genders] }))
export const PartialDate = Type.Optional(
  Type.String({
    format: 'partial-date-or-empty',
    description: '`YYYY-MM-DD`, or `--MM-DD` where the year is not known.',
  }),
)

/** What may be said of a contact; what is left out is empty. */
export const ContactInput = Type.Object({
  firstname: Type.String({ minLength: 1, maxLength: 100, pattern: NOT_BLANK }),
  lastname: text(100),
  nickname: text(50),
  gender: Gender,
  email: Type.Optional(Type.String({ format: 'dotted-email-or-empty' })),
  phone: Type.Optional(Type.String({ format: 'phone-or-empty' })),
  birthday: PartialDate,
  anniversary: PartialDate,
  address: text(500),
  how_we_met: text(1_000),
  food_preference: text(500),
  work_information: text(1_000),
  contact_information: text(1_000),
  circles: Type.Optional(
    Type.Array(Type.String({ maxLength: CIRCLE_LENGTH_MAX }), { maxItems: CIRCLES_MAX }),
  ),
  custom_fields: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: CUSTOM_VALUE_LENGTH_MAX }), {
      maxProperties: CUSTOM_FIELDS_MAX,
    }),
  ),
  emails: TypedInput(Type.String({ minLength: 1, format: 'dotted-email' })),
  phones: TypedInput(Type.String({ minLength: 1, format: 'phone' })),
  addresses: Type.Optional(
    Type.Array(
      Type.Object({
        type: text(30),
        street: text(500),
        city: text(200),
        region: text(200),
        postal: text(30),
        country: text(100),
      }),
      { maxItems: ENTRIES_MAX },
    ),
  ),
  urls: TypedInput(Type.String({ minLength: 1, maxLength: 500, format: 'safe-link' })),
  impps: TypedInput(Type.String({ minLength: 1, maxLength: 200, format: 'safe-link' })),
  prefix: text(50),
  suffix: text(50),
  middle_name: text(100),
  organization: text(200),
  department: text(200),
  job_title: text(200),
  role: text(200),
})
export type ContactInput = Static<typeof ContactInput>

/** A rule that no schema knows: no circle twice, whatever its case and the blanks around it. */
export function brokenBy({ circles = [] }: Partial<ContactInput>): Violation[] {
  const keys = circles.map((circle) => circle.trim().toLowerCase()).filter(Boolean)
  return new Set(keys).size === keys.length ? [] : [{ path: ['circles'], rule: 'uniqueItems' }]
}

export function toValues(input: ContactInput): ContactValues {
  const texts = Object.entries(textColumns).map(([name, wire]) => [name, input[wire] ?? ''])
  const typed = (list: { type?: string; value: string }[] | undefined) =>
    list?.map(({ type = '', value }) => ({ type, value })) ?? null
  return {
    ...(Object.fromEntries(texts) as Record<keyof typeof textColumns, string>),
    emails: typed(input.emails),
    phones: typed(input.phones),
    urls: typed(input.urls),
    impps: typed(input.impps),
    addresses:
      input.addresses?.map(
        ({ type = '', street = '', city = '', region = '', postal = '', country = '' }) => ({
          type,
          street,
          city,
          region,
          postal,
          country,
        }),
      ) ?? null,
    circles: input.circles ?? null,
    customFields: input.custom_fields ?? null,
  }
}

const OrNull = (list: ReturnType<typeof Type.Array> | ReturnType<typeof Type.Record>) =>
  Type.Union([list, Type.Null()])
const Typed = OrNull(Type.Array(Type.Object({ type: Type.String(), value: Type.String() })))
const Embedded = Type.Optional(Type.Array(Type.Any(), { description: 'Only where they are asked for.' }))

const base = {
  ID: Type.Integer(),
  CreatedAt: Type.String(),
  UpdatedAt: Type.String(),
  DeletedAt: Type.Null(),
}
/** The four keys that every object but a user begins with. */
export const Base = Type.Object(base)

export const ContactShape = Type.Object({
  ...base,
  ...(Object.fromEntries(Object.values(textColumns).map((wire) => [wire, Type.String()])) as Record<
    (typeof textColumns)[keyof typeof textColumns],
    ReturnType<typeof Type.String>
  >),
  photo: Type.String({ description: 'Not empty: there is a picture.' }),
  photo_thumbnail: Type.Optional(Type.String({ description: 'A data URL, in lists.' })),
  relationships: OrNull(Type.Array(Type.Any())),
  notes: Embedded,
  activities: Embedded,
  reminders: Embedded,
  circles: OrNull(Type.Array(Type.String())),
  emails: Typed,
  phones: Typed,
  addresses: OrNull(
    Type.Array(
      Type.Object({
        type: Type.String(),
        street: Type.String(),
        city: Type.String(),
        region: Type.String(),
        postal: Type.String(),
        country: Type.String(),
      }),
    ),
  ),
  urls: Typed,
  impps: Typed,
  custom_fields: OrNull(Type.Record(Type.String(), Type.String())),
  archived: Type.Boolean(),
})
export type ContactShape = Static<typeof ContactShape>

/** What hangs on an object of ours: the four keys. */
export function baseOf({ id, createdAt, updatedAt }: { id: number; createdAt: number; updatedAt: number }) {
  return { ID: id, CreatedAt: timestamp(createdAt), UpdatedAt: timestamp(updatedAt), DeletedAt: null }
}

export function toContactShape(contact: Contact): ContactShape {
  return {
    ...baseOf(contact),
    ...known(contact),
    photo: contact.photo,
    relationships: null,
    archived: contact.isArchived,
  }
}

function known(values: ContactValues) {
  const texts = Object.entries(textColumns).map(([name, wire]) => [wire, values[name as 'firstname']])
  const lists = Object.entries(listColumns).map(([name, wire]) => [wire, values[name as 'emails']])
  return Object.fromEntries([...texts, ...lists]) as Omit<
    ContactShape,
    keyof Static<typeof Base> | 'photo' | 'relationships' | 'archived'
  >
}

/** In place of a contact that nobody asked for: every key, and nothing in it. */
export const zeroContact: ContactShape = {
  ID: 0,
  CreatedAt: ZERO_TIME,
  UpdatedAt: ZERO_TIME,
  DeletedAt: null,
  ...known(nothingKnown),
  photo: '',
  relationships: null,
  archived: false,
}

const selectable = new Set<string>([
  'ID',
  'photo',
  'photo_thumbnail',
  'archived',
  ...Object.values(textColumns),
  ...Object.values(listColumns),
])

/** The fields that `fields=` names; nothing when it names none, which means all. */
export function readFields(fields: string | undefined): Set<string> | undefined {
  const named = (fields ?? '').split(',').filter((name) => selectable.has(name))
  return named.length === 0 ? undefined : new Set(named)
}

/** With the fields that were asked for, and the others as if nothing were known; when it was made and changed always. */
export function withFields(shape: ContactShape, fields: Set<string> | undefined): ContactShape {
  if (!fields) return shape
  const kept = Object.entries(shape).filter(([key]) => fields.has(key) || !selectable.has(key))
  const thumbnail = shape.photo_thumbnail === undefined ? {} : { photo_thumbnail: '' }
  return { ...zeroContact, ...thumbnail, ...Object.fromEntries(kept) }
}

export function thumbnailOf({ thumbnail }: Pick<ListedContact, 'thumbnail'>): string {
  return thumbnail === null ? '' : `data:image/jpeg;base64,${Buffer.from(thumbnail).toString('base64')}`
}

/** As lists show it. */
export function toListedShape(contact: ListedContact): ContactShape {
  return { ...toContactShape(contact), photo_thumbnail: thumbnailOf(contact) }
}
