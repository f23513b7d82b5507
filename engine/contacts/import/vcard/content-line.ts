import { decodeValue } from '../encoding/decode.ts'
import type { WarningCode } from '../imported-person.ts'
import { TEXT_BYTES_MAX } from './limits.ts'
import { decodeQuotedPrintable } from './quoted-printable.ts'

/** One property of a card (RFC 6350 §3.3), decoded, its escapes as written. */
export interface Property {
  group: string
  /** In upper case. */
  name: string
  /** In lower case, bare words and lists taken apart. */
  types: string[]
  /** All parameters but TYPE, by name in upper case. */
  parameters: Map<string, string>
  /** The parameters as written, but for encoding and charset, which are gone: `;TYPE=a`, or ''. */
  rawParameters: string
  value: string
  /** Of a base64 value; then `value` is the base64 text. */
  bytes: Buffer | undefined
  troubles: WarningCode[]
}

export type ValueEncoding = 'base64' | 'quoted-printable' | 'plain'

const [COLON, QUOTE] = [0x3a, 0x22]
/** Longer than any name with parameters that a program writes. */
const HEAD_BYTES_MAX = 16_384

/** Where the value begins: after the first colon that is not within quotes. @returns -1 if there is none. */
export function findColon(line: Buffer): number {
  let isQuoted = false
  const end = Math.min(line.length, HEAD_BYTES_MAX)
  for (let at = 0; at < end; at++) {
    if (line[at] === QUOTE) isQuoted = !isQuoted
    else if (line[at] === COLON && !isQuoted) return at
  }
  // A quotation mark that is never closed must not eat the value.
  const first = line.indexOf(COLON)
  return first < end ? first : -1
}

/** How a value is written, by its name and parameters. */
export function valueEncodingOf(head: string): ValueEncoding {
  if (/;\s*(ENCODING\s*=\s*)?"?QUOTED-PRINTABLE/i.test(head)) return 'quoted-printable'
  return /;\s*(ENCODING\s*=\s*)?"?(BASE64|B)"?\s*(;|$)/i.test(head) ? 'base64' : 'plain'
}

const STRUCTURED = new Set(['N', 'ADR', 'ORG'])

/** Reads a whole, unfolded line. @param file the encoding of the file. */
export function readProperty(line: Buffer, colon: number, file: string): Property {
  const head = decodeValue(line.subarray(0, colon), file).text
  const encoding = valueEncodingOf(head)
  const property = readHead(head)
  const written = line.subarray(colon + 1)
  if (encoding === 'base64') {
    property.value = written.toString('latin1').trim()
    property.bytes = Buffer.from(property.value, 'base64')
    return property
  }
  if (written.length > TEXT_BYTES_MAX && property.name !== 'PHOTO') {
    property.troubles.push('value_too_long')
    return property
  }
  const isCoded = encoding === 'quoted-printable'
  const bytes = isCoded ? decodeQuotedPrintable(written, STRUCTURED.has(property.name)) : written
  const { text, trouble } = decodeValue(bytes, file, property.parameters.get('CHARSET'))
  const isWithNul = text.includes('\0')
  if (trouble) property.troubles.push(trouble)
  if (isWithNul) property.troubles.push('nul_bytes')
  property.value = isWithNul ? text.replaceAll('\0', '') : text
  return property
}

const BARE_ENCODINGS = new Set(['QUOTED-PRINTABLE', 'BASE64', 'B', '8BIT', '7BIT'])
const BARE_VALUES = new Set(['URL', 'URI', 'INLINE', 'CONTENT-ID', 'CID', 'BINARY'])

function readHead(head: string): Property {
  const [path = '', ...written] = splitHead(head)
  const dot = path.lastIndexOf('.')
  const property: Property = {
    group: dot < 0 ? '' : path.slice(0, dot).trim(),
    name: path
      .slice(dot + 1)
      .trim()
      .toUpperCase(),
    types: [],
    parameters: new Map(),
    rawParameters: '',
    value: '',
    bytes: undefined,
    troubles: [],
  }
  for (const raw of written) {
    const equals = raw.indexOf('=')
    const word = raw.trim().toUpperCase()
    const name = equals < 0 ? bareName(word) : raw.slice(0, equals).trim().toUpperCase()
    const value = equals < 0 ? raw.trim() : raw.slice(equals + 1).trim()
    if (name === 'TYPE') property.types.push(...typesOf(value))
    else if (name !== '') property.parameters.set(name, decodeParameter(value))
    if (name !== '' && name !== 'ENCODING' && name !== 'CHARSET') property.rawParameters += `;${raw}`
  }
  return property
}

/** Cards of version 2.1 leave the name of a parameter out where its value tells it. */
function bareName(word: string): string {
  if (word === '') return ''
  if (BARE_ENCODINGS.has(word)) return 'ENCODING'
  return BARE_VALUES.has(word) ? 'VALUE' : 'TYPE'
}

/** `"home,work"` lists two types, though it should not. */
function typesOf(value: string): string[] {
  return value
    .split(',')
    .map((type) => decodeParameter(type).trim().toLowerCase())
    .filter((type) => type !== '')
}

/** Quotes, and the circumflexes of RFC 6868. */
function decodeParameter(value: string): string {
  const plain = value.replaceAll('"', '')
  if (!plain.includes('^')) return plain
  return plain.replace(/\^([n'^])/g, (_, code: string) => (code === 'n' ? '\n' : code === "'" ? '"' : '^'))
}

/** Cuts at semicolons that are not within quotes, unless a quotation mark is never closed. */
function splitHead(head: string): string[] {
  const quotes = head.split('"').length - 1
  if (quotes % 2 === 1 || quotes === 0) return head.split(';')
  const pieces: string[] = []
  let [piece, isQuoted] = ['', false]
  for (const letter of head) {
    if (letter === '"') isQuoted = !isQuoted
    if (letter === ';' && !isQuoted) {
      pieces.push(piece)
      piece = ''
    } else piece += letter
  }
  return [...pieces, piece]
}
