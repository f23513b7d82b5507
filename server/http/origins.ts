import type { FastifyRequest } from 'fastify'

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export interface Origins {
  /** Whether a page of another site makes this request, and it would change something. */
  isCrossSite(request: FastifyRequest): boolean
  /** The origin, if its pages may read our answers. */
  allowed(origin: string | undefined): string | undefined
}

/** Compares origins as parsed, whole and exactly (RFC 6454 §5); never by prefix. */
export function origins({ own, cors }: { own: string[]; cors: string[] }): Origins {
  const ours = new Set(own.map(originOf))
  const invited = new Set(cors.map(originOf))
  return {
    isCrossSite({ method, headers }) {
      if (!UNSAFE.has(method)) return false
      const { origin } = headers
      if (origin !== undefined) {
        const parsed = originOf(origin)
        return parsed === undefined || !(ours.has(parsed) || invited.has(parsed))
      }
      return headers['sec-fetch-site'] === 'cross-site'
    },
    allowed(origin) {
      const parsed = origin === undefined ? undefined : originOf(origin)
      return parsed !== undefined && invited.has(parsed) ? parsed : undefined
    },
  }
}

/** Pages of a machine's own loopback are ours under each of its names. */
export function loopbackOrigins(publicUrl: string): string[] {
  const { hostname, port, protocol } = new URL(publicUrl)
  if (!isLoopback(hostname)) return []
  const at = port ? `:${port}` : ''
  return ['localhost', '127.0.0.1', '[::1]'].map((host) => `${protocol}//${host}${at}`)
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[?::1\]?)$/i.test(host)
}

function originOf(text: string): string | undefined {
  const { origin } = URL.parse(text) ?? {}
  return origin === 'null' ? undefined : origin
}
