import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { UsernamePolicy } from '../../engine/accounts/username.ts'

/** Lengths count code points. */
export const Email = Type.String({ format: 'dotted-email', description: 'An e-mail address.' })
export const NewPassword = Type.String({
  minLength: 1,
  description: 'At least 8 characters, at most 72 bytes, and strong: see the top of the page.',
})
/** One that is compared, not chosen: whatever was sent. */
export const GivenPassword = Type.String({ minLength: 1 })
export const Username = Type.String({
  minLength: 1,
  maxLength: 50,
  pattern: '^\\s*[^@\\s]([^@]*[^@\\s])?\\s*$',
  description: 'No `@`; blanks around it go; its case does not count.',
})

/** What a username may be here: more than the house has it elsewhere. */
export const usernamePolicy = {
  usernameLengthMin: 1,
  usernameLengthMax: 50,
  usernameForm: 'free',
  reservedUsernames: [],
} as const satisfies UsernamePolicy

export const languages = ['en', 'de'] as const
export const dateFormats = ['eu', 'us'] as const

export const Message = Type.Object({ message: Type.String() })

/** An id in a path. @returns nothing for a text that is none. */
export function readId(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined
  const id = Number(text)
  return id > 0 ? id : undefined
}

interface Page {
  page: number
  limit: number
  offset: number
}

const LIMIT = 25
const LIMIT_MAX = 100
/** Farther than anybody's list goes, and a number that every database takes. */
const PAGE_MAX = 1_000_000_000

/** What is not a positive whole number counts as not given. */
export function readPage(query: { page?: string; limit?: string }): Page {
  const page = Math.min(readCount(query.page) ?? 1, PAGE_MAX)
  const limit = Math.min(readCount(query.limit) ?? LIMIT, LIMIT_MAX)
  return { page, limit, offset: (page - 1) * limit }
}

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\+?0*[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}

/** Of a key that came more than once in a query the first value counts. */
export function keepFirstOfEach(request: FastifyRequest, _reply: unknown, done: () => void): void {
  const query = request.query as Record<string, unknown>
  for (const [key, value] of Object.entries(query)) if (Array.isArray(value)) query[key] = value[0]
  done()
}
