// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { processorTime } from '../test/support/work.ts'
import { boundaryOf, createMultipartReader } from './multipart.ts'

interface Read {
  isWhole: boolean
  parts: { name: string | undefined; content: string }[]
}

/** Reads a body that comes in these pieces. */
function read(boundary: string, pieces: Buffer[]): Read {
  const parts: { name: string | undefined; content: Buffer[] }[] = []
  const reader = createMultipartReader(boundary, {
    begin: (name) => parts.push({ name, content: [] }),
    data: (piece) => parts.at(-1)?.content.push(Buffer.from(piece)),
  })
  const isFine = pieces.every((piece) => reader.write(piece))
  return {
    isWhole: isFine && reader.end(),
    parts: parts.map(({ name, content }) => ({ name, content: Buffer.concat(content).toString('latin1') })),
  }
}

const readText = (text: string, boundary = 'b'): Read => read(boundary, [Buffer.from(text, 'latin1')])
const named = (name: string): string => `Content-Disposition: form-data; name="${name}"\r\n`
const BODY = `preamble\r\n--b\r\n${named('note')}\r\nhello\r\n--b \t\r\n${named('file')}Content-Type: image/png\r\n\r\n\r\n--xbytes\r\n\r\n--b--\r\nepilogue --b`

test('fields are read between their delimiters; what stands before and after is not', () => {
  // A delimiter is a line that begins with it: what only begins alike is content.
  assert.deepEqual(readText(BODY), {
    isWhole: true,
    parts: [
      { name: 'note', content: 'hello' },
      { name: 'file', content: '\r\n--xbytes\r\n' },
    ],
  })
  assert.deepEqual(readText(`--b\r\n${named('a')}\r\n1\r\n--b--`), {
    isWhole: true,
    parts: [{ name: 'a', content: '1' }],
  })
})

test('a body cut in two at any byte reads as it does whole, and one that ends early is not whole', () => {
  const bytes = Buffer.from(BODY, 'latin1')
  const whole = read('b', [bytes])
  const end = bytes.indexOf('--b--') + 5
  for (let at = 0; at <= bytes.length; at++) {
    assert.deepEqual(read('b', [bytes.subarray(0, at), bytes.subarray(at)]), whole, `cut at ${at}`)
    assert.equal(read('b', [bytes.subarray(0, at)]).isWhole, at >= end, `ended at ${at}`)
  }
  const bytewise = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
  assert.deepEqual(read('b', bytewise), whole)
})

test('an empty part, with the line that ends it and without, and one without headers', () => {
  for (const text of [`--b\r\n${named('a')}\r\n\r\n--b--`, `--b\r\n${named('a')}\r\n--b--`]) {
    assert.deepEqual(readText(text), { isWhole: true, parts: [{ name: 'a', content: '' }] }, text)
  }
  assert.deepEqual(readText('--b\r\n\r\nx\r\n--b--'), {
    isWhole: true,
    parts: [{ name: undefined, content: 'x' }],
  })
  assert.deepEqual(readText('--b--'), { isWhole: true, parts: [] })
})

test('whatever is in the parts, they are read as they were written', () => {
  // Made of what delimiters are made of, so that content often looks like the beginning of one.
  const content = fc
    .array(fc.constantFrom('\r', '\n', '-', '--b', '\r\n', 'b', 'x', '\0', 'ÿ'), { maxLength: 30 })
    .map((pieces) => pieces.join(''))
    .filter((text) => !`\r\n${text}\r\n`.includes('\r\n--b'))
  const cuts = fc.array(fc.nat(400), { maxLength: 8 })
  fc.assert(
    fc.property(fc.array(content, { maxLength: 5 }), cuts, (contents, places) => {
      const text = `${contents.map((one, i) => `--b\r\n${named(`f${i}`)}\r\n${one}\r\n`).join('')}--b--`
      const bytes = Buffer.from(text, 'latin1')
      const at = [0, ...places.map((place) => Math.min(place, bytes.length)), bytes.length].sort(
        (a, b) => a - b,
      )
      const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end))
      assert.deepEqual(read('b', pieces), {
        isWhole: true,
        parts: contents.map((one, i) => ({ name: `f${i}`, content: one })),
      })
    }),
  )
})

test('any bytes at all are read to their end without harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.equal(read('b', [Buffer.from(bytes)]).isWhole, false)
    }),
  )
})

test('what is broken is said to be, as soon as that is clear', () => {
  const head = `--b\r\n${named('a')}\r\n`
  for (const [what, text] of [
    ['nothing', ''],
    ['no delimiter', 'hello'],
    ['another boundary', '--c\r\n\r\nx\r\n--c--'],
    ['something behind a delimiter', '--bx\r\n\r\nx\r\n--b--'],
    ['a single dash', '--b-\r\n\r\nx\r\n--b--'],
    ['lines that end in LF', head.replaceAll('\r', '')],
    ['blanks without end', `--b${' '.repeat(100)}\r\n${named('a')}\r\nx\r\n--b--`.replace('\r\n', '')],
    ['headers without end', `--b\r\nX: ${'x'.repeat(10_000)}`],
    ['too many headers', `--b\r\nX: ${'x'.repeat(9_000)}\r\n\r\nx\r\n--b--`],
    ['too many parts', `${`${head}x\r\n`.repeat(101)}--b--`],
    ['no last delimiter', `${head}x\r\n--b`],
  ] as const) {
    assert.equal(readText(text).isWhole, false, what)
  }
  const reader = createMultipartReader('b', { begin: () => undefined, data: () => undefined })
  assert.equal(reader.write(Buffer.from(`--b\r\nX: ${'x'.repeat(10_000)}`)), false)
  assert.equal(reader.write(Buffer.from(`--b--`)), false, 'and stays so')
})

test('the name of a field is what its header says, and nothing in the quotes of another', () => {
  for (const [header, name] of [
    ['form-data; name="file"', 'file'],
    ['form-data; name=file; filename="x"', 'file'],
    ['FORM-DATA ; NAME="file"', 'file'],
    ['FORM-DATA; NAME = "file"', 'file'],
    ['form-data; filename="; name=evil"; name="file"', 'file'],
    ['form-data; filename="a\\"; name=\\"evil\\""; name="file"', 'file'],
    ['form-data; filename="; name=evil"', undefined],
    ['form-data; name="a\\"b"', 'a"b'],
    ['form-data; name=""', ''],
    ['form-data', undefined],
    ['attachment; name="file"', undefined],
    ['form-data; name="fi', undefined],
  ] as const) {
    assert.equal(
      readText(`--b\r\nContent-Disposition: ${header}\r\n\r\nx\r\n--b--`).parts[0]?.name,
      name,
      header,
    )
  }
})

test('a boundary is what RFC 2046 allows, quoted or not', () => {
  for (const [type, boundary] of [
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; Boundary="a b"', 'a b'],
    ['multipart/form-data;boundary=----WebKitFormBoundaryAbC123', '----WebKitFormBoundaryAbC123'],
    [`multipart/form-data; boundary=${'x'.repeat(70)}`, 'x'.repeat(70)],
    [`multipart/form-data; boundary=${'x'.repeat(71)}`, undefined],
    ['multipart/form-data; boundary=', undefined],
    ['multipart/form-data; boundary="a "', undefined],
    ['multipart/form-data; boundary="a\r\n"', undefined],
    ['multipart/form-data; boundary=é', undefined],
    ['multipart/form-data', undefined],
    ['multipart/mixed; boundary=abc', undefined],
    ['application/json', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    assert.equal(boundaryOf(type), boundary, String(type))
  }
})

test('D8: headers that are made to be slow to read are not', async () => {
  const worst = ['; name="', '; a=', ';', '\\"', '; filename="\\', ' ']
  for (const unit of worst) {
    const head = `Content-Disposition: form-data${unit.repeat(8_000 / unit.length)}`
    const spent = await processorTime(() => readText(`--b\r\n${head}\r\n\r\nx\r\n--b--`))
    assert.ok(spent < 100, unit)
  }
})
