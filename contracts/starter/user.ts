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

export function toUser(account: Account): Record<string, unknown> {
  return {
    id: account.id,
    username: account.username ?? '',
    email: account.email,
    display_name: account.name,
    created_at: new Date(account.createdAt).toISOString(),
  }
}
