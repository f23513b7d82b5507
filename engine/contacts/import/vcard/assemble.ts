import { GrowingBytes } from '../growing-bytes.ts'
import { findColon, type ValueEncoding, valueEncodingOf } from './content-line.ts'

/** What a card is made of, line by line; views are good only until the call returns. */
export interface TakeContent {
  /** A whole, unfolded line with its value after `colon`. */
  property(line: Buffer, colon: number, lineNumber: number): void
  begin(lineNumber: number): void
  end(lineNumber: number): void
  /** A property that is too long to be read; what there is of it tells its name. */
  tooLong(beginning: Buffer, lineNumber: number): void
  /** A line that is neither a property nor the rest of one. */
  stray(line: Buffer, lineNumber: number): void
}

const [BLANK, TAB, EQUALS, COLON, SEMICOLON, CR] = [0x20, 0x09, 0x3d, 0x3a, 0x3b, 0x0d]
/** What begins a new property even where a soft line break promised more of the last one. */
const PROPERTY =
  /^([\w-]+\.)?(ADR|AGENT|ANNIVERSARY|BDAY|BEGIN|CATEGORIES|CLASS|EMAIL|END|FN|GENDER|GEO|IMPP|KEY|KIND|LABEL|LOGO|MAILER|MEMBER|N|NICKNAME|NOTE|ORG|PHOTO|PRODID|RELATED|REV|ROLE|SORT-STRING|SOUND|TEL|TITLE|TZ|UID|URL|VERSION|X-[A-Z0-9-]+)(;[^:]*)?:/

/**
 * Puts lines together that were folded: by a blank or a tab (RFC 6350 §3.2), by two blanks where a program does so, by the
 * soft breaks of quoted-printable, or, of base64, by nothing at all.
 */
export class ContentAssembler {
  readonly #content: TakeContent
  readonly #foldBlanks: number
  #open: GrowingBytes
  #isOpen = false
  #encoding: ValueEncoding = 'plain'
  #colon = -1
  #openedAt = 0
  #line = 0

  constructor(
    content: TakeContent,
    { lineBytesMax, foldBlanks }: { lineBytesMax: number; foldBlanks: number },
  ) {
    this.#content = content
    this.#foldBlanks = foldBlanks
    this.#open = new GrowingBytes(lineBytesMax)
  }

  get bufferedBytes(): number {
    return this.#open.capacity
  }

  take(written: Buffer, isCut: boolean): void {
    this.#line++
    // Files that were put together of several keep the mark of each.
    const line =
      written[0] === 0xef && written[1] === 0xbb && written[2] === 0xbf ? written.subarray(3) : written
    if (isBlankLine(line)) this.#takeBlank(line)
    else if (this.#isOpen && this.#continues(line)) this.#append(line)
    else this.#begin(line)
    if (isCut) this.#open.isOverfull = true
  }

  finish(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    const whole = this.#open.view()
    if (this.#open.isOverfull) this.#content.tooLong(whole, this.#openedAt)
    else this.#give(whole)
    this.#open.clear()
  }

  #give(whole: Buffer): void {
    const colon = this.#colon < 0 ? findColon(whole) : this.#colon
    if (colon < 0) this.#content.stray(whole, this.#openedAt)
    else this.#content.property(whole, colon, this.#openedAt)
  }

  /** A folded blank may be the whole of a line; an empty line ends what is open, base64 above all. */
  #takeBlank(line: Buffer): void {
    const isFold = line.length > 0 && this.#isOpen && this.#encoding === 'plain'
    if (isFold) this.#append(line)
    else this.finish()
  }

  #continues(line: Buffer): boolean {
    if (this.#encoding === 'quoted-printable' && this.#endsSoftly()) return !isPropertyBegin(line)
    const first = line[0]
    if (first === BLANK || first === TAB) return true
    // `=0A…` without an indent: no property begins with that.
    if (first === EQUALS) return this.#encoding === 'quoted-printable'
    return this.#encoding === 'base64' && !line.includes(COLON) && !line.includes(SEMICOLON)
  }

  #endsSoftly(): boolean {
    const open = this.#open.view()
    return open.length > this.#colon + 1 && open[open.length - 1] === EQUALS
  }

  #append(line: Buffer): void {
    const isSoft = this.#encoding === 'quoted-printable' && this.#endsSoftly()
    if (isSoft) this.#open.drop(1)
    this.#open.append(line, isSoft ? 0 : this.#foldOf(line))
    if (this.#colon < 0) this.#look()
  }

  #foldOf(line: Buffer): number {
    if (line[0] !== BLANK && line[0] !== TAB) return 0
    return this.#foldBlanks === 2 && line[0] === BLANK && line[1] === BLANK ? 2 : 1
  }

  #begin(line: Buffer): void {
    this.finish()
    const marker = markerOf(line)
    if (marker === 'BEGIN') this.#content.begin(this.#line)
    else if (marker === 'END') this.#content.end(this.#line)
    else {
      this.#isOpen = true
      this.#openedAt = this.#line
      this.#open.append(line)
      this.#look()
    }
  }

  /** Finds out how the value is written, which decides what continues it. */
  #look(): void {
    const open = this.#open.view()
    this.#colon = findColon(open)
    this.#encoding = this.#colon < 0 ? 'plain' : valueEncodingOf(open.toString('latin1', 0, this.#colon))
  }
}

function isBlankLine(line: Buffer): boolean {
  for (const byte of line) if (byte !== BLANK && byte !== TAB && byte !== CR) return false
  return true
}

const MARKER = /^\s*(BEGIN|END)\s*:\s*VCARD\s*$/i

function markerOf(line: Buffer): 'BEGIN' | 'END' | undefined {
  if (line.length > 40) return undefined
  const found = MARKER.exec(line.toString('latin1'))?.[1]
  return found === undefined ? undefined : found.toUpperCase() === 'BEGIN' ? 'BEGIN' : 'END'
}

function isPropertyBegin(line: Buffer): boolean {
  return PROPERTY.test(line.toString('latin1', 0, 256))
}
