import { type TObject, Type } from 'typebox'
import type { Account } from '../../engine/accounts/account.ts'
import type { ContractSettings } from '../contract.ts'

/** A user as every answer shows one; with the extras of version 1.1 also the display name. */
export function userShape({ isEmailRequired, areExtrasOn }: ContractSettings): TObject {
  return Type.Object({
    id: Type.Integer(),
    username: Type.String(),
    email: isEmailRequired ? Type.String() : Type.Union([Type.String(), Type.Null()]),
    ...(areExtrasOn && { display_name: Type.Union([Type.String(), Type.Null()]) }),
    created_at: Type.String({ description: 'ISO 8601, UTC, milliseconds.' }),
  })
}

export function userAnswer(settings: ContractSettings): TObject {
  return Type.Object({ user: userShape(settings) })
}

/** Made once for each account as it was read: a session that is checked again and again shows the same one. */
const users = new WeakMap<Account, Record<string, unknown>>()

export function toUser(account: Account): Record<string, unknown> {
  const known = users.get(account)
  if (known) return known
  const user = {
    id: account.id,
    username: account.username ?? '',
    email: account.email,
    display_name: account.name,
    created_at: new Date(account.createdAt).toISOString(),
  }
  users.set(account, user)
  return user
}
