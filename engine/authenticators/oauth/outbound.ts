import ipaddr from 'ipaddr.js'
import { isPublicAddress } from '../../outbound/public-address.ts'

/** A provider that takes longer is down, for a person who waits. */
export const PATIENCE_MS = 10_000
/** Discovery documents, key sets and profiles have a few thousand bytes. */
const BYTES_MAX = 256 * 1024

/** A provider did not do its part; `message` says it in plain words, and holds nothing that it sent. */
export class ProviderError extends Error {
  override name = 'ProviderError'
}

/** It answered as it should, and said no. */
export class ProviderRefusal extends Error {
  override name = 'ProviderRefusal'
}

/** Whom one asks, by the address that the operator gave, and for how long one waits. */
export interface Target {
  home: URL
  patienceMs: number
}

interface Asked {
  method: string
  headers: Record<string, string>
  body?: unknown
}

/**
 * Asks a provider: within a time, for an answer of a size, and without following it elsewhere. What a provider's own
 * documents name is asked only where the provider itself could be: over https if it is, and on no address of an inner
 * network unless it has one (server-side request forgery).
 *
 * @throws ProviderError
 */
export async function askProvider(
  { home, patienceMs }: Target,
  address: string,
  { method, headers, body }: Asked,
): Promise<Response> {
  const url = URL.parse(address)
  if (!url || !isAllowed(home, url)) throw new ProviderError('it names an address that is not asked')
  const signal = AbortSignal.timeout(patienceMs)
  try {
    const response = await fetch(url, {
      method,
      headers: { 'user-agent': 'Latchkey', ...headers },
      body: body as BodyInit | undefined,
      redirect: 'manual',
      signal,
    })
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel()
      throw new ProviderError('it answered with a redirect, which is not followed')
    }
    return new Response(await readAll(response), { status: response.status, headers: response.headers })
  } catch (error) {
    if (error instanceof ProviderError) throw error
    if (signal.aborted) throw new ProviderError(`it took longer than ${patienceMs / 1_000} s`)
    throw new ProviderError('it cannot be reached')
  }
}

async function readAll(response: Response): Promise<ArrayBuffer | null> {
  if (!response.body) return null
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop gives up what is still to come.
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > BYTES_MAX) throw new ProviderError(`it sent more than ${BYTES_MAX / 1024} KiB`)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks)).buffer
}

export function isAllowed(home: URL, url: URL): boolean {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && home.protocol === 'http:')) return false
  if (url.username || url.password) return false
  return url.hostname === home.hostname || !isInner(url.hostname) || isInner(home.hostname)
}

/** An address that is no one's on the internet, or a name of this machine. */
function isInner(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, '')
  if (!ipaddr.isValid(plain)) return /(^|\.)localhost\.?$/i.test(plain)
  return !isPublicAddress(plain)
}
