import { type DateOrder, type DateOrderGuess, guessDateOrder, isAmbiguousDate, readDate } from '../dates.ts'
import type { ColumnMapping, Field } from './fields.ts'
import { isHeader, mapColumns, plainHeader } from './map-columns.ts'
import { programOf } from './programs.ts'
import { type Row, RowParser, type Separator } from './rows.ts'

export interface CsvDialect {
  separator: Separator
  /** Which row holds the headers, from 0, blank rows not counted; null when there is none. */
  headerRow: number | null
  columns: ColumnMapping[]
  dateOrder: DateOrder
  /** Why that order; `index` is a row of the table, from 0. */
  dateOrderGuess: DateOrderGuess & { column: string }
  /** Whose export it is, if its headers tell. */
  program: string | undefined
}

/** What a person may decide otherwise than we would. */
export interface CsvChoices {
  separator?: Separator
  /** null: there is no header. */
  headerRow?: number | null
  columns?: ColumnMapping[]
  dateOrder?: DateOrder
}

const SEPARATORS: readonly Separator[] = [',', ';', '\t', '|']
const ROWS_LOOKED_AT = 200
/** How far down a header may stand: some exports begin with explanations. */
const PREAMBLE_ROWS_MAX = 15

/** Finds out how a table is written, by its beginning. @param isWhole the beginning is all there is. */
export function guessDialect(beginning: string, isWhole: boolean, choices: CsvChoices = {}): CsvDialect {
  const separator = choices.separator ?? guessSeparator(beginning, isWhole)
  const rows = firstRows(beginning, separator, isWhole).map(({ cells }) => cells)
  const headerRow = choices.headerRow === undefined ? guessHeaderRow(rows) : choices.headerRow
  const headers = headerRow === null ? [] : headersOf(rows, headerRow)
  const data = rows.slice(headerRow === null ? 0 : headerRow + 1)
  const width = Math.max(headers.length, headerRow === null ? widthOf(data) : 0)
  while (headers.length < width) headers.push('')
  const columns = choices.columns ?? mapByContent(mapColumns(headers), data)
  const program = programOf(headers.map(plainHeader))
  const dateOrderGuess = guessOrder(columns, data, program)
  const dateOrder = choices.dateOrder ?? dateOrderGuess.order
  const guess =
    choices.dateOrder === undefined ? dateOrderGuess : { ...dateOrderGuess, code: 'chosen' as const }
  return { separator, headerRow, columns, dateOrder, dateOrderGuess: guess, program }
}

export function firstRows(beginning: string, separator: Separator, isWhole: boolean): Row[] {
  const parser = new RowParser(separator)
  const text = beginning.replace(/^\ufeff/, '')
  const rows = parser.take(text.slice(0, 262_144))
  return [...rows, ...(isWhole ? parser.end() : [])]
    .filter((row, at) => at > 0 || !isHint(row))
    .slice(0, ROWS_LOOKED_AT)
}

/** `sep=;` in the first line is for spreadsheets. */
export function isHint({ cells, line }: Row): boolean {
  return line === 1 && /^"?sep=.?"?$/i.test(cells[0] ?? '') && cells.slice(1).every((cell) => cell === '')
}

/** The one that gives most rows the same number of cells, and many. */
function guessSeparator(beginning: string, isWhole: boolean): Separator {
  const hint = /^\ufeff?"?sep=([,;\t|])"?[\r\n]/i.exec(beginning)?.[1]
  if (hint) return hint as Separator
  let best: { separator: Separator; score: number } = { separator: ',', score: 0 }
  for (const separator of SEPARATORS) {
    const rows = firstRows(beginning.slice(0, 65_536), separator, isWhole || beginning.length > 65_536)
    const score = scoreOf(rows.map(({ cells }) => cells))
    if (score > best.score + 1e-9) best = { separator, score }
  }
  return best.separator
}

function scoreOf(rows: string[][]): number {
  const counts = new Map<number, number>()
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1)
  let score = 0
  for (const [cells, times] of counts) {
    if (cells > 1) score = Math.max(score, (times / rows.length) * Math.log2(cells + 1))
  }
  // Cells that are headers are a stronger sign than any number of commas within addresses.
  const known = Math.max(0, ...rows.slice(0, PREAMBLE_ROWS_MAX).map((cells) => cells.filter(isHeader).length))
  return score + (known > 1 ? known : 0)
}

/** The first row with nearly as many known headers as any; without known ones, a first row that is unlike the others. */
function guessHeaderRow(rows: string[][]): number | null {
  const candidates = rows.slice(0, PREAMBLE_ROWS_MAX)
  const known = candidates.map((cells) => (cells.some(isValue) ? 0 : cells.filter(isHeader).length))
  const most = Math.max(0, ...known)
  const at = known.findIndex((count) => count > 0 && count >= most * 0.7)
  if (at >= 0) {
    const filled = candidates[at]?.filter((cell) => cell.trim() !== '').length ?? 0
    if (most > 1 || filled <= 2) return at
  }
  const [first = [], ...others] = rows
  if (first.some(isValue) || others.length === 0) return null
  const looksLikeData = (cells: string[]) => cells.some(isValue)
  return others.filter(looksLikeData).length * 2 >= others.length && first.every((cell) => cell.length <= 60)
    ? 0
    : null
}

const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/
const PHONE = /^\+?[\d\s()./-]{5,25}$/
const URL = /^(https?:\/\/|www\.)\S+$/i

/** Longer is neither an address nor a number. */
const VALUE_LENGTH_MAX = 320

/** What no header would say. */
function isValue(cell: string): boolean {
  const text = cell.trim()
  if (text.length > VALUE_LENGTH_MAX) return false
  return EMAIL.test(text) || URL.test(text) || (PHONE.test(text) && /\d{2}/.test(text)) || isDate(text)
}

function isDate(text: string): boolean {
  return /\d/.test(text) && Boolean(readDate(text, 'day_first')?.date || readDate(text, 'month_first')?.date)
}

function headersOf(rows: string[][], headerRow: number): string[] {
  return (rows[headerRow] ?? []).map((header) => header.replace(/^\ufeff/, '').trim())
}

function widthOf(rows: string[][]): number {
  return rows.reduce((width, { length }) => Math.max(width, length), 0)
}

/** Columns whose headers say nothing to us may still hold what can be nothing else. */
function mapByContent(columns: ColumnMapping[], rows: string[][]): ColumnMapping[] {
  const taken = new Set(columns.map(({ field }) => field))
  const groups = new Map<Field, number>()
  for (const { field, group } of columns) groups.set(field, Math.max(groups.get(field) ?? -1, group))
  const give = (mapping: ColumnMapping, field: Field): ColumnMapping => {
    const group = (groups.get(field) ?? -1) + 1
    groups.set(field, group)
    return { ...mapping, field, group }
  }
  const isNameless = columns.every(({ field }) => !/Name$/.test(field) || field === 'countryName')
  const hasNoHeaders = columns.every(({ header }) => header === '')
  const mapped = columns.map((mapping) => {
    if (mapping.field !== '' || columns.length > 500) return mapping
    const values = rows.map((cells) => cells[mapping.column]?.trim() ?? '').filter((value) => value !== '')
    const share = (matches: (value: string) => boolean) =>
      values.filter((value) => value.length <= VALUE_LENGTH_MAX && matches(value)).length /
      Math.max(1, values.length)
    if (share((value) => EMAIL.test(value)) > 0.6) return give(mapping, 'email')
    if (!hasNoHeaders) return mapping
    if (share((value) => URL.test(value)) > 0.6) return give(mapping, 'url')
    if (share(isDate) > 0.6 && !taken.has('birthday')) {
      taken.add('birthday')
      return { ...mapping, field: 'birthday' as const }
    }
    const isNumber = (value: string) => PHONE.test(value) && value.replace(/\D/g, '').length >= 6
    return share(isNumber) > 0.6 ? give(mapping, 'phone') : mapping
  })
  return isNameless && hasNoHeaders ? nameByContent(mapped, rows) : mapped
}

/** Without headers, names are in the first columns of words: one with both, or two with one each. */
function nameByContent(columns: ColumnMapping[], rows: string[][]): ColumnMapping[] {
  const words = columns.filter(({ field, column }) => {
    const values = rows.map((cells) => cells[column]?.trim() ?? '').filter((value) => value !== '')
    return field === '' && values.length > 0 && values.every((value) => /^[\p{L}\p{M}.'’ ,-]+$/u.test(value))
  })
  const [first, second] = words
  if (!first) return columns
  const hasBoth =
    rows.filter((cells) => /\S\s+\S/.test(cells[first.column]?.trim() ?? '')).length * 2 > rows.length
  const isPair = !hasBoth && second?.column === first.column + 1
  return columns.map((mapping) => {
    if (mapping === first)
      return { ...mapping, field: isPair ? ('givenName' as const) : ('formattedName' as const) }
    return isPair && mapping === second ? { ...mapping, field: 'familyName' as const } : mapping
  })
}

/** The order of dates by the column that proves one; else by where such a file comes from. */
function guessOrder(
  columns: ColumnMapping[],
  rows: string[][],
  program: string | undefined,
): CsvDialect['dateOrderGuess'] {
  const dated = columns.filter(
    ({ field }) => field === 'birthday' || field === 'anniversary' || field === 'event',
  )
  const isEnglish = columns.some(({ header }) => /\b(first|last|given|family|birthday|phone)\b/i.test(header))
  const isOther = columns.some(
    ({ header }) => /name$|vorname|geburt|prénom|nombre|verjaardag/i.test(header) && !/ name$/i.test(header),
  )
  const likely = isOther && !isEnglish ? 'day_first' : 'month_first'
  const guesses = dated.map(({ column, header }) => {
    const values = rows.map((cells) => cells[column] ?? '')
    return {
      ...guessDateOrder(values, likely, program !== undefined || (isOther && !isEnglish)),
      column: header,
      values,
    }
  })
  const found = guesses.find(({ code, isMixed }) => code === 'evidence' || isMixed) ??
    guesses.find(({ values }) => values.some(isAmbiguousDate)) ?? {
      order: likely,
      code: 'default' as const,
      isMixed: false,
      column: '',
    }
  const { order, code, index, isMixed, column } = { index: undefined, ...found }
  return { order, code, ...(index === undefined ? {} : { index }), isMixed, column }
}
