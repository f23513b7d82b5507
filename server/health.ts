import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Storage } from '../storage/database.ts'

/** A look at the database that takes longer is no readiness. */
const READY_WITHIN_MS = 3_000

/**
 * `/livez`: the process answers. `/readyz`: it can do its work, which takes the database. `/health`: the same as `/readyz`
 * in the words that the `crm` document has for it, since its client's container looks there.
 */
export function healthRoutes(
  fastify: FastifyInstance,
  { storage, logger, version }: { storage: Storage; logger: Logger; version: string },
): void {
  const config = { access: 'public', isHidden: true } as const
  fastify.get('/livez', { config }, (_request, reply) => {
    reply.send({ status: 'ok' })
  })
  fastify.get('/readyz', { config }, async (_request, reply) => {
    const { isReady } = await look(storage, logger)
    const status = isReady ? 'ok' : 'unavailable'
    return reply.code(isReady ? 200 : 503).send({ status, database: storage.kind })
  })
  fastify.get('/health', { config }, async (_request, reply) => {
    const { isReady, ms } = await look(storage, logger)
    const status = isReady ? 'healthy' : 'unhealthy'
    return reply.code(isReady ? 200 : 503).send({
      status,
      timestamp: new Date().toISOString(),
      database: { status, response_time_ms: ms },
      version,
    })
  })
}

async function look(storage: Storage, logger: Logger): Promise<{ isReady: boolean; ms: number }> {
  const begun = performance.now()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('The database does not answer.')), READY_WITHIN_MS)
  const took = (): number => Math.round(performance.now() - begun)
  try {
    await Promise.race([storage.check(), late.promise])
    return { isReady: true, ms: took() }
  } catch (error) {
    logger.warn({ err: error }, 'not ready')
    return { isReady: false, ms: took() }
  } finally {
    clearTimeout(timer)
  }
}
