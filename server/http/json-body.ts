import { parse } from 'secure-json-parse'

/** Deeper than any document asks for; walking much deeper ones could exhaust the stack. */
const DEPTH_MAX = 32
/** Only these escapes can bring in a NUL or half of a surrogate pair: JSON allows neither bare. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i

export type ParsedBody = { ok: true; value: unknown } | { ok: false; code: 'not_json' | 'invalid_input' }

/**
 * Parses a request's JSON (RFC 8259). Text that no database could keep as it is (NUL, lone surrogates) and
 * depth that no document asks for are refused as input; keys that could reach an object's prototype go.
 */
export function parseJsonBody(text: string): ParsedBody {
  if (isTooDeep(text)) return { ok: false, code: 'invalid_input' }
  let value: unknown
  try {
    value = parse(text, null, { protoAction: 'remove', constructorAction: 'remove' })
  } catch {
    return { ok: false, code: 'not_json' }
  }
  if (SUSPICIOUS.test(text) && !isStorable(value)) return { ok: false, code: 'invalid_input' }
  return { ok: true, value }
}

/**
 * As {@link parseJsonBody}, and as forgiving as some documents are: what follows the first value is let go, and a key
 * whose value is null counts as left out.
 */
export function parseFirstValue(text: string): ParsedBody {
  const parsed = parseJsonBody(text.slice(0, endOfFirstValue(text)))
  return parsed.ok ? { ok: true, value: withoutNulls(parsed.value) } : parsed
}

/** Where an object or a list that begins the text ends; any other text is taken whole. */
function endOfFirstValue(text: string): number {
  let depth = 0
  let isInString = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (isInString) {
      if (char === '\\') i++
      else if (char === '"') isInString = false
    } else if (char === '"') isInString = true
    else if (char === '{' || char === '[') depth++
    else if ((char === '}' || char === ']') && --depth === 0) return i + 1
  }
  return text.length
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutNulls)
  const kept = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]))
}

function isTooDeep(text: string): boolean {
  if (text.length <= DEPTH_MAX) return false
  let depth = 0
  let isInString = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (isInString) {
      if (char === 0x5c) i++
      else if (char === 0x22) isInString = false
    } else if (char === 0x22) isInString = true
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > DEPTH_MAX) return true
    } else if (char === 0x7d || char === 0x5d) depth--
  }
  return false
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner))
}
