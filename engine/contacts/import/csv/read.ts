import { decodeLossily } from '../encoding/encodings.ts'
import { type ImportedPerson, isWithoutContent, type WarningCode } from '../imported-person.ts'
import {
  type Chunks,
  narrowed,
  narrowSample,
  newReport,
  noteBuffered,
  noteTrouble,
  type OpenSource,
  openSource,
  type ReadingReport,
} from '../source.ts'
import { TextDecoderByLine } from './decode-text.ts'
import { type CsvChoices, type CsvDialect, firstRows, guessDialect, isHint } from './dialect.ts'
import { RowReader } from './person.ts'
import { type Row, RowParser } from './rows.ts'

export interface CsvOptions extends CsvChoices {
  /** Instead of a guess. */
  encoding?: string
}

export interface CsvReading {
  /** In the order of the file, a row each. */
  people: AsyncGenerator<ImportedPerson>
  report: ReadingReport
  dialect: CsvDialect
}

/** Reads a table of people, whatever program wrote it. Nothing in it can make it throw; memory does not grow with it. */
export async function readCsv(chunks: Chunks, options: CsvOptions = {}): Promise<CsvReading> {
  return readOpenCsv(await openSource(chunks), options, newReport())
}

/** The same for a file of which the beginning has been read. */
export function readOpenCsv(
  source: OpenSource,
  { encoding, ...choices }: CsvOptions,
  report: ReadingReport,
): CsvReading {
  const sample = narrowSample(source, encoding)
  report.encoding = sample.guess
  const beginning = decodeLossily(sample.bytes, sample.encoding === 'ascii' ? 'utf-8' : sample.encoding)
  const dialect = guessDialect(beginning, source.isWhole, choices)
  return { report, dialect, people: readRows(source, sample, dialect, report) }
}

/** The first rows as they are written, header and preamble included, for showing. */
export function showRows(source: OpenSource, dialect: CsvDialect, { encoding }: CsvOptions): string[][] {
  const sample = narrowSample(source, encoding)
  const text = decodeLossily(sample.bytes, sample.encoding === 'ascii' ? 'utf-8' : sample.encoding)
  return firstRows(text, dialect.separator, source.isWhole).map(({ cells }) => cells)
}

async function* readRows(
  source: OpenSource,
  { encoding, guess }: ReturnType<typeof narrowSample>,
  dialect: CsvDialect,
  report: ReadingReport,
): AsyncGenerator<ImportedPerson> {
  const decoder = new TextDecoderByLine(encoding)
  const parser = new RowParser(dialect.separator)
  const reader = new RowReader(dialect.columns, dialect.dateOrder)
  let [rowNumber, position] = [0, 0]
  let ready: ImportedPerson[] = []
  const takeRows = (rows: Row[]) => {
    for (const row of rows) {
      if (isHint(row)) continue
      // Up to the header, nothing is data.
      if (rowNumber++ <= (dialect.headerRow ?? -1)) continue
      const person = reader.read(row, ++position)
      if (!isWithoutContent(person)) ready.push(person)
      else if (row.cells.some((cell) => cell.trim() !== '')) keepNobody(ready, person, report)
    }
  }
  const takeText = (text: string, trouble?: WarningCode) => takeRows(parser.take(text, trouble))
  for await (const piece of narrowed(source, guess, report)) {
    decoder.take(piece, takeText)
    noteBuffered(
      report,
      source.sample.length + piece.length + decoder.bufferedBytes + 2 * parser.bufferedLength,
    )
    report.people += ready.length
    yield* ready
    ready = []
  }
  decoder.end(takeText)
  takeRows(parser.end())
  report.people += ready.length
  yield* ready
}

/** A row in which nothing but the unknown is filled: still somebody, for all we know. */
function keepNobody(ready: ImportedPerson[], person: ImportedPerson, report: ReadingReport): void {
  if (person.leftovers.length > 0) {
    person.formattedName = person.leftovers[0]?.value.slice(0, 100) ?? ''
    ready.push(person)
  } else noteTrouble(report, 'nothing_in_it', person)
}
