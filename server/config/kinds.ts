/** What a setting may be: each reads the text of one, or says what is allowed. */
import ipaddr from 'ipaddr.js'
import { parseEmailAddress } from '../../engine/accounts/email-address.ts'
import { isUsername } from '../../engine/accounts/username.ts'

/** A value that cannot be: the message says what can. */
export class NotAllowed extends Error {
  override name = 'NotAllowed'
}

export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new NotAllowed(`a whole number from ${min} to ${max}`)
    }
    return value
  }

export const oneOf =
  <const T extends string>(...values: T[]) =>
  (text: string): T => {
    const found = values.find((value) => value === text)
    if (found === undefined) throw new NotAllowed(values.join(', '))
    return found
  }

/** Also in short, as the document has it. */
export const environment = (text: string): 'production' | 'development' => {
  const found = oneOf('production', 'development', 'dev')(text)
  return found === 'dev' ? 'development' : found
}

export const anyText = (text: string): string => text

export const someText = (text: string): string => {
  if (text.trim() === '') throw new NotAllowed('a text')
  return text.trim()
}

/** As the documents have it: only the exact word `false` switches off what is on, and so on. */
export const onUnlessFalse = (text: string): boolean => text !== 'false'

export const flag = (text: string): boolean => {
  if (/^(true|1|t|yes|on)$/i.test(text)) return true
  if (/^(false|0|f|no|off)$/i.test(text)) return false
  throw new NotAllowed('true or false')
}

/** What somebody signs in by. */
export const accountName = (text: string): string => {
  const name = text.trim()
  if (!parseEmailAddress(name) && !isUsername(name, 3, 30)) {
    throw new NotAllowed('an e-mail address, or a name of 3 to 30 letters and digits')
  }
  return name
}

export const url =
  (...protocols: string[]) =>
  (text: string): string => {
    const parsed = URL.parse(text)
    if (!parsed || !protocols.includes(parsed.protocol)) {
      throw new NotAllowed(`an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`)
    }
    return text
  }

/** @returns the origin alone, without a path or a slash at its end. */
export function parseOrigin(text: string): string {
  const parsed = URL.parse(text)
  const isOrigin = parsed && /^https?:$/.test(parsed.protocol) && parsed.pathname === '/' && !parsed.search
  if (!isOrigin || parsed.username)
    throw new NotAllowed('an origin such as https://id.example.org, without a path')
  return parsed.origin
}

/** This machine, a name without a dot as containers of one network have, or an address of a private network. */
const NEAR_HOST =
  /^(localhost|[a-z0-9-]+|\[::1\]|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+)$/i

/**
 * The address of a provider. Without https anybody on the way could answer in its place: only near by, for tests.
 *
 * @returns it without a slash at its end.
 */
export function parseProviderUrl(text: string): string {
  const parsed = URL.parse(text)
  const isNear = parsed?.protocol === 'http:' && NEAR_HOST.test(parsed.hostname)
  if (
    !parsed ||
    (parsed.protocol !== 'https:' && !isNear) ||
    parsed.search ||
    parsed.hash ||
    parsed.username
  ) {
    throw new NotAllowed(
      'an address that begins with https://, or with http:// on this machine or its own network',
    )
  }
  return text.replace(/\/+$/, '')
}

export const origins = (text: string): string[] => list(text).map(parseOrigin)

export const cidrs = (text: string): string[] =>
  list(text).map((item) => {
    // The library would also read 1 and 0x7f000001 as addresses: nobody means them.
    if (!item.includes(':') && !/^\d+\.\d+\.\d+\.\d+(\/|$)/.test(item)) {
      throw new NotAllowed('addresses or networks such as 10.0.0.0/8, separated by commas')
    }
    if (ipaddr.isValid(item)) return `${item}/${ipaddr.parse(item).kind() === 'ipv4' ? 32 : 128}`
    if (ipaddr.isValidCIDR(item)) return item
    throw new NotAllowed('addresses or networks such as 10.0.0.0/8, separated by commas')
  })

const list = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

/** `7d`, `12h`, `30m`, `45s`, or a number of seconds. @returns seconds. */
export function parseDuration(text: string): number {
  const [, amount, unit = 's'] = /^(\d+)([dhms]?)$/.exec(text.trim()) ?? []
  const seconds = { d: 86_400, h: 3_600, m: 60, s: 1 }[unit || 's']
  if (amount === undefined || seconds === undefined)
    throw new NotAllowed('a length of time such as 7d, 12h or 30m')
  const value = Number(amount) * seconds
  if (value < 60 || value > 400 * 86_400) throw new NotAllowed('a length of time from 1m to 400d')
  return value
}

export const secret = (text: string): string => {
  if (text.length < 32) throw new NotAllowed('at least 32 characters; make one with: openssl rand -base64 48')
  return text
}

/** `08:30`. */
export const timeOfDay = (text: string): string => {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) throw new NotAllowed('a time such as 08:30')
  return text
}

/** A name of the time zone database. */
export const timeZone = (text: string): string => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    throw new NotAllowed('a time zone such as Europe/Berlin or UTC')
  }
}
