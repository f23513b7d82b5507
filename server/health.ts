import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Storage } from '../storage/database.ts'

/** A look at the database that takes longer is no readiness. */
const READY_WITHIN_MS = 3_000

/** `/livez`: the process answers. `/readyz`: it can do its work, which takes the database. */
export function healthRoutes(fastify: FastifyInstance, storage: Storage, logger: Logger): void {
  const config = { access: 'public', isHidden: true } as const
  fastify.get('/livez', { config }, (_request, reply) => {
    reply.send({ status: 'ok' })
  })
  fastify.get('/readyz', { config }, async (_request, reply) => {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('The database does not answer.')), READY_WITHIN_MS)
    try {
      await Promise.race([storage.check(), late.promise])
      return { status: 'ok', database: storage.kind }
    } catch (error) {
      logger.warn({ err: error }, 'not ready')
      return reply.code(503).send({ status: 'unavailable', database: storage.kind })
    } finally {
      clearTimeout(timer)
    }
  })
}
