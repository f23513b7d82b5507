import { type DateOrder, guessDateOrder } from '../dates.ts'
import type { ImportedPerson } from '../imported-person.ts'
import { LineSplitter } from '../lines.ts'
import {
  type Chunks,
  narrowed,
  narrowSample,
  newReport,
  noteBuffered,
  type OpenSource,
  openSource,
  type ReadingReport,
} from '../source.ts'
import { CardReader } from './card-reader.ts'
import { VCARD_LIMITS, type VcardLimits } from './limits.ts'

export interface VcardOptions extends Partial<VcardLimits> {
  /** Instead of a guess. */
  encoding?: string
}

export interface VcardReading {
  /** In the order of the file, each as soon as its card is whole. */
  people: AsyncGenerator<ImportedPerson>
  report: ReadingReport
}

/**
 * Reads a file of vCards of any version (2.1; 3.0, RFC 2426; 4.0, RFC 6350) as phones and programs write them. Nothing in
 * it can make it throw; memory does not grow with the file.
 */
export function readVcards(chunks: Chunks, options: VcardOptions = {}): VcardReading {
  const report = newReport()
  return { report, people: readFrom(() => openSource(chunks), options, report) }
}

/** The same for a file of which the beginning has been read. */
export function readOpenVcards(
  source: OpenSource,
  options: VcardOptions,
  report: ReadingReport,
): VcardReading {
  return { report, people: readFrom(async () => source, options, report) }
}

async function* readFrom(
  open: () => Promise<OpenSource>,
  { encoding: chosen, ...options }: VcardOptions,
  report: ReadingReport,
): AsyncGenerator<ImportedPerson> {
  const source = await open()
  const { bytes: beginning, encoding, guess } = narrowSample(source, chosen)
  report.encoding = guess
  const limits = { ...VCARD_LIMITS, dateOrder: dateOrderOf(beginning), ...options }
  const reader = new CardReader({ limits, encoding, foldBlanks: foldBlanksOf(beginning) }, report)
  const lines = new LineSplitter(limits.lineBytesMax)
  for await (const piece of narrowed(source, guess, report)) {
    lines.take(piece, reader.takeLine)
    noteBuffered(report, source.sample.length + piece.length + lines.bufferedBytes + reader.bufferedBytes)
    for (const person of reader.takeReady()) {
      report.people++
      yield person
    }
  }
  lines.end(reader.takeLine)
  reader.finish()
  for (const person of reader.takeReady()) {
    report.people++
    yield person
  }
}

/** The order of dates such as 3/4/1972 in this file, if one of the first birthdays proves it. */
function dateOrderOf(beginning: Buffer): DateOrder {
  const dates = beginning.toString('latin1').matchAll(/^(?:[\w-]+\.)?BDAY[^:\r\n]*:(.{1,40})$/gim)
  const values = dates.map(([, value = '']) => value)
  return guessDateOrder(values, 'month_first', false).order
}

/** The least width that a program folds at. */
const FOLD_WIDTH_MIN = 50

/**
 * Some programs fold by two blanks, against the standard. Then all folded lines begin with two; but so may those of a
 * program that folds between words. Lines of one width, or blanks within base64, tell the former.
 */
function foldBlanksOf(beginning: Buffer): number {
  const lines = beginning.toString('latin1').split(/[\r\n]+/)
  let [count, least, most, isInBase64] = [0, Number.POSITIVE_INFINITY, 0, false]
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (!/^[ \t]\S|^ {2}/.test(line)) continue
    if (!/^ {2}\S/.test(line)) return 1
    const width = lines[at - 1]?.length ?? 0
    count++
    least = Math.min(least, width)
    most = Math.max(most, width)
    isInBase64 ||= /^ {2}[\w+/]{50,100}=*$/.test(line)
  }
  if (count < 2) return 1
  return isInBase64 || (least >= FOLD_WIDTH_MIN && most - least <= 3) ? 2 : 1
}
