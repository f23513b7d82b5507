import { type Static, Type } from 'typebox'
import type { Account } from '../../engine/accounts/account.ts'
import { timestamp } from './time.ts'

const user = {
  id: Type.Integer(),
  username: Type.String(),
  email: Type.String(),
  language: Type.String({ description: '`en` or `de`.' }),
  date_format: Type.String({ description: '`eu` or `us`.' }),
  is_admin: Type.Boolean(),
  created_at: Type.String(),
  updated_at: Type.String(),
}
const Names = Type.Union([Type.Array(Type.String()), Type.Null()])

export const AdminUser = Type.Object(user)
export const CurrentUser = Type.Object({ ...user, custom_field_names: Names, enabled_contact_fields: Names })

export function toAdminUser(account: Account): Static<typeof AdminUser> {
  return {
    id: account.id,
    username: account.username ?? '',
    email: account.email ?? '',
    language: languageOf(account),
    date_format: dateFormatOf(account),
    is_admin: account.role === 'admin',
    created_at: timestamp(account.createdAt),
    updated_at: timestamp(account.updatedAt),
  }
}

export function toCurrentUser(account: Account): Static<typeof CurrentUser> {
  return {
    ...toAdminUser(account),
    custom_field_names: namesIn(account, 'customFieldNames'),
    enabled_contact_fields: namesIn(account, 'enabledContactFields'),
  }
}

export function languageOf({ language }: Account): string {
  return language ?? 'en'
}

/** How dates are shown; kept with the account, beside what other documents keep there. */
export function dateFormatOf({ extra }: Account): string {
  return extra.dateFormat === 'us' ? 'us' : 'eu'
}

/** @returns null when they were never set. */
export function namesIn(
  { extra }: Account,
  key: 'customFieldNames' | 'enabledContactFields',
): string[] | null {
  const names = extra[key]
  return Array.isArray(names) ? names.map(String) : null
}
