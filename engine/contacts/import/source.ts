import { type EncodingGuess, guessEncoding } from './encoding/guess.ts'
import { Narrower } from './encoding/narrow.ts'
import type { ImportedPerson, Warning, WarningCode } from './imported-person.ts'
import { addWarning } from './warnings.ts'

/** A file as it comes: from a disk, an upload, a test. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** What is looked at before the first person is read. */
export const SAMPLE_BYTES = 262_144
/** A large chunk is taken in pieces, so that what is ready at once stays small. */
const PIECE_BYTES = 65_536

/** What can be said of a reading while it goes on and after it. */
export interface ReadingReport {
  encoding: EncodingGuess | undefined
  bytesRead: number
  people: number
  /** Of the file as a whole. */
  warnings: Warning[]
  /** The most that the reader ever held at once: of the file, and of people not yet handed out. */
  bufferedBytesPeak: number
}

export function newReport(): ReadingReport {
  return { encoding: undefined, bytesRead: 0, people: 0, warnings: [], bufferedBytesPeak: 0 }
}

export function noteBuffered(report: ReadingReport, bytes: number): void {
  if (bytes > report.bufferedBytesPeak) report.bufferedBytesPeak = bytes
}

/** Says something about the file, or about a card or row of it that became nobody. */
export function noteTrouble(
  report: ReadingReport,
  code: WarningCode,
  about?: Pick<ImportedPerson, 'line'>,
): void {
  addWarning(report.warnings, about ? `line ${about.line}` : '', code)
}

export interface OpenSource {
  /** The beginning, as it is in the file. */
  sample: Buffer
  /** Whether the sample is all there is. */
  isWhole: boolean
  rest: AsyncGenerator<Buffer>
}

/** Reads the beginning of a file, and leaves the rest where it is. */
export async function openSource(chunks: Chunks): Promise<OpenSource> {
  const iterator = pieces(chunks)
  const first: Buffer[] = []
  let length = 0
  while (length < SAMPLE_BYTES) {
    const next = await iterator.next()
    if (next.done) return { sample: Buffer.concat(first), isWhole: true, rest: iterator }
    first.push(next.value)
    length += next.value.length
  }
  return { sample: Buffer.concat(first), isWhole: false, rest: iterator }
}

async function* pieces(chunks: Chunks): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
  }
}

/** The beginning as bytes in which separators can be looked for, with the guess that made them so. */
export function narrowSample(
  { sample, isWhole }: Pick<OpenSource, 'sample' | 'isWhole'>,
  chosen?: string,
): { bytes: Buffer; encoding: string; guess: EncodingGuess } {
  const guess = guessEncoding(sample, chosen, isWhole)
  const narrower = new Narrower(guess)
  const encoding = guess.code === 'ascii' ? 'ascii' : narrower.encoding
  return { bytes: narrower.take(sample), encoding, guess }
}

/** The whole file in pieces in which separators can be looked for. */
export async function* narrowed(
  source: OpenSource,
  guess: EncodingGuess,
  report: ReadingReport,
): AsyncGenerator<Buffer> {
  const narrower = new Narrower(guess)
  for (let at = 0; at < source.sample.length; at += PIECE_BYTES) {
    const piece = source.sample.subarray(at, at + PIECE_BYTES)
    report.bytesRead += piece.length
    yield narrower.take(piece)
  }
  for await (const piece of source.rest) {
    report.bytesRead += piece.length
    yield narrower.take(piece)
  }
  const last = narrower.end()
  if (last.length > 0) yield last
}
