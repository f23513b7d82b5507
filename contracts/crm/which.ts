import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AppContext, signedInOf } from '../contract.ts'
import { readId } from './fields.ts'
import { notFound, sendWords } from './problems.ts'

/** Whose contacts, which of them, and from where it is asked. A text that is no id names nobody. */
export function whichOf({ app }: AppContext, request: FastifyRequest) {
  const { id = '' } = request.params as { id?: string }
  return { ownerId: signedInOf(request).account.id, id: readId(id) ?? 0, source: app.name }
}

/** What the path names is not there. */
export function sendNotFound(reply: FastifyReply, key = 'id'): FastifyReply {
  const params = reply.request.params as Record<string, string>
  return sendWords(reply, notFound, { id: params[key] ?? '' })
}
