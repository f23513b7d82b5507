import { domainToASCII } from 'node:url'

/** RFC 5321 §4.5.3.1: a path is at most 256 octets with its brackets. */
export const EMAIL_LENGTH_MAX = 254
const LOCAL_LENGTH_MAX = 64

export interface EmailAddress {
  /** As it was written, with compatibility forms made plain (NFKC): what is shown, and where mail goes. */
  address: string
  /** Decides who is who: two spellings of one address have one key. */
  key: string
}

/** Atoms of RFC 5322 §3.2.3, and letters beyond ASCII (RFC 6531). No quoted local parts: nobody has one. */
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads an e-mail address. Full-width letters, upper case and a domain in its own script all come to the same
 * key; what follows a `+` stays, since it is another address. Outer blanks are the caller's to allow.
 *
 * @returns nothing when it is no address that mail could be sent to.
 */
export function parseEmailAddress(text: string): EmailAddress | undefined {
  if (text.length > EMAIL_LENGTH_MAX) return undefined
  const address = text.normalize('NFKC')
  const parts = address.split('@')
  // After normalising: a full-width at sign would otherwise be a second one.
  if (parts.length !== 2 || address.length > EMAIL_LENGTH_MAX) return undefined
  const [local = '', domain = ''] = parts
  if (local.length > LOCAL_LENGTH_MAX || !LOCAL.test(local)) return undefined
  const ascii = domainToASCII(domain.toLowerCase())
  if (!ascii.split('.').every((label) => LABEL.test(label))) return undefined
  // Twice, since folding can undo what normalising did.
  return { address, key: `${local.toLowerCase().normalize('NFKC')}@${ascii}` }
}

/** For showing where a mail went without telling a bystander the address: `a…e@example.com`. */
export function maskEmailAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const local = [...address.slice(0, at)]
  const shown = local.length > 2 ? `${local[0]}…${local.at(-1)}` : '…'
  return `${shown}${address.slice(at)}`
}
