import ipaddr from 'ipaddr.js'

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** A caller's address, and what limits count by. */
export interface CallerAddress {
  address: string
  /** The address itself, of IPv6 its /64: a household has that many to choose from. */
  block: string
}

/**
 * Resolves callers' addresses. Forwarding headers are believed only from the proxies that the operator named,
 * hop by hop from the nearest, and only what parses; otherwise the socket's address counts.
 */
export function addressResolver(
  trustedProxies: string[],
): (socketAddress: string, forwardedFor: string | undefined) => CallerAddress {
  const trusted = trustedProxies.map((cidr) => ipaddr.parseCIDR(cidr) as Range)
  const isTrusted = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
    trusted.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
  // The same few sockets ask again and again.
  const known = new Map<string, CallerAddress>()

  return (socketAddress, forwardedFor) => {
    if (trusted.length === 0 || forwardedFor === undefined) {
      const cached = known.get(socketAddress)
      if (cached) return cached
    }
    let address = parse(socketAddress)
    if (!address) return { address: 'unknown', block: 'unknown' }
    const hops = forwardedFor?.split(',') ?? []
    while (isTrusted(address) && hops.length > 0) {
      const next = parse(hops.pop()?.trim() ?? '')
      // What a trusted proxy passes on unread is no address; the proxy itself is the last that is known.
      if (!next) break
      address = next
    }
    const caller = { address: address.toString(), block: blockOf(address) }
    if (forwardedFor === undefined || trusted.length === 0) {
      if (known.size > 10_000) known.clear()
      known.set(socketAddress, caller)
    }
    return caller
  }
}

/** One address has one spelling: IPv4 in IPv6 is IPv4, zones and brackets go. */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/%.*$/, '')
  // Four decimal parts or IPv6; the library would also read 127.1 and 0x7f000001, as no proxy writes.
  if (!bare.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(bare)) return undefined
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined
}

function blockOf(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  if (address.kind() === 'ipv4') return address.toString()
  const parts = (address as ipaddr.IPv6).parts.slice(0, 4)
  return `${parts.map((part) => part.toString(16)).join(':')}::/64`
}
