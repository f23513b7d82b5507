/** A contact as contracts see it, with the names of its columns, by which some documents call its fields. */

export type { ListedContact } from '../../storage/contact-lists.ts'
export {
  type Contact,
  type ContactValues,
  listColumns,
  type PostalAddress,
  type TypedValue,
  textColumns,
} from '../../storage/contacts.ts'
