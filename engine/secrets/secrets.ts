import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from 'node:crypto'

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
/** SECRET itself: anything shorter could be guessed off-line from one signed cookie. */
export const SECRET_LENGTH_MIN = 32

/** Everything that follows from SECRET. Each purpose has a key of its own (HKDF, RFC 5869). */
export interface Secrets {
  /** HMAC-SHA-256: for short codes, whose plain digest could be tried out, and for signed cookies. */
  keyedHash(purpose: string, text: string): Buffer
  /** AES-256-GCM: nonce, ciphertext, tag. */
  seal(purpose: string, text: string): Buffer
  /** @throws if it was not sealed for this purpose under this SECRET. */
  unseal(purpose: string, sealed: Uint8Array): string
}

export function createSecrets(secret: string): Secrets {
  const keys = new Map<string, Buffer>()
  const keyFor = (use: string, purpose: string): Buffer => {
    const info = `latchkey ${use} ${purpose}`
    let key = keys.get(info)
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', secret, 'latchkey', info, KEY_BYTES))
      keys.set(info, key)
    }
    return key
  }
  return {
    keyedHash: (purpose, text) => createHmac('sha256', keyFor('hash', purpose)).update(text).digest(),
    seal(purpose, text) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyFor('seal', purpose), iv)
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    unseal(purpose, sealed) {
      const bytes = Buffer.from(sealed)
      const key = keyFor('seal', purpose)
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
      return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}

/** 256 random bits as 43 base64url characters: guessing one of a million live ones takes about 2^235 tries. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Decimal digits, leading zeros included; six of them: one guess in a million, so count the guesses. */
export function randomDigits(length: number): string {
  return String(randomInt(10 ** length)).padStart(length, '0')
}

/** No letter or digit that looks like another, for what people copy by eye. */
const PLAIN = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const PASSWORD_LENGTH = 12

/** Twelve of 56 letters and digits: 69 bits, for a password that lives a few days. */
export function randomPassword(): string {
  return Array.from({ length: PASSWORD_LENGTH }, () => PLAIN[randomInt(PLAIN.length)]).join('')
}

/** SHA-256: enough for what is 256 random bits already. */
export function digest(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

/** Compares in time that depends on the length alone. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
