const [EQUALS, SEMICOLON, BACKSLASH] = [0x3d, 0x3b, 0x5c]

/**
 * Undoes quoted-printable (RFC 2045 §6.7) in a value whose lines have been joined. What is no code stays as it is.
 *
 * @param keepsSemicolons of a structured value, where a coded semicolon is a letter and a plain one a separator.
 */
export function decodeQuotedPrintable(value: Buffer, keepsSemicolons: boolean): Buffer {
  if (!value.includes(EQUALS)) return value
  const isProtecting = keepsSemicolons && value.includes(SEMICOLON)
  const bytes = Buffer.alloc(value.length)
  let length = 0
  for (let at = 0; at < value.length; at++) {
    const byte = value[at] ?? 0
    const code = byte === EQUALS ? hexAt(value, at + 1) : -1
    if (code >= 0) at += 2
    // The soft break that somebody forgot to follow up.
    else if (byte === EQUALS && at === value.length - 1) break
    const isProtected = isProtecting && code === SEMICOLON && bytes[length - 1] !== BACKSLASH
    if (isProtected) bytes[length++] = BACKSLASH
    bytes[length++] = code >= 0 ? code : byte
  }
  return bytes.subarray(0, length)
}

function hexAt(bytes: Buffer, at: number): number {
  const [high, low] = [digit(bytes[at] ?? 0), digit(bytes[at + 1] ?? 0)]
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function digit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const upper = byte & ~0x20
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1
}
