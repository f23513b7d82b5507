const BYTES_AT_FIRST = 4_096
/** More is given back when it is no longer needed. */
const KEPT_BYTES = 1_048_576

/** Bytes that are put together piece by piece, each copied a constant number of times, up to a limit. */
export class GrowingBytes {
  readonly #bytesMax: number
  #bytes: Buffer = Buffer.alloc(BYTES_AT_FIRST)
  #length = 0
  /** Something was left out, since it was more than the limit. */
  isOverfull = false

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get length(): number {
    return this.#length
  }

  get capacity(): number {
    return this.#bytes.length
  }

  append(source: Buffer, start = 0, end = source.length): void {
    if (this.isOverfull || end <= start) return
    const room = this.#bytesMax - this.#length
    this.isOverfull = end - start > room
    const added = Math.min(end - start, room)
    if (this.#length + added > this.#bytes.length) this.#grow(this.#length + added)
    this.#length += source.copy(this.#bytes, this.#length, start, start + added)
  }

  /** Takes back the last `count` bytes. */
  drop(count: number): void {
    this.#length = Math.max(0, this.#length - count)
  }

  /** What was put together, until the next change. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  clear(): void {
    this.#length = 0
    this.isOverfull = false
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.alloc(BYTES_AT_FIRST)
  }

  #grow(needed: number): void {
    let capacity = this.#bytes.length * 2
    while (capacity < needed) capacity *= 2
    const grown = Buffer.alloc(capacity)
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
