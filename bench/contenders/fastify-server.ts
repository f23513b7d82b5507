/** A bare Fastify route that answers the bytes in BODY, serialised from an object by its schema. */
import fastify from 'fastify'

const body: unknown = JSON.parse(process.env.BODY ?? '{}')
const app = fastify()
app.get('/me', { schema: { response: { 200: schemaOf(body) } } }, () => body)
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
if (address === null || typeof address === 'string') throw new Error('A TCP server without a port')
process.send?.({ origin: `http://127.0.0.1:${address.port}` })

function schemaOf(value: unknown): object {
  if (value === null) return { type: 'null' }
  if (Array.isArray(value)) return { type: 'array', items: schemaOf(value[0]) }
  if (typeof value !== 'object') return { type: typeof value }
  const properties = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, schemaOf(part)]))
  return { type: 'object', properties }
}

// Never outlives the benchmark.
process.on('disconnect', () => process.exit())
