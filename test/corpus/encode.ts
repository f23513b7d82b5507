/** Writes text in encodings that Node only reads: every pair of bytes is read once, and looked up the other way. */
const tables = new Map<string, Map<string, Buffer>>()

export function encode(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text)
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le')
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16()
  const table = tables.get(encoding) ?? tableOf(encoding)
  tables.set(encoding, table)
  return Buffer.concat(
    [...text].map((letter) => {
      const bytes = letter < '\u0080' ? Buffer.from(letter) : table.get(letter)
      if (!bytes) throw new Error(`${letter} is no letter of ${encoding}`)
      return bytes
    }),
  )
}

function tableOf(encoding: string): Map<string, Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const table = new Map<string, Buffer>()
  const note = (bytes: Buffer) => {
    try {
      const letter = decoder.decode(bytes)
      if ([...letter].length === 1 && !table.has(letter)) table.set(letter, bytes)
    } catch {
      // No letter.
    }
  }
  for (let lead = 0x80; lead < 0x100; lead++) note(Buffer.from([lead]))
  for (let lead = 0x81; lead < 0xff; lead++) {
    for (let trail = 0x40; trail < 0xff; trail++) note(Buffer.from([lead, trail]))
  }
  return table
}

/** Quoted-printable, by bytes, without line breaks. */
export function quoted(text: string, encoding = 'utf-8'): string {
  return [...encode(text, encoding)]
    .map((byte) =>
      byte >= 0x21 && byte < 0x7f && byte !== 0x3d
        ? String.fromCharCode(byte)
        : byte === 0x20
          ? ' '
          : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}
