import { isUtf8 } from 'node:buffer'
import { decodeValue } from '../encoding/decode.ts'
import { decodeStrictly } from '../encoding/encodings.ts'
import { GrowingBytes } from '../growing-bytes.ts'
import type { WarningCode } from '../imported-person.ts'

/** Text as it is in the file; `trouble` is of these lines alone. */
export type TakeText = (text: string, trouble?: WarningCode) => void

/** A line without an end is decoded in parts; then a letter may be cut, which is better than to hold it all. */
const LINE_BYTES_MAX = 1_048_576
const [LF, CR] = [10, 13]

/** Decodes whole lines: a block at once where all is well, line by line where something is not. */
export class TextDecoderByLine {
  readonly #encoding: string
  readonly #begun = new GrowingBytes(2 * LINE_BYTES_MAX)

  constructor(encoding: string) {
    this.#encoding = encoding
  }

  get bufferedBytes(): number {
    return this.#begun.capacity
  }

  take(piece: Buffer, takeText: TakeText): void {
    const end = Math.max(piece.lastIndexOf(LF), piece.lastIndexOf(CR)) + 1
    if (end === 0) {
      this.#begun.append(piece)
      if (this.#begun.length > LINE_BYTES_MAX) this.end(takeText)
      return
    }
    if (this.#begun.length > 0) {
      this.#begun.append(piece, 0, end)
      this.end(takeText)
    } else this.#decode(piece.subarray(0, end), takeText)
    this.#begun.append(piece, end)
  }

  end(takeText: TakeText): void {
    if (this.#begun.length > 0) this.#decode(this.#begun.view(), takeText)
    this.#begun.clear()
  }

  #decode(block: Buffer, takeText: TakeText): void {
    const isUnicode = this.#encoding === 'utf-8' || this.#encoding === 'ascii'
    const text = isUnicode
      ? isUtf8(block)
        ? block.toString('utf8')
        : undefined
      : decodeStrictly(block, this.#encoding)
    if (text !== undefined) takeText(text)
    else this.#decodeLines(block, takeText)
  }

  #decodeLines(block: Buffer, takeText: TakeText): void {
    const lineEnd = block.includes(LF) ? LF : CR
    for (let start = 0; start < block.length; ) {
      const found = block.indexOf(lineEnd, start)
      const end = found < 0 ? block.length : found + 1
      const { text, trouble } = decodeValue(block.subarray(start, end), this.#encoding)
      takeText(text, trouble)
      start = end
    }
  }
}
