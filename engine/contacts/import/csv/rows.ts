import type { WarningCode } from '../imported-person.ts'

export interface Row {
  cells: string[]
  /** In which it begins, from 1. */
  line: number
  troubles: WarningCode[]
}

export type Separator = ',' | ';' | '\t' | '|'

/** Longer is no row of a table of people; what is beyond is left out. In UTF-16 units. */
const ROW_LENGTH_MAX = 1_048_576
const [QUOTE, LF, CR, BLANK] = [0x22, 10, 13, 0x20]

/**
 * Cuts text into rows and cells (RFC 4180), as programs write them: any line end, quotes within quotes that nobody doubled,
 * blanks before a quote, a quote that is never closed. Blank rows are none.
 */
export class RowParser {
  readonly #separator: number
  #text = ''
  #at = 0
  #line = 1
  /** Where in the file, by letters from its beginning. */
  #troubles: { code: WarningCode; start: number; end: number }[] = []
  /** The place of the first letter of `#text`. */
  #base = 0
  /** How long the text must be before a row that was not whole is looked at again: so long rows cost no more than short ones. */
  #lengthNeeded = 0
  #isSkipping = false
  #mayHaveNul = false

  constructor(separator: Separator) {
    this.#separator = separator.charCodeAt(0)
  }

  get bufferedLength(): number {
    return this.#text.length
  }

  /** @returns the rows that became whole. */
  take(text: string, trouble?: WarningCode): Row[] {
    this.#forget()
    if (trouble) {
      const start = this.#base + this.#text.length
      this.#troubles.push({ code: trouble, start, end: start + text.length })
    }
    this.#text += text
    this.#mayHaveNul ||= text.includes('\0')
    return this.#text.length < this.#lengthNeeded ? [] : this.#rows(false)
  }

  end(): Row[] {
    this.#forget()
    return this.#rows(true)
  }

  /** Lets go of what has been read. */
  #forget(): void {
    this.#base += this.#at
    this.#text = this.#text.slice(this.#at)
    this.#at = 0
  }

  #rows(isEnd: boolean): Row[] {
    const rows: Row[] = []
    this.#lengthNeeded = 0
    if (this.#isSkipping) this.#skip()
    while (this.#at < this.#text.length && !this.#isSkipping) {
      const row = this.#next(isEnd)
      if (!row) {
        const length = this.#text.length - this.#at
        this.#lengthNeeded = length + Math.min(length, ROW_LENGTH_MAX / 4)
        break
      }
      if (row.cells.length > 1 || row.cells[0]?.trim() !== '') rows.push(row)
    }
    if (this.#at >= this.#text.length) this.#mayHaveNul = false
    return rows
  }

  #next(isEnd: boolean): Row | undefined {
    const [start, line, troubles] = [this.#at, this.#line, new Set<WarningCode>()]
    let cells = this.#readRow(isEnd, true)
    const isStuck = cells === undefined && (isEnd || this.#text.length - start > ROW_LENGTH_MAX)
    if (isStuck) {
      this.#at = start
      this.#line = line
      cells = this.#readRow(true, false)
      this.#isSkipping = this.#at >= this.#text.length && !isEnd
      troubles.add(this.#isSkipping ? 'cell_too_long' : 'quote_open')
    }
    if (cells === undefined) {
      this.#at = start
      this.#line = line
      return undefined
    }
    if (this.#mayHaveNul && cells.some((cell) => cell.includes('\0'))) {
      troubles.add('nul_bytes')
      cells = cells.map((cell) => cell.replaceAll('\0', ''))
    }
    this.#takeTroubles(start, troubles)
    return { cells, line, troubles: [...troubles] }
  }

  /** Those of the row that begins at `start` and ends here; of what ends here as well, nobody else has them. */
  #takeTroubles(start: number, taken: Set<WarningCode>): void {
    if (this.#troubles.length === 0) return
    const [from, to] = [this.#base + start, this.#base + this.#at]
    for (const trouble of this.#troubles)
      if (trouble.start < to && trouble.end > from) taken.add(trouble.code)
    this.#troubles = this.#troubles.filter(({ end }) => end > to)
  }

  /** @returns nothing, wherever it has come to, when the row is not whole yet. */
  #readRow(isEnd: boolean, areQuotesMeant: boolean): string[] | undefined {
    const cells: string[] = []
    for (;;) {
      const cell = (areQuotesMeant ? this.#quoted(isEnd) : undefined) ?? this.#plain(isEnd)
      if (cell === undefined || cell === OPEN) return undefined
      cells.push(cell)
      const next = this.#text.charCodeAt(this.#at)
      if (next === this.#separator) {
        this.#at++
        continue
      }
      return this.#endLine(isEnd) ? cells : undefined
    }
  }

  /** A cell up to the next separator or line end. */
  #plain(isEnd: boolean): string | undefined {
    const text = this.#text
    const start = this.#at
    let at = start
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === this.#separator || code === LF || code === CR) {
        this.#at = at
        return text.slice(start, at)
      }
    }
    if (!isEnd) return undefined
    this.#at = at
    return text.slice(start)
  }

  /** A cell within quotes. @returns nothing if there is none, and `OPEN` if its end is not there. */
  #quoted(isEnd: boolean): string | undefined {
    const text = this.#text
    let start = this.#at
    while (text.charCodeAt(start) === BLANK) start++
    if (text.charCodeAt(start) !== QUOTE) return undefined
    let from = start + 1
    for (;;) {
      const quote = text.indexOf('"', from)
      if (quote < 0) return OPEN
      const after = this.#afterQuote(quote)
      if (after === undefined) {
        if (!isEnd) return OPEN
        this.#at = text.length
        return this.#unquote(start + 1, quote)
      }
      if (after >= 0) {
        this.#at = after
        return this.#unquote(start + 1, quote)
      }
      from = text.charCodeAt(quote + 1) === QUOTE ? quote + 2 : quote + 1
    }
  }

  /** Where a cell ends if this quote closes it; -1 if it is a letter; nothing if the text ends here. */
  #afterQuote(quote: number): number | undefined {
    let at = quote + 1
    while (this.#text.charCodeAt(at) === BLANK) at++
    if (at >= this.#text.length) return undefined
    const code = this.#text.charCodeAt(at)
    return code === this.#separator || code === LF || code === CR ? at : -1
  }

  #unquote(start: number, end: number): string {
    const raw = this.#text.slice(start, end)
    if (raw.includes('\n'))
      for (let at = raw.indexOf('\n'); at >= 0; at = raw.indexOf('\n', at + 1)) this.#line++
    return raw.includes('""') ? raw.replaceAll('""', '"') : raw
  }

  /** LF, CR, CR LF or CR CR LF. @returns false when what follows decides, and is not there. */
  #endLine(isEnd: boolean): boolean {
    const text = this.#text
    let at = this.#at
    while (text.charCodeAt(at) === CR) at++
    if (at >= text.length && at > this.#at && !isEnd) return false
    this.#line++
    if (text.charCodeAt(at) === LF) this.#at = at + 1
    else this.#at = Math.min(this.#at + 1, text.length)
    return true
  }

  /** Leaves out the rest of a row that was too long. */
  #skip(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#isSkipping = end < 0
    this.#at = end < 0 ? this.#text.length : end + 1
    this.#line++
  }
}

/** Cannot be in a cell: a lone half of a letter, which no decoder lets through. */
const OPEN = '\ud800'
