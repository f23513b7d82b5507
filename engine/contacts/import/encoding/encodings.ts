/** The encodings that we guess among, by their names of the WHATWG standard, and what people call them. */
export const ENCODINGS = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Windows-1252',
  'windows-1250': 'Windows-1250',
  'iso-8859-2': 'ISO-8859-2',
  macintosh: 'Mac Roman',
  'windows-1251': 'Windows-1251',
  'koi8-r': 'KOI8-R',
  shift_jis: 'Shift_JIS',
  'euc-jp': 'EUC-JP',
  gb18030: 'GB18030',
  big5: 'Big5',
  'euc-kr': 'EUC-KR',
} as const

export type Encoding = keyof typeof ENCODINGS

export const MULTI_BYTE: ReadonlySet<string> = new Set([
  'shift_jis',
  'euc-jp',
  'gb18030',
  'gbk',
  'big5',
  'euc-kr',
])

const decoders = new Map<string, { strict: TextDecoder; lossy: TextDecoder } | undefined>()

/** What files call some encodings that the standard has no label for. */
const ALIASES: Record<string, string> = {
  macroman: 'macintosh',
  'shift-jis': 'shift_jis',
  cp932: 'shift_jis',
}

function decodersOf(label: string): { strict: TextDecoder; lossy: TextDecoder } | undefined {
  const key = label.trim().toLowerCase()
  if (!decoders.has(key))
    decoders.set(key, makeDecoders(ALIASES[key] ?? key.replace(/^cp-?(125\d)$/, 'windows-$1')))
  return decoders.get(key)
}

function makeDecoders(label: string): { strict: TextDecoder; lossy: TextDecoder } | undefined {
  try {
    const options = { ignoreBOM: true }
    return {
      strict: new TextDecoder(label, { ...options, fatal: true }),
      lossy: new TextDecoder(label, options),
    }
  } catch {
    return undefined
  }
}

/** The standard's name of an encoding; nothing for a label that nobody knows. */
export function encodingOf(label: string): string | undefined {
  return label.length > 40 ? undefined : decodersOf(label)?.strict.encoding
}

/** @returns nothing if the bytes are not in that encoding, or it is none. */
export function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return decodersOf(encoding)?.strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** What is no letter becomes U+FFFD. */
export function decodeLossily(bytes: Uint8Array, encoding: string): string {
  return (decodersOf(encoding) ?? decodersOf('windows-1252'))?.lossy.decode(bytes) ?? ''
}
