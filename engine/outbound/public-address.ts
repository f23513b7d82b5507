import ipaddr from 'ipaddr.js'

/** All that is given out to anybody on the internet (RFC 4291 §2.4); the rest of IPv6 is not in use. */
const GLOBAL_V6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]
/** Public by its number, and yet answered by the machine's own host: Azure's metadata. */
const INNER = new Set(['168.63.129.16'])

/**
 * Whether an address belongs to somebody on the public internet: no machine of ours, no neighbour, no carrier's inner
 * network, no metadata of a cloud, and none that leads to one of those through a translator (IPv4-mapped, NAT64, 6to4,
 * Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  // Of IPv6 that carries IPv4 in it every form has a range of its own, and none of them is `unicast`.
  if (address.range() !== 'unicast') return false
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_V6) && address.zoneId === undefined
  return !INNER.has(address.toString())
}
