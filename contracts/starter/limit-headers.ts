import type { onSendAsyncHookHandler } from 'fastify'
import { failuresPerClient } from '../../engine/limits/rules.ts'
import type { AppContext } from '../contract.ts'

/** Tells the caller how many failures it has left; `X-RateLimit-Reset` is in UNIX seconds (version 1.1). */
export function withLimitHeaders(context: AppContext): onSendAsyncHookHandler {
  const { engine, realm } = context
  return async (request, reply) => {
    const { addressBlock } = context.clientOf(request)
    // Without them rather than not at all: what the answer says matters more, that the database is away, say.
    const look = engine.limits.look(failuresPerClient, `${realm.id} ${addressBlock}`)
    const state = await look.catch(() => undefined)
    if (!state) return
    reply.header('x-ratelimit-limit', state.limit)
    reply.header('x-ratelimit-remaining', state.remaining)
    reply.header('x-ratelimit-reset', Math.ceil(state.resetsAt / 1_000))
  }
}
