import { lookup } from 'node:dns/promises'
import { request as askPlain, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as askTls } from 'node:https'
import { isIP } from 'node:net'
import type { Fetched, FetchFailure, FetchPublic, Wanted } from '../../engine/outbound/outbound.ts'
import { isPublicAddress } from '../../engine/outbound/public-address.ts'
import { decline, type Result, succeed } from '../../engine/result.ts'

const REDIRECTS_MAX = 3
const HEADERS_BYTES_MAX = 16_384
const URL_LENGTH_MAX = 2_000
/** Those of http and https: behind others may be anything. */
const PORTS = new Set(['', '80', '443'])

export interface Surroundings {
  /** Every address of a name. @throws if it has none. */
  resolve(host: string): Promise<string[]>
  isAllowed(address: string): boolean
  isPortAllowed(port: string): boolean
}

const internet: Surroundings = {
  resolve: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  isAllowed: isPublicAddress,
  isPortAllowed: (port) => PORTS.has(port),
}

/**
 * Fetches for us what somebody else named. The name is looked up once, every address of it has to be allowed, and the
 * connection goes to just those: no second answer of a name server can lead it elsewhere. Each redirect is judged like
 * the first address. Nothing of ours is sent along.
 */
export function createFetchPublic(surroundings: Surroundings = internet): FetchPublic {
  return async (wanted) => {
    const until = AbortSignal.timeout(wanted.secondsMax * 1_000)
    let url = URL.parse(wanted.url)
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
      if (!url || !isPlain(url, surroundings)) return decline({ code: 'address_refused' })
      try {
        const addresses = await inTime(addressesOf(url, surroundings), until)
        if (!addresses) return decline({ code: 'address_refused' })
        const response = await ask(url, addresses, surroundings, until)
        const { statusCode = 0, headers } = response
        const isRedirect = [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined
        if (!isRedirect) return await take(response, wanted)
        response.destroy()
        const next: URL | null = URL.parse(headers.location ?? '', url)
        // What was safe on its way stays so.
        if (next && url.protocol === 'https:' && next.protocol !== 'https:') {
          return decline({ code: 'address_refused' })
        }
        url = next
      } catch (error) {
        if (error instanceof RefusedAddress) return decline({ code: 'address_refused' })
        return decline({ code: until.aborted ? 'too_slow' : 'unreachable' })
      }
    }
    return decline({ code: 'too_many_redirects' })
  }
}

function isPlain(
  { protocol, username, password, port, href }: URL,
  { isPortAllowed }: Surroundings,
): boolean {
  const isWeb = protocol === 'http:' || protocol === 'https:'
  return isWeb && username === '' && password === '' && isPortAllowed(port) && href.length <= URL_LENGTH_MAX
}

/** @returns nothing where one of them is not allowed: a name with two kinds of addresses means no good. */
async function addressesOf(
  { hostname }: URL,
  { resolve, isAllowed }: Surroundings,
): Promise<string[] | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [host] : await resolve(host)
  return addresses.length > 0 && addresses.every(isAllowed) ? addresses : undefined
}

/** A name server may be as slow as any other. */
function inTime<T>(work: Promise<T>, until: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(until.reason)
    if (until.aborted) late()
    until.addEventListener('abort', late, { once: true })
    work.then(resolve, reject).finally(() => until.removeEventListener('abort', late))
  })
}

class RefusedAddress extends Error {}

function ask(
  url: URL,
  addresses: string[],
  { isAllowed }: Surroundings,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  const options: RequestOptions = {
    signal,
    agent: false,
    maxHeaderSize: HEADERS_BYTES_MAX,
    headers: { 'user-agent': 'Latchkey', accept: '*/*', 'accept-encoding': 'identity', connection: 'close' },
    lookup: (_host, { all }, done) => {
      if (all) done(null, found)
      else done(null, found[0]?.address ?? '', found[0]?.family)
    },
  }
  return new Promise((resolve, reject) => {
    const request: ClientRequest = (url.protocol === 'https:' ? askTls : askPlain)(url, options, resolve)
    request.on('error', reject)
    request.on('socket', (socket) => {
      // Once more where it really went, before anything is said.
      socket.once('connect', () => {
        if (!isAllowed(socket.remoteAddress ?? '')) request.destroy(new RefusedAddress())
      })
    })
    request.end()
  })
}

async function take(
  response: IncomingMessage,
  { type, bytesMax }: Wanted,
): Promise<Result<Fetched, FetchFailure>> {
  const { statusCode, headers } = response
  const contentType = headers['content-type'] ?? ''
  const give = (failure: FetchFailure): Result<Fetched, FetchFailure> => {
    response.destroy()
    return decline(failure)
  }
  if (statusCode !== 200) return give({ code: 'status_refused' })
  // Packed it might be a thousand times what it says.
  const isPacked = (headers['content-encoding'] ?? 'identity') !== 'identity'
  if (isPacked || !contentType.toLowerCase().startsWith(type)) return give({ code: 'type_refused' })
  if (Number(headers['content-length'] ?? 0) > bytesMax) return give({ code: 'too_large' })
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bytesMax) return give({ code: 'too_large' })
    chunks.push(chunk)
  }
  if (!response.complete) return decline({ code: 'unreachable' })
  return succeed({ bytes: Buffer.concat(chunks), contentType })
}
