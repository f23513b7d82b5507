// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CsvOptions, readCsv } from './read.ts'

async function read(chunks: Iterable<Uint8Array>, options?: CsvOptions) {
  const { people, report, dialect } = await readCsv(chunks, options)
  return { people: await Array.fromAsync(people), report, dialect }
}

const pieces = fc.oneof(
  fc
    .constantFrom(
      'Name,Email\r\n',
      'A B,a@b.example\r\n',
      ',',
      ';',
      '\t',
      '"',
      '""',
      '\r',
      '\n',
      '\r\r\n',
      '\0',
      '\ufeff',
      '1/2/1970',
      'sep=;\n',
      ' ::: ',
      'é',
      '=',
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
)

test('no bytes make the reader throw, or not come to an end; how they come in pieces changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), async (chunks) => {
      const whole = Buffer.concat(chunks)
      const once = await read([whole])
      const byByte = await read([...whole].map((byte) => Buffer.from([byte])))
      assert.equal(once.report.people, once.people.length)
      assert.deepEqual(byByte.people, once.people)
    }),
    { numRuns: 150 },
  )
})

test('any cells come back from a table that is written by the standard (RFC 4180)', async () => {
  const cell = fc.string({ unit: fc.constantFrom(...'ab,;"\n\t é\r'), maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }), async (rows) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
      const text = ['First Name,Unknown One', ...rows.map((row) => `x,${row.map(quote).join('')}`)]
      const { people } = await read([Buffer.from(text.join('\n'))])
      // Both cells stand side by side, so that quotes meet: `"a""b"` is one cell with a quotation mark.
      assert.equal(people.length, rows.length)
      people.forEach(({ leftovers }, at) => {
        const [one, two] = rows[at] ?? ['', '']
        const expected = `${one}"${two}`.replace(/\r\n?/g, '\n').trim()
        assert.equal(leftovers[0]?.value ?? '', expected === "'" ? '' : expected)
      })
    }),
    { numRuns: 100 },
  )
})

test('each guess can be chosen otherwise', async () => {
  const bytes = [Buffer.from('Name;Birthday\nJ\xfcrgen;3/4/1970\n', 'latin1')]
  const guessed = await read(bytes)
  assert.equal(guessed.people[0]?.formattedName, 'Jürgen')
  assert.equal(guessed.people[0]?.birthday, '1970-03-04')
  const [day] = (await read(bytes, { dateOrder: 'day_first' })).people
  assert.equal(day?.birthday, '1970-04-03')
  const [greek] = (await read(bytes, { encoding: 'koi8-r' })).people
  assert.equal(greek?.formattedName, 'JЭrgen')
  const comma = await read(bytes, { separator: ',' })
  assert.equal(comma.dialect.columns.length, 1)
  assert.equal((await read(bytes, { headerRow: null })).people.length, 2)
  const columns = guessed.dialect.columns.map((column) => ({ ...column, field: 'notes' as const }))
  assert.deepEqual((await read(bytes, { columns })).people[0]?.notes, ['Jürgen', '3/4/1970'])
})

test('thirty megabytes of a table are never held at once, nor is one that is a single open quote', async () => {
  const row = `Ada,Lovelace,ada@example.org,${'A long note. '.repeat(80)}\r\n`
  function* chunks(first: string, megabytes: number) {
    yield Buffer.from(first)
    for (let bytes = 0; bytes < megabytes * 1_048_576; bytes += row.length * 200)
      yield Buffer.from(row.repeat(200))
  }
  for (const [first, megabytes] of [
    ['First Name,Last Name,E-mail,Notes\r\n', 30],
    ['First Name,Last Name,E-mail,Notes\r\n"open,', 4],
  ] as const) {
    const { people, report } = await readCsv(chunks(first, megabytes))
    let count = 0
    for await (const _ of people) count++
    assert.ok(count > megabytes * 800)
    assert.ok(report.bufferedBytesPeak < 4_000_000, `${report.bufferedBytesPeak} bytes at once`)
  }
})

test('a quote that is never closed costs no more where each line is decoded by itself', async () => {
  const lines = `${'"'}open\n${'M\xfcller,\n'.repeat(30_000)}`
  const { people } = await read([
    Buffer.from('Name,Note\nJ\xc3\xbcrgen,x\n', 'latin1'),
    Buffer.from(lines, 'latin1'),
  ])
  assert.ok(people.length > 25_000)
})

test('thirty megabytes without a line end are one row, of which the beginning is read', async () => {
  function* chunks() {
    yield Buffer.from('Name,Email\n')
    for (let n = 0; n < 30; n++) yield Buffer.alloc(1_048_576, 'x,')
    yield Buffer.from('\nAfter,after@example.org\n')
  }
  const { people, report } = await read(chunks())
  assert.deepEqual(
    people.map(({ formattedName }) => formattedName),
    ['x', 'After'],
  )
  assert.ok(people[0]?.warnings.some(({ code }) => code === 'cell_too_long'))
  assert.ok(report.bufferedBytesPeak < 8_000_000, `${report.bufferedBytesPeak} bytes at once`)
})

test('a cell that is made to be slow is read like any other', async () => {
  const cells = ['a@b;', ';', 'a,', ' ', ' a@', '@.', 'x ::: ', '3/4/', "'", '\u0300', 'A '].map((part) =>
    part.repeat(100_000 / part.length),
  )
  const header = 'Name,E-mail,Labels,Phone,Birthday,Nickname,Relation 1 - Value,Custom 1\n'
  for (const cell of cells) {
    const row = Array.from({ length: 8 }, () => `"${cell}"`).join(',')
    const { people } = await read([
      Buffer.from(`${header}${row.slice(0, 900_000)}\nAfter,after@example.org\n`),
    ])
    assert.equal(people.at(-1)?.formattedName, 'After')
  }
})
