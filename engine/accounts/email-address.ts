import { domainToASCII, domainToUnicode } from 'node:url'

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
/** What some keyboards write for the dot between labels (UTS #46 §2.3). */
const IDEOGRAPHIC_STOP = '\u3002'
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Reads an e-mail address. Full-width letters, upper case and a domain in its own script all come to the same
 * key; what follows a `+` stays, since it is another address. Outer blanks are the caller's to allow.
 *
 * @returns nothing when it is no address that mail could be sent to.
 */
export function parseEmailAddress(text: string): EmailAddress | undefined {
  if (text.length > EMAIL_LENGTH_MAX) return undefined
  const address = text.normalize('NFKC').replaceAll(IDEOGRAPHIC_STOP, '.')
  const parts = address.split('@')
  // After normalising: a full-width at sign would otherwise be a second one.
  if (parts.length !== 2 || address.length > EMAIL_LENGTH_MAX) return undefined
  const [local = '', domain = ''] = parts
  if (local.length > LOCAL_LENGTH_MAX || !LOCAL.test(local)) return undefined
  const ascii = asciiDomain(domain.toLowerCase().normalize('NFKC'))
  // Twice, since folding can undo what normalising did.
  return ascii === undefined
    ? undefined
    : { address, key: `${local.toLowerCase().normalize('NFKC')}@${ascii}` }
}

/**
 * The domain as DNS knows it. Node reads a domain as the host of an URL: it would cut off what follows a slash
 * or a number sign, drop line breaks, undo percent signs, and take 127.1 for 127.0.0.1. Mail does none of that,
 * and another's address must not come to this key; so only what comes back as it was written is a domain.
 */
function asciiDomain(written: string): string | undefined {
  const ascii = domainToASCII(written)
  if (ascii !== written && domainToUnicode(ascii) !== written) return undefined
  return ascii.split('.').every((label) => LABEL.test(label)) ? ascii : undefined
}

/** For showing where a mail went without telling a bystander the address: `a…e@example.com`. */
export function maskEmailAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const local = [...address.slice(0, at)]
  const shown = local.length > 2 ? `${local[0]}…${local.at(-1)}` : '…'
  return `${shown}${address.slice(at)}`
}
