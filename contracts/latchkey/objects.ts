import { type Static, Type } from 'typebox'
import type { Account } from '../../engine/accounts/account.ts'
import type { Session } from '../../engine/sessions/session.ts'

const Millis = Type.Integer({ description: 'UNIX milliseconds, UTC.' })
// A list of types, not a union: the serializer then looks at the value once instead of trying each schema.
const NullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] })
const NullableMillis = Type.Unsafe<number | null>({ ...Millis, type: ['integer', 'null'] })

export const AccountShape = Type.Object({
  uid: Type.String({ description: 'UUID, version 7.' }),
  email: NullableString,
  emailProvedAt: NullableMillis,
  username: NullableString,
  name: NullableString,
  role: Type.String(),
  language: NullableString,
  createdAt: Millis,
  hasPassword: Type.Boolean(),
  passwordChangeDue: Type.Boolean({
    description: 'A temporary password has to be changed before anything else.',
  }),
})

export const AccountAnswer = Type.Object({ account: AccountShape })

export function toAccount(account: Account): Static<typeof AccountShape> {
  const { uid, email, emailProvedAt, username, name, role, language, createdAt, hasPassword } = account
  const passwordChangeDue = account.isPasswordChangeDue
  return {
    uid,
    email,
    emailProvedAt,
    username,
    name,
    role,
    language,
    createdAt,
    hasPassword,
    passwordChangeDue,
  }
}

export const SessionShape = Type.Object({
  id: Type.String(),
  current: Type.Boolean({ description: 'The session of this very request.' }),
  method: Type.String({ description: 'How it was opened: password, email_code, link, set_up.' }),
  userAgent: NullableString,
  address: NullableString,
  createdAt: Millis,
  lastUsedAt: Millis,
})

export function toSession(session: Session, currentId: string): Static<typeof SessionShape> {
  const { id, method, userAgent, address, createdAt, lastUsedAt } = session
  return { id, current: id === currentId, method, userAgent, address, createdAt, lastUsedAt }
}
