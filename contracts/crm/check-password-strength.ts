import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { ENTROPY_BITS_MIN, type Reckoning, reckon } from './password.ts'
import { forbidden, missingField, rateLimited, responsesWith } from './problems.ts'

const Request = Type.Object({ password: Type.String({ minLength: 1 }) })

const Answer = Type.Object({
  is_valid: Type.Boolean({ description: 'Whether the reckoning reaches the least.' }),
  entropy: Type.Number({ description: 'In bits.' }),
  score: Type.Integer({ minimum: 0, maximum: 4 }),
  feedback: Type.String(),
  min_entropy: Type.Number(),
  char_set_size: Type.Integer(),
  length: Type.Integer({ description: 'In bytes.' }),
})

/** Less than so many bits is the score. */
const STEPS = [28, 36, ENTROPY_BITS_MIN, 60]
const FEEDBACK = [
  'Very weak: anybody guesses it.',
  'Weak: make it longer.',
  'Fair: a few more characters would do.',
  'Good.',
  'Strong.',
]

export function checkPasswordStrengthRoute(fastify: FastifyInstance): void {
  fastify.post(
    '/check-password-strength',
    {
      config: {
        access: 'public',
        isGuess: true,
        badBody: { words: missingField, details: { field: 'password' } },
      },
      schema: {
        summary: 'Judge a password without registering',
        tags: ['Auth'],
        body: Request,
        response: responsesWith({ 200: Answer }, { missingField, forbidden, rateLimited }),
      },
    },
    async (request) => {
      const { password } = request.body as Static<typeof Request>
      const reckoning = reckon(password)
      const { entropy, pool, bytes } = reckoning
      const score = STEPS.filter((bits) => entropy >= bits).length
      return {
        is_valid: entropy >= ENTROPY_BITS_MIN,
        entropy,
        score,
        feedback: feedbackOn(password, reckoning, score),
        min_entropy: ENTROPY_BITS_MIN,
        char_set_size: pool,
        length: bytes,
      }
    },
  )
}

function feedbackOn(password: string, { entropy, pool, bytes }: Reckoning, score: number): string {
  if (bytes < 8) return 'At least 8 characters are needed.'
  const isPhrase = bytes >= 20 && /^[\p{Ll}\s]+$/u.test(password) && entropy >= ENTROPY_BITS_MIN
  if (isPhrase) return 'A good passphrase.'
  if (bytes < 12 && pool < 52) return 'Mix capital letters, digits or signs in, or make it longer.'
  return FEEDBACK[score] ?? ''
}
