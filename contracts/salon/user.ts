import { type Static, Type } from 'typebox'
import type { Account } from '../../engine/accounts/account.ts'

const id = Type.Integer()
const name = Type.String()
const email = Type.String()
const role = Type.String({ description: '`admin` or `staff`.' })

/** As sign-in and refresh show it. */
export const FullUser = Type.Object({ id, name, email, role, require_password_change: Type.Boolean() })
/** As the list shows it. */
export const ListedUser = Type.Object({ id, name, email, role })
/** As register answers it. */
export const RegisteredUser = Type.Object({ id, email, role, name })
/** As set-up answers it. */
export const SetUpUser = Type.Object({ id, name, role })

export const roles = ['admin', 'staff'] as const

export function toUser(account: Account): Static<typeof FullUser> {
  return {
    id: account.id,
    name: account.name ?? '',
    email: account.email ?? '',
    role: account.role,
    require_password_change: account.isPasswordChangeDue,
  }
}
