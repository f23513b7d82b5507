import { Type } from 'typebox'

export const Email = Type.String({ maxLength: 320, description: 'Trimmed; at most 254 characters.' })
export const NewPassword = Type.String({ minLength: 8, maxLength: 128 })
export const RefreshToken = Type.String({ minLength: 1, maxLength: 512 })
/** Answers whose body the document does not show. */
export const Done = Type.Object({ ok: Type.Literal(true) })
export const done = { ok: true } as const
