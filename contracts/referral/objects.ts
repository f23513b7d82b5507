import { type Static, Type } from 'typebox'
import type { Account } from '../../engine/accounts/account.ts'
import type { Invitation } from '../../engine/accounts/invitation.ts'

const OrNull = Type.Union([Type.String(), Type.Null()])
const Millis = Type.Integer({ description: 'UNIX milliseconds.' })

/** The account as every route shows it. */
export const User = Type.Object({
  id: Type.String(),
  email: Type.String({ description: 'Of an account without an address its name: `admin`.' }),
  name: OrNull,
  role: Type.String({ description: '`user` or `admin`.' }),
  tier: Type.Integer({ description: '0 basic, 1 premium, 2 VIP.' }),
  is_active: Type.Boolean(),
  is_verified: Type.Boolean({ description: 'The address was proved.' }),
  referrer_id: OrNull,
  created_at: Millis,
  updated_at: Millis,
  extra: Type.Object({}, { additionalProperties: true }),
})

export const LoginResponse = Type.Object({
  token: Type.String({ description: 'A JWT of 7 days with `sub`, `exp` and `scopes: [role, tier]`.' }),
  user: User,
})

export const TokenResponse = Type.Object({ token: Type.String() })

export const UserToken = Type.Object({
  token: Type.String({ description: '10 characters.' }),
  user_id: Type.String(),
  expires_at: Millis,
})

/** The bare literal. */
export const True = Type.Literal(true)

/** What is shown of an account, wherever it is shown. */
export function toUser(account: Account): Static<typeof User> {
  return {
    id: account.uid,
    email: account.email ?? account.username ?? '',
    name: account.name,
    role: account.role,
    tier: account.tier,
    is_active: account.disabledAt === null,
    is_verified: account.emailProvedAt !== null,
    referrer_id: account.referrerUid,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
    extra: account.extra,
  }
}

export function toUserToken({ token, expiresAt }: Invitation, userId: string): Static<typeof UserToken> {
  return { token, user_id: userId, expires_at: expiresAt }
}

/** What a new account is told of by mail, by kind; 1 is on. */
export const newExtra = { email_alerts: { 50: 1, 60: 1 } }
