import { isAscii, isUtf8 } from 'node:buffer'
import { decodeLossily, decodeStrictly, ENCODINGS, encodingOf, MULTI_BYTE } from './encodings.ts'
import { bestLegacyEncoding } from './evidence.ts'

export interface Decoded {
  text: string
  /** Something to tell the person about this value. */
  trouble?: 'bytes_invalid' | 'charset_wrong' | 'encoding_odd'
}

/**
 * Decodes one value by itself, so that what is wrong with it harms no other.
 *
 * @param declared what the value says of itself; believed only where the bytes allow it.
 * @param file the encoding of the file as a whole; `ascii` if its letters do not tell.
 */
export function decodeValue(bytes: Buffer, file: string, declared?: string): Decoded {
  if (isAscii(bytes)) return { text: bytes.toString('latin1') }
  const own = declared === undefined ? undefined : encodingOf(declared)
  if (isUtf8(bytes)) {
    const legacy =
      readsAsDoubleBytes(bytes, own) ?? readsAsDoubleBytes(bytes, own === undefined ? file : undefined)
    if (legacy !== undefined) return { text: legacy }
    const isTold = declared === undefined || own === 'utf-8'
    return { text: bytes.toString('utf8'), ...(isTold ? {} : { trouble: 'charset_wrong' as const }) }
  }
  if (own !== undefined && own !== 'utf-8') {
    const text = decodeStrictly(bytes, own)
    if (text !== undefined) return { text }
  }
  if (file !== 'utf-8' && file !== 'ascii') {
    const text = decodeStrictly(bytes, file)
    if (text !== undefined)
      return { text, ...(declared === undefined ? {} : { trouble: 'charset_wrong' as const }) }
  }
  return decodeForeign(bytes, file, declared !== undefined)
}

/**
 * Two bytes that are one letter of UTF-8 may as well be one of an East Asian encoding (three hardly ever are). Then what
 * the value or the file is said to be decides.
 */
function readsAsDoubleBytes(bytes: Buffer, encoding: string | undefined): string | undefined {
  if (encoding === undefined || !MULTI_BYTE.has(encoding)) return undefined
  if (bytes.some((byte) => byte >= 0xe0) || hasLatinWord(bytes)) return undefined
  return decodeStrictly(bytes, encoding)
}

/** "Größe" has a letter of two bytes among plain ones: words of the West, which East Asian text does not mix with its own. */
function hasLatinWord(bytes: Buffer): boolean {
  return /[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]{2}/.test(bytes.toString('latin1'))
}

/** Neither UTF-8 nor what it was said to be. */
function decodeForeign(bytes: Buffer, file: string, wasDeclared: boolean): Decoded {
  // A file of plain letters, as quoted-printable makes them, has no encoding that this value could differ from.
  const isPlain = file === 'ascii'
  if ((isPlain || file === 'utf-8') && !hasUtf8Letter(bytes)) {
    const found = bestLegacyEncoding(bytes)
    const text = found === undefined ? undefined : decodeStrictly(bytes, found)
    if (text !== undefined && isPlain && !wasDeclared) return { text }
    if (text !== undefined) return { text, trouble: wasDeclared ? 'charset_wrong' : 'encoding_odd' }
  }
  const lossy = file in ENCODINGS ? file : 'utf-8'
  return { text: decodeLossily(bytes, lossy), trouble: 'bytes_invalid' }
}

/** Then it is UTF-8 with something broken in it, rather than something else. */
function hasUtf8Letter(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length - 1; at++) {
    const byte = bytes[at] ?? 0
    const letterBytes = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    if (byte >= 0xc2 && byte <= 0xf4 && isUtf8(bytes.subarray(at, at + letterBytes))) {
      if (at + letterBytes <= bytes.length) return true
    }
  }
  return false
}
