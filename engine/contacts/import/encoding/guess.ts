import { isAscii, isUtf8 } from 'node:buffer'
import { ENCODINGS, type Encoding, encodingOf } from './encodings.ts'
import { bestLegacyEncoding } from './evidence.ts'

export interface EncodingGuess {
  encoding: Encoding
  /** What people call it. */
  name: string
  /** Bytes of a byte-order mark at the beginning. */
  markBytes: number
  code: 'ascii' | 'chosen' | 'letters' | 'mark' | 'nul_bytes' | 'unknown' | 'utf8'
  /** Why, in plain words. */
  words: string
}

/** How much of it is looked at. More would seldom change the answer, and costs time before the first row is shown. */
const EVIDENCE_BYTES_MAX = 65_536

/**
 * Which encoding a file is in, by its beginning. A mark at its beginning decides; then the zero bytes of UTF-16; then
 * whether the lines are UTF-8, which other text hardly ever is by chance; then what the letters look like.
 *
 * @param chosen an encoding that a person chose, which is taken whatever the bytes are.
 * @param isWhole there is no more than this beginning, so nothing is cut at its end.
 */
export function guessEncoding(sample: Buffer, chosen?: string, isWhole = true): EncodingGuess {
  const mark = markOf(sample)
  const wanted = chosen === undefined ? undefined : encodingOf(chosen)
  if (wanted !== undefined && wanted in ENCODINGS) {
    const encoding = wanted as Encoding
    const markBytes = mark?.encoding === encoding ? mark.markBytes : 0
    return say(encoding, markBytes, 'chosen', 'You chose it.')
  }
  if (mark) return say(mark.encoding, mark.markBytes, 'mark', 'The file begins with its mark.')
  const wide = guessWide(sample)
  if (wide) return say(wide, 0, 'nul_bytes', 'Every other byte is zero.')
  if (isAscii(sample)) return say('utf-8', 0, 'ascii', 'The beginning has plain letters only.')
  return guessByLines(sample, isWhole)
}

function say(
  encoding: Encoding,
  markBytes: number,
  code: EncodingGuess['code'],
  words: string,
): EncodingGuess {
  return { encoding, name: ENCODINGS[encoding], markBytes, code, words }
}

function markOf(sample: Buffer): { encoding: Encoding; markBytes: number } | undefined {
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf)
    return { encoding: 'utf-8', markBytes: 3 }
  if (sample[0] === 0xff && sample[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2 }
  if (sample[0] === 0xfe && sample[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2 }
  return undefined
}

/** Plain letters, separators and line ends have a zero byte in UTF-16, and every contact file has many of them. */
function guessWide(sample: Buffer): Encoding | undefined {
  const looked = Math.min(sample.length, 4_096) & ~1
  if (looked < 4) return undefined
  let [even, odd] = [0, 0]
  for (let at = 0; at < looked; at += 2) {
    if (sample[at] === 0) even++
    if (sample[at + 1] === 0) odd++
  }
  const [few, many] = [looked / 40, looked / 8]
  if (odd > many && even < few) return 'utf-16le'
  if (even > many && odd < few) return 'utf-16be'
  return undefined
}

function guessByLines(sample: Buffer, isWhole: boolean): EncodingGuess {
  const foreign: Buffer[] = []
  let [utf8, bytes] = [0, 0]
  for (const line of linesOf(sample, isWhole)) {
    if (isAscii(line)) continue
    if (isUtf8(line)) utf8++
    else if (bytes < EVIDENCE_BYTES_MAX) {
      foreign.push(line)
      bytes += line.length
    }
  }
  if (foreign.length <= utf8) {
    const words =
      foreign.length === 0
        ? 'All letters beyond the plain ones are UTF-8.'
        : `${utf8} lines with special letters are UTF-8, ${foreign.length} are not.`
    return say('utf-8', 0, 'utf8', words)
  }
  const found = bestLegacyEncoding(Buffer.concat(foreign.flatMap((line) => [line, Buffer.from('\n')])))
  return found === undefined
    ? say('windows-1252', 0, 'unknown', 'It is not UTF-8, and the letters do not tell what it is.')
    : say(found, 0, 'letters', 'It is not UTF-8, and this reading gives the most natural words.')
}

/** The last line may be cut in the middle of a letter; then it counts only when it is alone. */
function* linesOf(sample: Buffer, isWhole: boolean): Generator<Buffer> {
  const lineEnd = sample.includes(10) ? 10 : 13
  let start = 0
  for (;;) {
    const end = sample.indexOf(lineEnd, start)
    if (end < 0) break
    yield sample.subarray(start, end)
    start = end + 1
  }
  const rest = sample.subarray(start)
  if (isWhole || isUtf8(rest)) yield rest
  else if (start === 0) yield rest.subarray(0, wholeLetters(rest))
}

/** How many bytes there are up to a letter of UTF-8 that was cut. */
function wholeLetters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back < bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte >= 0xc0)
      return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
