import { isIP } from 'node:net'

/** Whom a passkey is for (WebAuthn Level 3 §4, Relying Party). */
export interface RelyingParty {
  /** The host name of PUBLIC_URL: whoever changes that loses every passkey, since each belongs to one name for ever. */
  id: string
  /** Where our pages stand, and so where every ceremony happens. */
  origin: string
}

/**
 * From the configured origin alone, never from a request. Browsers allow passkeys on a host name by https, and on
 * `localhost` (WebAuthn Level 3 §5.1.2, effective domain; secure contexts).
 *
 * @returns nothing where no browser would allow one: plain http, or an address in numbers.
 */
export function relyingPartyOf(publicUrl: string): RelyingParty | undefined {
  const { protocol, hostname, origin } = new URL(publicUrl)
  const isLocalhost = hostname === 'localhost' || hostname.endsWith('.localhost')
  const isNumeric = hostname.startsWith('[') || isIP(hostname) !== 0
  return isLocalhost || (protocol === 'https:' && !isNumeric) ? { id: hostname, origin } : undefined
}
