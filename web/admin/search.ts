import { ACTIONS, type Action } from './activity-words.ts'

/** What of the console stands in the address: Back undoes it, and a link shows somebody else the same. */
export type AdminSearch = {
  /** Whose accounts; the caller's own realm if it is left out. */
  realm?: string
  /** The account whose panel is open. */
  account?: string
}

export const ROLES = ['admin', 'staff', 'user'] as const
export const STATUSES = ['active', 'disabled'] as const
export const SORTS = ['-created', 'created', 'name', '-name'] as const

export type AccountsSearch = {
  search?: string
  role?: (typeof ROLES)[number]
  status?: (typeof STATUSES)[number]
  sort?: (typeof SORTS)[number]
  page?: number
}

export const MAIL_STATES = ['waiting', 'failed', 'sent'] as const

export type MailboxSearch = {
  state?: (typeof MAIL_STATES)[number]
  /** The mail whose panel is open. */
  mail?: number
}

export type ActivitySearch = {
  action?: Action
  /** The account that entries are about. */
  about?: string
  app?: string
  /** What addresses begin with. */
  address?: string
}

type Raw = Record<string, unknown>

export function adminSearch({ realm, account }: Raw): AdminSearch {
  return { ...given('realm', words(realm)), ...given('account', words(account)) }
}

export function accountsSearch({ search, role, status, sort, page }: Raw): AccountsSearch {
  return {
    ...given('search', words(search)),
    ...given('role', oneOf(ROLES, role)),
    ...given('status', oneOf(STATUSES, status)),
    ...given('sort', oneOf(SORTS, sort)),
    ...given('page', whole(page)),
  }
}

export function mailboxSearch({ state, mail }: Raw): MailboxSearch {
  return { ...given('state', oneOf(MAIL_STATES, state)), ...given('mail', whole(mail)) }
}

export function activitySearch({ action, about, app, address }: Raw): ActivitySearch {
  return {
    ...given('action', oneOf(ACTIONS, action)),
    ...given('about', words(about)),
    ...given('app', words(app)),
    ...given('address', words(address)),
  }
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value })
}

/** The router reads `?search=123` as a number. */
function words(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text !== '' ? text : undefined
}

function oneOf<Value extends string>(all: readonly Value[], value: unknown): Value | undefined {
  return all.find((known) => known === value)
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined
}
