import type { Encoding } from './encodings.ts'

/**
 * Turns UTF-16 into UTF-8 while it passes by; every other encoding passes as it is. So all that follows may look for line
 * ends and separators among bytes: in none of the others does one of those stand for half a letter.
 */
export class Narrower {
  readonly encoding: Encoding
  #decoder: TextDecoder | undefined
  #markBytes: number

  constructor({ encoding, markBytes }: { encoding: Encoding; markBytes: number }) {
    const isWide = encoding === 'utf-16le' || encoding === 'utf-16be'
    this.encoding = isWide ? 'utf-8' : encoding
    this.#decoder = isWide ? new TextDecoder(encoding, { ignoreBOM: true }) : undefined
    this.#markBytes = markBytes
  }

  take(chunk: Buffer): Buffer {
    const rest = this.#markBytes === 0 ? chunk : chunk.subarray(this.#markBytes)
    this.#markBytes = Math.max(0, this.#markBytes - chunk.length)
    return this.#decoder ? Buffer.from(this.#decoder.decode(rest, { stream: true })) : rest
  }

  end(): Buffer {
    return Buffer.from(this.#decoder?.decode() ?? '')
  }
}
