/*
 * How much bytes look like text in an encoding: from -4 to 3, the mean over the letters outside ASCII. Nothing but shape
 * decides: letters of one language together, none in the middle of a word that is not one, no capitals inside words.
 */
import { decodeStrictly, type Encoding } from './encodings.ts'

interface Candidate {
  encoding: Encoding
  score(bytes: Buffer): number
}

const WESTERN = [
  'äöüß',
  'éèêëàâùûîïôçœæ',
  'ñáéíóúü',
  'ãõáâêéíóôúçà',
  'åäöæøé',
  'àèéìòù',
  'ëïéèöü',
  'þðæöáéíóúý',
]
const CENTRAL = ['ąćęłńóśźż', 'áčďéěíňóřšťúůýž', 'áäčďéíĺľňóôŕšťúýž', 'áéíóöőúüű', 'čćđšž', 'ăâîşţ', 'äöüß']
/** A list of people has names of more than one language; then all of a region count, for less. */
const MIXED_WEIGHT = 1.5

/** In order of precedence: of two that explain the bytes equally well, the more common one. */
const CANDIDATES: Candidate[] = [
  { encoding: 'windows-1252', score: byLetters('windows-1252', WESTERN) },
  { encoding: 'macintosh', score: byLetters('macintosh', WESTERN) },
  { encoding: 'windows-1250', score: byLetters('windows-1250', CENTRAL) },
  { encoding: 'iso-8859-2', score: byLetters('iso-8859-2', CENTRAL) },
  { encoding: 'windows-1251', score: byCyrillic('windows-1251') },
  { encoding: 'koi8-r', score: byCyrillic('koi8-r') },
  {
    encoding: 'shift_jis',
    score: byPairs('shift_jis', weighShiftJis, (byte) => byte >= 0xa1 && byte <= 0xdf),
  },
  { encoding: 'euc-kr', score: byPairs('euc-kr', weighEucKr) },
  { encoding: 'gb18030', score: byPairs('gb18030', weighGb) },
  { encoding: 'big5', score: byPairs('big5', weighBig5) },
  { encoding: 'euc-jp', score: byPairs('euc-jp', weighEucJp) },
]

/** @returns the encoding that explains bytes beyond ASCII best; nothing when none explains them well. */
export function bestLegacyEncoding(bytes: Buffer): Encoding | undefined {
  let best: { encoding: Encoding; score: number } | undefined
  for (const { encoding, score } of CANDIDATES) {
    const found = score(bytes)
    if (found > (best?.score ?? 0) + 1e-9) best = { encoding, score: found }
  }
  return best?.encoding
}

const LETTER = /\p{L}/u
const PUNCTUATION = '–—’‘“”„‚€·°«»§…\u00a0®©™'

function byLetters(encoding: Encoding, languages: string[]): (bytes: Buffer) => number {
  const sets = languages.map((letters) => ({ letters: new Set(letters + letters.toUpperCase()), weight: 2 }))
  const all = languages.join('')
  sets.push({ letters: new Set(all + all.toUpperCase()), weight: MIXED_WEIGHT })
  return (bytes) => {
    const text = decodeStrictly(bytes, encoding)
    if (text === undefined) return Number.NEGATIVE_INFINITY
    return Math.max(...sets.map(({ letters, weight }) => meanOverLetters(text, letters, weight)))
  }
}

function meanOverLetters(text: string, letters: Set<string>, weight: number): number {
  let [sum, count] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x80) continue
    count++
    sum += weighLetter(text, at, letters, weight)
  }
  return count === 0 ? 0 : sum / count
}

function weighLetter(text: string, at: number, letters: Set<string>, weight: number): number {
  const [before, letter, after] = [text[at - 1] ?? ' ', text[at] ?? '', text[at + 1] ?? ' ']
  const isInWord = LETTER.test(before) && LETTER.test(after)
  // O’Neill, d’Arc: the one sign that belongs into words.
  if (letter === '’') return isInWord ? 1 : 0
  if (!LETTER.test(letter)) return isInWord ? -4 : PUNCTUATION.includes(letter) ? 0 : -2
  // "mÜller": a capital after a small letter is a sign of the wrong table.
  if (isCapital(letter) && isSmall(before)) return -2
  if (isSmall(letter) && /[A-Z]/.test(after)) return -2
  return letters.has(letter) ? weight : -1
}

function byCyrillic(encoding: Encoding): (bytes: Buffer) => number {
  return (bytes) => {
    const text = decodeStrictly(bytes, encoding) ?? ''
    let [sum, count] = [0, 0]
    for (let at = 0; at < text.length; at++) {
      if (text.charCodeAt(at) < 0x80) continue
      const [before, letter, after] = [text[at - 1] ?? ' ', text[at] ?? '', text[at + 1] ?? ' ']
      count++
      if (!isCyrillic(letter)) sum -= 2
      else if (/[A-Za-z]/.test(before + after)) sum -= 3
      else if (isCapital(letter) && isSmall(before)) sum -= 2
      else sum += isCyrillic(before) || isCyrillic(after) ? 1.8 : 0
    }
    return count === 0 ? 0 : sum / count
  }
}

function byPairs(
  encoding: Encoding,
  weigh: (lead: number, trail: number) => number,
  isSingle: (byte: number) => boolean = () => false,
): (bytes: Buffer) => number {
  return (bytes) => {
    if (decodeStrictly(bytes, encoding) === undefined) return Number.NEGATIVE_INFINITY
    let [sum, count, pairEnd] = [0, 0, -1]
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (byte < 0x80) continue
      count++
      // "Müller" would have one letter of two bytes in the middle of a Latin word: no such text is written.
      if (pairEnd !== at - 1 && isLatin(bytes[at - 1] ?? 0)) sum -= 2
      pairEnd = isSingle(byte) ? -1 : at + 1
      if (isSingle(byte)) sum += 0.5
      else sum += weigh(byte, bytes[++at] ?? 0)
    }
    return count === 0 ? 0 : sum / count
  }
}

/*
 * The tables of these standards are ordered by frequency: first the kana, then the letters that are in daily use, then the
 * rest. So the first byte alone tells a lot.
 */

function weighShiftJis(lead: number, trail: number): number {
  if (lead === 0x82 && trail >= 0x9f) return 3
  if (lead === 0x83 && trail <= 0x96) return 3
  if (lead >= 0x88 && lead <= 0x97) return 2
  if (lead === 0x81) return 0
  return lead >= 0xf0 ? -3 : 0.2
}

function weighEucJp(lead: number, trail: number): number {
  if (trail < 0xa1) return -2
  if (lead === 0xa4 || lead === 0xa5) return 3
  if (lead >= 0xb0 && lead <= 0xcf) return 1.9
  return lead >= 0xd0 ? 0.2 : 0
}

function weighGb(lead: number, trail: number): number {
  if (trail < 0xa1) return -0.5
  if (lead >= 0xb0 && lead <= 0xd7) return 2
  if (lead >= 0xd8 && lead <= 0xf7) return 0.3
  return lead >= 0xa1 && lead <= 0xa3 ? 0 : -0.5
}

function weighBig5(lead: number, _trail: number): number {
  if (lead >= 0xa4 && lead <= 0xc6) return 2
  if (lead >= 0xc9 && lead <= 0xf9) return 0.3
  return lead >= 0xa1 && lead <= 0xa3 ? 0 : -2
}

function weighEucKr(lead: number, trail: number): number {
  if (trail < 0xa1) return -1
  if (lead >= 0xb0 && lead <= 0xc8) return 2.2
  if (lead >= 0xca && lead <= 0xfd) return 0.2
  return lead >= 0xa1 && lead <= 0xac ? 0 : -1
}

function isLatin(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
}

function isCapital(letter: string): boolean {
  return letter !== letter.toLowerCase()
}

function isSmall(letter: string): boolean {
  return letter !== letter.toUpperCase()
}

function isCyrillic(letter: string): boolean {
  return letter >= '\u0400' && letter <= '\u04ff'
}
