import type { Generated } from 'kysely'
import type { Json, Millis } from './columns.ts'

/** The tables of the personal CRM; what is said of columns in `schema.ts` holds here too. */
export interface ContactsSchema {
  address_book: AddressBookTable
  contact: ContactTable
  contact_photo: ContactPhotoTable
  contact_circle: ContactCircleTable
  contact_match: ContactMatchTable
  relationship: RelationshipTable
  note: NoteTable
  activity: ActivityTable
  activity_contact: ActivityContactTable
  reminder: ReminderTable
  reminder_completion: ReminderCompletionTable
  reminder_mail: ReminderMailTable
  contact_history: ContactHistoryTable
  contact_import: ContactImportTable
  contact_import_value: ContactImportValueTable
  contact_merge: ContactMergeTable
  calendar_feed: CalendarFeedTable
}

/** How many contacts an owner has, so that nobody counts them for a page. */
export interface AddressBookTable {
  owner_id: number
  listed: number
  archived: number
}

/** A person whom an account knows. What is not known is an empty text, or null for a list that was never set. */
export interface ContactTable {
  id: Generated<number>
  owner_id: number
  /** The UID of its vCard (RFC 6350 §6.7.6), for ever. */
  uid: string
  /** 0 listed, 1 archived, 2 in the trash. */
  state: number
  firstname: string
  lastname: string
  nickname: string
  gender: string
  email: string
  phone: string
  address: string
  birthday: string
  anniversary: string
  how_we_met: string
  food_preference: string
  work_information: string
  contact_information: string
  prefix: string
  middle_name: string
  suffix: string
  organization: string
  department: string
  job_title: string
  role: string
  /** Folded names, by which lists are ordered. */
  first_key: string
  last_key: string
  nick_key: string
  /** Month and day, 229 for the 29th of February; null without a birthday. */
  birthday_key: number | null
  emails: Json<{ type: string; value: string }[]> | null
  phones: Json<{ type: string; value: string }[]> | null
  addresses: Json<Record<string, string>[]> | null
  urls: Json<{ type: string; value: string }[]> | null
  impps: Json<{ type: string; value: string }[]> | null
  circles: Json<string[]> | null
  custom_fields: Json<Record<string, string>> | null
  /** What an import brought and nobody is shown, to be written out again. */
  hidden_properties: Json<unknown> | null
  import_id: number | null
  deleted_at: Millis | null
  created_at: Millis
  updated_at: Millis
}

export interface ContactPhotoTable {
  contact_id: number
  file: string
  thumbnail: Uint8Array
  updated_at: Millis
}

/** One circle of a contact, with what its lists are chosen and ordered by. */
export interface ContactCircleTable {
  contact_id: number
  circle: string
  owner_id: number
  state: number
  first_key: string
  last_key: string
}

/** By which an import finds who is there already. */
export interface ContactMatchTable {
  contact_id: number
  kind: string
  key: string
  owner_id: number
}

export interface RelationshipTable {
  id: Generated<number>
  owner_id: number
  contact_id: number
  related_contact_id: number | null
  name: string
  type: string
  gender: string
  birthday: string
  birthday_key: number | null
  import_id: number | null
  /** The contact that took it to the trash with it. */
  trashed_with: number | null
  deleted_at: Millis | null
  created_at: Millis
  updated_at: Millis
}

export interface NoteTable {
  id: Generated<number>
  owner_id: number
  contact_id: number | null
  content: string
  /** As it was sent, with its zone; then the instant, and the day in that zone. */
  date: string
  date_at: Millis
  date_day: string
  import_id: number | null
  trashed_with: number | null
  deleted_at: Millis | null
  created_at: Millis
  updated_at: Millis
}

export interface ActivityTable {
  id: Generated<number>
  owner_id: number
  title: string
  description: string
  location: string
  date: string
  date_at: Millis
  date_day: string
  import_id: number | null
  deleted_at: Millis | null
  created_at: Millis
  updated_at: Millis
}

export interface ActivityContactTable {
  activity_id: number
  contact_id: number
  /** Its contact is in the trash since then. */
  trashed_at: Millis | null
}

export interface ReminderTable {
  id: Generated<number>
  owner_id: number
  contact_id: number
  message: string
  by_mail: boolean
  /** Midnight of its day, with the zone it was sent with; then the instant, and the day. */
  remind_at: string
  remind_at_ms: Millis
  remind_day: string
  /** The day of the month that was asked for: 31 stays 31 after a February. */
  day_wanted: number
  recurrence: string
  reoccur_from_completion: boolean
  completed: boolean
  email_sent: boolean
  last_sent: Millis | null
  import_id: number | null
  trashed_with: number | null
  deleted_at: Millis | null
  created_at: Millis
  updated_at: Millis
}

export interface ReminderCompletionTable {
  id: Generated<number>
  owner_id: number
  reminder_id: number | null
  contact_id: number
  message: string
  completed_at: Millis
  created_at: Millis
  updated_at: Millis
}

export interface ReminderMailTable {
  owner_id: number
  day: string
  created_at: Millis
}

export interface ContactHistoryTable {
  id: Generated<number>
  owner_id: number
  contact_id: number
  action: string
  /** Each field that changed: what stood there, and what does now. */
  changes: Json<Record<string, unknown>>
  /** From where: the app, an import. */
  source: string
  created_at: Millis
}

export interface ContactImportTable {
  id: Generated<number>
  owner_id: number
  kind: string
  name: string
  report: Json<Record<string, unknown>>
  created_at: Millis
  undone_at: Millis | null
}

export interface ContactImportValueTable {
  id: Generated<number>
  owner_id: number
  import_id: number
  contact_id: number
  field: string
  before: Json<unknown>
  after: Json<unknown>
}

export interface ContactMergeTable {
  id: Generated<number>
  owner_id: number
  contact_id: number
  parts: Json<unknown>
  created_at: Millis
  undone_at: Millis | null
}

/** The secret address of a calendar of birthdays and reminders. */
export interface CalendarFeedTable {
  owner_id: number
  token_hash: Uint8Array
  created_at: Millis
}
