import type { FastifyReply, FastifyRequest } from 'fastify'
import { readCookie, serializeCookie } from '../../contracts/cookies.ts'
import { digest, equalBytes, randomToken, type Secrets } from '../../engine/secrets/secrets.ts'

const NAME = 'latchkey_device'
const PURPOSE = 'device_cookie'
const MAX_AGE_SECONDS = 400 * 24 * 3600
const ID_LENGTH = 43

/**
 * A signed cookie that knows a browser again, and nothing else: it opens nothing. With it, whoever registered
 * an address and then proves it by a code goes on undisturbed, and who registered somebody else's does not.
 */
export class DeviceCookie {
  readonly #secrets: Secrets
  readonly #isSecure: boolean

  constructor(secrets: Secrets, isSecure: boolean) {
    this.#secrets = secrets
    this.#isSecure = isSecure
  }

  /** @returns the digest of the device's id, if the browser sent a cookie that we signed. */
  read(request: FastifyRequest): Buffer | null {
    const value = readCookie(request.headers.cookie, NAME)
    if (value === undefined || value.length !== 2 * ID_LENGTH + 1) return null
    const id = value.slice(0, ID_LENGTH)
    const signature = Buffer.from(value.slice(ID_LENGTH + 1), 'base64url')
    return equalBytes(signature, this.#secrets.keyedHash(PURPOSE, id)) ? digest(id) : null
  }

  readOrSet(request: FastifyRequest, reply: FastifyReply): Buffer {
    const known = this.read(request)
    if (known) return known
    const id = randomToken()
    const value = `${id}.${this.#secrets.keyedHash(PURPOSE, id).toString('base64url')}`
    const cookie = { name: NAME, value, path: '/', isSecure: this.#isSecure, maxAgeSeconds: MAX_AGE_SECONDS }
    reply.header('set-cookie', serializeCookie(cookie))
    return digest(id)
  }
}
