import type { Updateable } from 'kysely'
import { dropFromSearch, enterIntoSearch, searchText } from './contact-search.ts'
import { birthdayKey, orderKey } from './contact-texts.ts'
import type { ContactTable } from './contacts-schema.ts'
import type { Db, Tx } from './database.ts'

/** An entry of a list of a contact's: `home`, `ada@example.org`. */
export interface TypedValue {
  type: string
  value: string
}

export interface PostalAddress {
  type: string
  street: string
  city: string
  region: string
  postal: string
  country: string
}

/** Texts of a contact, by the columns that hold them. */
export const textColumns = {
  firstname: 'firstname',
  lastname: 'lastname',
  nickname: 'nickname',
  gender: 'gender',
  email: 'email',
  phone: 'phone',
  address: 'address',
  birthday: 'birthday',
  anniversary: 'anniversary',
  howWeMet: 'how_we_met',
  foodPreference: 'food_preference',
  workInformation: 'work_information',
  contactInformation: 'contact_information',
  prefix: 'prefix',
  middleName: 'middle_name',
  suffix: 'suffix',
  organization: 'organization',
  department: 'department',
  jobTitle: 'job_title',
  role: 'role',
} as const satisfies Record<string, keyof ContactTable>

/** Lists of a contact, by the columns that hold them. */
export const listColumns = {
  emails: 'emails',
  phones: 'phones',
  addresses: 'addresses',
  urls: 'urls',
  impps: 'impps',
  circles: 'circles',
  customFields: 'custom_fields',
} as const satisfies Record<string, keyof ContactTable>

/** What is known of a person: no text is null, a list that was never set is. */
export type ContactValues = Record<keyof typeof textColumns, string> & {
  emails: TypedValue[] | null
  phones: TypedValue[] | null
  addresses: PostalAddress[] | null
  urls: TypedValue[] | null
  impps: TypedValue[] | null
  circles: string[] | null
  customFields: Record<string, string> | null
}

export interface Contact extends ContactValues {
  id: number
  uid: string
  isArchived: boolean
  /** The file of its picture, or an empty text. */
  photo: string
  createdAt: number
  updatedAt: number
}

/** As `contact.state` has it. */
export const STATE = { listed: 0, archived: 1, trash: 2 } as const

const columns = [
  'contact.id',
  'contact.uid',
  'contact.state',
  'contact.created_at',
  'contact.updated_at',
  ...Object.values(textColumns).map((column) => `contact.${column}` as const),
  ...Object.values(listColumns).map((column) => `contact.${column}` as const),
] as const

export function selectContacts(db: Db) {
  return db
    .selectFrom('contact')
    .leftJoin('contact_photo', 'contact_photo.contact_id', 'contact.id')
    .select([...columns, 'contact_photo.file'])
}

type ContactRow = Awaited<ReturnType<ReturnType<typeof selectContacts>['execute']>>[number]

export function toContact(row: ContactRow): Contact {
  const texts = Object.entries(textColumns).map(([name, column]) => [name, row[column]])
  const lists = Object.entries(listColumns).map(([name, column]) => [name, row[column]])
  return {
    ...(Object.fromEntries([...texts, ...lists]) as ContactValues),
    id: row.id,
    uid: row.uid,
    isArchived: row.state === STATE.archived,
    photo: row.file ?? '',
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** Not one in the trash. */
export async function findContact(
  db: Db,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<Contact | undefined> {
  const row = await selectContacts(db)
    .where('contact.id', '=', id)
    .where('contact.owner_id', '=', ownerId)
    .where('contact.state', '!=', STATE.trash)
    .executeTakeFirst()
  return row && toContact(row)
}

/** Holds a contact, as it is now, until the transaction ends. @returns false without one, or for one in the trash. */
export async function holdContact(
  tx: Tx,
  { ownerId, id }: { ownerId: number; id: number },
): Promise<boolean> {
  const row = await tx
    .updateTable('contact')
    .set((eb) => ({ state: eb.ref('state') }))
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('state', '!=', STATE.trash)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

function valuesOf(values: ContactValues) {
  const texts = Object.entries(textColumns).map(([name, column]) => [column, values[name as 'firstname']])
  const lists = Object.entries(listColumns).map(([name, column]) => {
    const list = values[name as 'emails']
    return [column, list === null ? null : JSON.stringify(list)]
  })
  return {
    ...(Object.fromEntries(texts) as Record<(typeof textColumns)[keyof typeof textColumns], string>),
    ...(Object.fromEntries(lists) as Record<(typeof listColumns)[keyof typeof listColumns], string | null>),
    first_key: orderKey(values.firstname),
    last_key: orderKey(values.lastname),
    nick_key: orderKey(values.nickname),
    birthday_key: birthdayKey(values.birthday),
  } satisfies Updateable<ContactTable>
}

export async function insertContact(
  tx: Tx,
  { ownerId, uid, values, now }: { ownerId: number; uid: string; values: ContactValues; now: number },
): Promise<number> {
  const { id } = await tx
    .insertInto('contact')
    .values({
      ...valuesOf(values),
      owner_id: ownerId,
      uid,
      state: STATE.listed,
      hidden_properties: null,
      import_id: null,
      deleted_at: null,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await insertCircles(tx, { ownerId, id, values, state: STATE.listed })
  await enterIntoSearch(tx, 'contact_search', [{ id, ownerId, text: textOf(values) }])
  await count(tx, ownerId, { listed: 1, archived: 0 })
  return id
}

/** Puts other values in the place of all that there were. */
export async function replaceContact(
  tx: Tx,
  { ownerId, id, values, now }: { ownerId: number; id: number; values: ContactValues; now: number },
): Promise<void> {
  const { state } = await tx
    .updateTable('contact')
    .set({ ...valuesOf(values), updated_at: now })
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .returning('state')
    .executeTakeFirstOrThrow()
  await tx.deleteFrom('contact_circle').where('contact_id', '=', id).execute()
  await insertCircles(tx, { ownerId, id, values, state })
  await dropFromSearch(tx, 'contact_search', [id])
  await enterIntoSearch(tx, 'contact_search', [{ id, ownerId, text: textOf(values) }])
}

async function insertCircles(
  tx: Tx,
  { ownerId, id, values, state }: { ownerId: number; id: number; values: ContactValues; state: number },
): Promise<void> {
  const circles = new Set((values.circles ?? []).filter((circle) => circle.trim() !== ''))
  if (circles.size === 0) return
  await tx
    .insertInto('contact_circle')
    .values(
      [...circles].map((circle) => ({
        contact_id: id,
        circle,
        owner_id: ownerId,
        state,
        first_key: orderKey(values.firstname),
        last_key: orderKey(values.lastname),
      })),
    )
    .execute()
}

/** Whatever somebody may remember of a person. */
function textOf(values: ContactValues): string {
  const { firstname, lastname, nickname } = values
  const texts = Object.keys(textColumns).map((name) => values[name as 'firstname'])
  const typed = [values.emails, values.phones, values.urls, values.impps].flatMap((list) => list ?? [])
  return searchText([
    `${firstname} ${lastname}`,
    `${nickname} ${lastname}`,
    ...texts,
    ...typed.map(({ value }) => value),
    ...(values.addresses ?? []).flatMap(({ type: _type, ...parts }) => Object.values(parts)),
    ...(values.circles ?? []),
    ...Object.values(values.customFields ?? {}),
  ])
}

/** Moves a contact from one list to another. @returns false if it was not in the first. */
export async function moveContact(
  tx: Tx,
  {
    ownerId,
    id,
    from,
    to,
    now,
  }: { ownerId: number; id: number; from: keyof typeof STATE; to: keyof typeof STATE; now: number },
): Promise<boolean> {
  const moved = await tx
    .updateTable('contact')
    .set({ state: STATE[to], updated_at: now, deleted_at: to === 'trash' ? now : null })
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('state', '=', STATE[from])
    .returning('id')
    .executeTakeFirst()
  if (!moved) return false
  await tx.updateTable('contact_circle').set({ state: STATE[to] }).where('contact_id', '=', id).execute()
  const step = (list: keyof typeof STATE): number => Number(to === list) - Number(from === list)
  await count(tx, ownerId, { listed: step('listed'), archived: step('archived') })
  return true
}

async function count(
  tx: Tx,
  ownerId: number,
  { listed, archived }: { listed: number; archived: number },
): Promise<void> {
  await tx
    .insertInto('address_book')
    .values({ owner_id: ownerId, listed, archived })
    .onConflict((conflict) =>
      conflict.column('owner_id').doUpdateSet((eb) => ({
        listed: eb('address_book.listed', '+', listed),
        archived: eb('address_book.archived', '+', archived),
      })),
    )
    .execute()
}
