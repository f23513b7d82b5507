/*
 * Text values of vCard (RFC 6350 §3.4, §4): backslashes before separators, `\n` for a line break. Files escape too little and
 * too much; a backslash that protects nothing stays, since it may be part of a path or a joke.
 */

export function unescapeText(raw: string): string {
  if (!raw.includes('\\')) return raw
  return raw.replace(/\\([\s\S])/g, (whole, next: string) => {
    if (next === 'n' || next === 'N') return '\n'
    return /[\\,;:"]/.test(next) ? next : whole
  })
}

/** Cuts at separators that no backslash protects. The pieces stay as written. */
export function splitRaw(raw: string, separator: ',' | ';'): string[] {
  if (!raw.includes('\\')) return raw.split(separator)
  const pieces: string[] = []
  let start = 0
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] === '\\') at++
    else if (raw[at] === separator) {
      pieces.push(raw.slice(start, at))
      start = at + 1
    }
  }
  pieces.push(raw.slice(start))
  return pieces
}

/** The values of a list such as CATEGORIES, without empty ones. */
export function readList(raw: string): string[] {
  return splitRaw(raw, ',')
    .map((piece) => unescapeText(piece).trim())
    .filter((piece) => piece !== '')
}

/** The parts of a structured value such as N. */
export function readParts(raw: string): string[] {
  return splitRaw(raw, ';')
}

/**
 * A part of N or ADR. A comma that nothing protects lists several values there; but before a blank it is one that somebody
 * wrote and did not escape.
 */
export function readPart(raw: string, joint: string): string {
  const pieces = splitRaw(raw, ',')
  if (pieces.length === 1) return unescapeLines(raw)
  return pieces
    .map((piece) => unescapeText(piece).replace(/\r\n?/g, '\n'))
    .reduce((text, piece) =>
      piece.startsWith(' ') || text === '' ? `${text},${piece}` : `${text}${joint}${piece}`,
    )
    .trim()
}

/** Text with LF alone between its lines, and nothing around it. */
export function unescapeLines(raw: string): string {
  return unescapeText(raw).replace(/\r\n?/g, '\n').trim()
}

export function escapeText(text: string): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/[,;]/g, '\\$&')
}
