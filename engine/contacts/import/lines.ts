import { GrowingBytes } from './growing-bytes.ts'

const [LF, CR] = [10, 13]

/** A line without its end; good only until the call returns. `isCut`: it was longer than the limit. */
export type TakeLine = (line: Buffer, isCut: boolean) => void

/**
 * Cuts pieces of a file into lines, whatever ends them: LF, CR, CR LF, CR CR LF, or several of these in one file. A line
 * that lies within a piece is not copied.
 */
export class LineSplitter {
  #begun: GrowingBytes
  /** Carriage returns at the end of the last piece: what they mean shows in the next. */
  #returns = 0

  constructor(lineBytesMax: number) {
    this.#begun = new GrowingBytes(lineBytesMax)
  }

  get bufferedBytes(): number {
    return this.#begun.capacity
  }

  take(piece: Buffer, takeLine: TakeLine): void {
    let start = 0
    if (this.#returns > 0 && piece.length > 0) start = this.#endReturns(piece, takeLine)
    let lf = piece.indexOf(LF, start)
    let cr = piece.indexOf(CR, start)
    while (lf >= 0 || cr >= 0) {
      const isReturn = cr >= 0 && (lf < 0 || cr < lf)
      const end = isReturn ? cr : lf
      if (!isReturn) {
        this.#emit(piece, start, end, takeLine)
        start = end + 1
      } else {
        let next = end
        while (next < piece.length && piece[next] === CR) next++
        if (next === piece.length) {
          this.#begun.append(piece, start, end)
          this.#returns = next - end
          return
        }
        start = this.#endAtReturns(piece, { start, end, next }, takeLine)
      }
      if (lf >= 0 && lf < start) lf = piece.indexOf(LF, start)
      if (cr >= 0 && cr < start) cr = piece.indexOf(CR, start)
    }
    this.#begun.append(piece, start, piece.length)
  }

  end(takeLine: TakeLine): void {
    const nothing = Buffer.alloc(0)
    if (this.#returns > 0 || this.#begun.length > 0) this.#emit(nothing, 0, 0, takeLine)
    this.#returns = 0
  }

  /** Any number of CR before an LF is one end; without it, each of them is one. @returns where the next line begins. */
  #endAtReturns(
    piece: Buffer,
    { start, end, next }: { start: number; end: number; next: number },
    takeLine: TakeLine,
  ): number {
    this.#emit(piece, start, end, takeLine)
    if (piece[next] === LF) return next + 1
    for (let blank = end + 1; blank < next; blank++) this.#emit(piece, blank, blank, takeLine)
    return next
  }

  #endReturns(piece: Buffer, takeLine: TakeLine): number {
    let next = 0
    while (next < piece.length && piece[next] === CR) next++
    this.#returns += next
    if (next === piece.length) return next
    const count = this.#returns
    this.#returns = 0
    this.#emit(piece, 0, 0, takeLine)
    if (piece[next] === LF) return next + 1
    for (let blank = 1; blank < count; blank++) this.#emit(piece, 0, 0, takeLine)
    return next
  }

  #emit(piece: Buffer, start: number, end: number, takeLine: TakeLine): void {
    if (this.#begun.length === 0 && !this.#begun.isOverfull) {
      takeLine(piece.subarray(start, end), false)
      return
    }
    this.#begun.append(piece, start, end)
    takeLine(this.#begun.view(), this.#begun.isOverfull)
    this.#begun.clear()
  }
}
