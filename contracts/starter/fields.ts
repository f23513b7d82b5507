import { Type } from 'typebox'

export const Username = Type.String({
  minLength: 3,
  maxLength: 30,
  pattern: '^[A-Za-z0-9]+$',
  description: 'ASCII letters and digits.',
})

export const Email = Type.String({ minLength: 3, maxLength: 254, description: 'An e-mail address.' })

export const NewPassword = Type.String({ minLength: 8, maxLength: 128 })

/** Version 1.1's clients send it; shown only with the extras on. */
export const DisplayName = Type.String({ minLength: 1, maxLength: 255 })
