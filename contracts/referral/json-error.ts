/** Where a text stops being JSON, in the words of Python's parser; nothing of the text itself is in them. */
export interface JsonError {
  /** In UTF-16 units from the beginning. */
  offset: number
  error: string
}

class Broken extends Error {
  readonly found: JsonError

  constructor(offset: number, error: string) {
    super(error)
    this.found = { offset, error }
  }
}

/** @returns the end of the text if nothing in it is wrong. */
export function findJsonError(text: string): JsonError {
  try {
    const end = skipBlanks(text, readValue(text, skipBlanks(text, 0)))
    return { offset: end, error: end < text.length ? 'Extra data' : 'Expecting value' }
  } catch (error) {
    if (error instanceof Broken) return error.found
    throw error
  }
}

function skipBlanks(text: string, at: number): number {
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++
  return at
}

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** @returns where it ends. */
function readValue(text: string, at: number): number {
  switch (text.charAt(at)) {
    case '{':
      return readObject(text, at)
    case '[':
      return readArray(text, at)
    case '"':
      return readString(text, at)
  }
  SCALAR.lastIndex = at
  const [scalar] = SCALAR.exec(text) ?? []
  if (scalar === undefined) throw new Broken(at, 'Expecting value')
  return at + scalar.length
}

function readObject(text: string, start: number): number {
  let at = skipBlanks(text, start + 1)
  if (text.charAt(at) === '}') return at + 1
  for (;;) {
    if (text.charAt(at) !== '"') throw new Broken(at, 'Expecting property name enclosed in double quotes')
    at = skipBlanks(text, readString(text, at))
    if (text.charAt(at) !== ':') throw new Broken(at, "Expecting ':' delimiter")
    at = skipBlanks(text, readValue(text, skipBlanks(text, at + 1)))
    if (text.charAt(at) === '}') return at + 1
    if (text.charAt(at) !== ',') throw new Broken(at, "Expecting ',' delimiter")
    at = skipBlanks(text, at + 1)
  }
}

function readArray(text: string, start: number): number {
  let at = skipBlanks(text, start + 1)
  if (text.charAt(at) === ']') return at + 1
  for (;;) {
    at = skipBlanks(text, readValue(text, at))
    if (text.charAt(at) === ']') return at + 1
    if (text.charAt(at) !== ',') throw new Broken(at, "Expecting ',' delimiter")
    at = skipBlanks(text, at + 1)
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y

function readString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === '"') return at + 1
    if (char < ' ') throw new Broken(at, 'Invalid control character at')
    if (char !== '\\') continue
    ESCAPE.lastIndex = at
    const [escaped] = ESCAPE.exec(text) ?? []
    if (escaped === undefined) throw new Broken(at, 'Invalid \\escape')
    at += escaped.length - 1
  }
  throw new Broken(start, 'Unterminated string starting at')
}
