import { createHmac, randomBytes } from 'node:crypto'
import { equalBytes } from '../../secrets/secrets.ts'
import { toBase32 } from './base32.ts'

/*
 * Time-based one-time passwords (RFC 6238) with what every authenticator app assumes: SHA-1, six digits, thirty
 * seconds. SHA-1 is not weak here: HMAC does not need its resistance to collisions.
 */

const STEP_MS = 30_000
/** RFC 4226 §4 R6 recommends 160 bits. */
const SECRET_BYTES = 20
export const TOTP_LENGTH = 6
/** How far a phone's clock may be off, to either side (RFC 6238 §5.2 asks for one step at most). */
const DRIFT_STEPS = 1

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES)
}

/** The code of a time step (RFC 4226 §5.3). */
export function totpAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac[mac.length - 1] ?? 0) & 15
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** TOTP_LENGTH).padStart(TOTP_LENGTH, '0')
}

export function totpStep(now: number): number {
  return Math.floor(now / STEP_MS)
}

/**
 * The time step that a code is of, the newest first, if it is one of now, the step before or the one after. Looks at
 * all of them, so that its time tells nothing.
 *
 * @returns nothing for a wrong code.
 */
export function findTotpStep(secret: Uint8Array, code: string, now: number): number | undefined {
  const given = Buffer.from(code)
  let found: number | undefined
  for (let drift = -DRIFT_STEPS; drift <= DRIFT_STEPS; drift++) {
    const step = totpStep(now) + drift
    if (equalBytes(given, Buffer.from(totpAt(secret, step)))) found = step
  }
  return found
}

/** What a QR code for authenticator apps says (the Key URI format). Algorithm, digits and period are the defaults. */
export function otpauthUri({
  secret,
  issuer,
  label,
}: {
  secret: Uint8Array
  issuer: string
  label: string
}): string {
  const name = encodeURIComponent(issuer)
  return `otpauth://totp/${name}:${encodeURIComponent(label)}?secret=${toBase32(secret)}&issuer=${name}`
}
