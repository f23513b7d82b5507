import type { FastifyRequest } from 'fastify'

/** For a route whose query values count as left out when they are empty. */
export const emptyIsAbsent = {
  preValidation: (request: FastifyRequest, _reply: unknown, done: () => void): void => {
    const query = request.query as Record<string, unknown>
    for (const [name, value] of Object.entries(query)) if (value === '') delete query[name]
    done()
  },
}
