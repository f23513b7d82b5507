/*
 * Anything that people drop or paste: what it is, how it is read, and who is in it.
 */

import type { CsvDialect } from './csv/dialect.ts'
import { type CsvOptions, readOpenCsv, showRows } from './csv/read.ts'
import type { ImportedPerson } from './imported-person.ts'
import {
  type Chunks,
  narrowSample,
  newReport,
  type OpenSource,
  openSource,
  type ReadingReport,
} from './source.ts'
import { readOpenVcards, type VcardOptions } from './vcard/read.ts'

export type ContactFormat = 'vcard' | 'csv'

export interface ReadOptions extends CsvOptions, Pick<VcardOptions, 'photoBytesMax'> {
  /** Instead of a guess. */
  format?: ContactFormat
}

export interface ContactReading {
  format: ContactFormat
  people: AsyncGenerator<ImportedPerson>
  report: ReadingReport
  /** Of a table; each of its guesses may be chosen otherwise in the options. */
  dialect: CsvDialect | undefined
  /** Of a table: its first rows as they are written. */
  firstRows: string[][]
}

/** Looks at the beginning of a file and reads it as what it is. Reading again from the start is the caller's to arrange. */
export async function readContacts(chunks: Chunks, options: ReadOptions = {}): Promise<ContactReading> {
  const source = await openSource(chunks)
  const report = newReport()
  const format = options.format ?? formatOf(source, options.encoding)
  const { photoBytesMax, encoding, dateOrder } = options
  if (format === 'vcard') {
    const limits = {
      ...(photoBytesMax === undefined ? {} : { photoBytesMax }),
      ...(dateOrder ? { dateOrder } : {}),
    }
    const { people } = readOpenVcards(
      source,
      { ...limits, ...(encoding === undefined ? {} : { encoding }) },
      report,
    )
    return { format, people, report, dialect: undefined, firstRows: [] }
  }
  const { people, dialect } = readOpenCsv(source, options, report)
  return { format, people, report, dialect, firstRows: showRows(source, dialect, options) }
}

/** A line that begins a card is in no table. */
function formatOf(source: OpenSource, encoding: string | undefined): ContactFormat {
  const { bytes } = narrowSample(source, encoding)
  return /(^|[\r\n\ufeff"])\s*BEGIN\s*:\s*VCARD\s*[\r\n]/i.test(bytes.toString('utf8')) ? 'vcard' : 'csv'
}

/** One sentence: "Outlook, Windows-1252, separated by semicolons, dates day first because of row 3". */
export function describeReading({ format, report, dialect, firstRows }: ContactReading): string {
  const parts = [
    dialect?.program ?? (format === 'vcard' ? 'vCard' : 'Table'),
    report.encoding?.name ?? 'UTF-8',
  ]
  if (dialect) {
    const names = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' }
    if (firstRows.some(({ length }) => length > 1)) parts.push(`separated by ${names[dialect.separator]}`)
    if (dialect.headerRow === null) parts.push('no header')
    else if (dialect.headerRow > 0) parts.push(`header in row ${dialect.headerRow + 1}`)
    const { code, order, index = 0, isMixed, column } = dialect.dateOrderGuess
    const words = order === 'day_first' ? 'day first' : 'month first'
    const row = index + (dialect.headerRow ?? -1) + 2
    if (isMixed) parts.push('dates in both orders')
    else if (code === 'evidence') parts.push(`dates ${words} because of row ${row}`)
    else if (column !== '') parts.push(`dates perhaps ${words}`)
  }
  return parts.join(', ')
}
