import type { AdminAccount } from '../../client/index.ts'
import type { Translate } from '../texts/use-texts.ts'

export function nameOf({ name, username, email, uid }: AdminAccount): string {
  return name ?? username ?? email ?? uid
}

/** A role that an app knows and we do not is called what the app calls it. */
export function roleWords(role: string, t: Translate): string {
  if (role === 'admin') return t('admin.role.admin')
  if (role === 'staff') return t('admin.role.staff')
  if (role === 'user') return t('admin.role.user')
  return role
}

export type State = 'active' | 'temporary' | 'disabled'

export function stateOf({ disabledAt, passwordChangeDue }: AdminAccount): State {
  if (disabledAt !== null) return 'disabled'
  return passwordChangeDue ? 'temporary' : 'active'
}

export function stateWords(state: State, t: Translate): string {
  if (state === 'disabled') return t('admin.state.disabled')
  return state === 'temporary' ? t('admin.state.temporary') : t('admin.state.active')
}

export function numberWords(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value)
}
