import type { FastifyReply } from 'fastify'

const METHODS = 'GET,POST,PUT,PATCH,DELETE,OPTIONS'
const HEADERS = 'Authorization,Content-Type,X-Request-ID,X-CSRF-Token'
const EXPOSED = 'Retry-After,X-Request-ID,X-RateLimit-Limit,X-RateLimit-Remaining,X-RateLimit-Reset'
const MAX_AGE_SECONDS = 600

/** Lets pages of the configured origins read the answer (Fetch standard, CORS protocol). The origin is named, never `*`. */
export function setCorsHeaders(
  reply: FastifyReply,
  origin: string | undefined,
  isCookieTaken: boolean,
): void {
  reply.header('vary', 'Origin')
  if (origin === undefined) return
  reply.header('access-control-allow-origin', origin)
  reply.header('access-control-expose-headers', EXPOSED)
  // Nothing but a cookie needs it: a header is sent by who knows it.
  if (isCookieTaken) reply.header('access-control-allow-credentials', 'true')
}

export function answerPreflight(reply: FastifyReply, origin: string | undefined): void {
  if (origin !== undefined) {
    reply.header('access-control-allow-methods', METHODS)
    reply.header('access-control-allow-headers', HEADERS)
    reply.header('access-control-max-age', MAX_AGE_SECONDS)
  }
  reply.code(204).send()
}
