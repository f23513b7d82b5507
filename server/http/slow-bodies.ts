import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/**
 * Cuts off a request whose body does not come to its end in time, unless its route takes uploads, which have a longer
 * limit of their own. Node has one limit for all requests of a server, and that one is for uploads.
 */
export function cutOffSlowBodies(fastify: FastifyInstance, limitMs: number): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { raw, routeOptions } = request
    if (hasBody(raw) && routeOptions.config?.uploadBytesMax === undefined) cutOffAfter(raw, limitMs)
    done()
  })
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function cutOffAfter(raw: IncomingMessage, limitMs: number): void {
  const timer = setTimeout(() => {
    if (!raw.complete) raw.socket.destroy()
  }, limitMs)
  timer.unref()
  const stop = (): void => clearTimeout(timer)
  raw.once('end', stop).once('close', stop)
}
