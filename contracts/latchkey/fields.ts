import { Type } from 'typebox'

/** Whether it is an address the engine decides; outer blanks are cut. */
export const Email = Type.String({ minLength: 1, maxLength: 320 })
/** How long it may be the realm's policy decides; this only bounds the work. */
export const Password = Type.String({ minLength: 1, maxLength: 4_096 })
export const Name = Type.String({ minLength: 1, maxLength: 100 })
export const Bio = Type.String({ maxLength: 500, pattern: '\\S', description: 'About oneself; not blank.' })
export const Language = Type.String({
  pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
  maxLength: 35,
  description: 'BCP 47.',
})
export const Token = Type.String({ minLength: 1, maxLength: 512 })
export const RealmName = Type.String({ minLength: 1, maxLength: 100 })
export const Empty = Type.Object({})
export const Sent = Type.Object({ sent: Type.Literal(true) })
