// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ImportedPerson } from '../imported-person.ts'
import { readVcards, type VcardOptions } from './read.ts'

async function read(chunks: Iterable<Uint8Array>, options?: VcardOptions) {
  const { people, report } = readVcards(chunks, options)
  return { people: await Array.fromAsync(people), report }
}

const card = (n: number) =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nN:Müller;Person${n};;;\r\nFN:Person${n} Müller\r\nNOTE:One\\, two\r\n  three\r\nEND:VCARD\r\n`

/** What makes a difference to a reader of cards, and anything else. */
const pieces = fc.oneof(
  fc
    .constantFrom(
      'BEGIN:VCARD\r\n',
      'END:VCARD\r\n',
      'AGENT:\r\n',
      'FN:A\r\n',
      'N:A;B;C;D;E;F\r\n',
      'PHOTO;ENCODING=b:/9j/\r\n',
      ' folded\r\n',
      'NOTE;ENCODING=QUOTED-PRINTABLE:=C3=\r\n',
      'TEL;TYPE="a;b:1\r\n',
      'BDAY:1/2/3\r\n',
      'item1.X-ABLabel:x\r\n',
      '\r',
      '\n',
      '\r\r\n',
      '\0',
      ':',
      ';',
      '=',
      '\\',
      'ADR;CHARSET=UTF-16:;;a\r\n',
    )
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
)

test('no bytes make the reader throw, or not come to an end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), async (chunks) => {
      const { people, report } = await read(chunks)
      assert.equal(report.people, people.length)
      assert.equal(report.bytesRead, Buffer.concat(chunks).length)
    }),
    { numRuns: 200 },
  )
})

test('how a file comes in pieces changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 40 }), async (chunks) => {
      const whole = Buffer.concat(chunks)
      const [once, byPiece, byByte] = [
        await read([whole]),
        await read(chunks),
        await read([...whole].map((byte) => Buffer.from([byte]))),
      ]
      assert.deepEqual(byPiece.people, once.people)
      assert.deepEqual(byByte.people, once.people)
      assert.deepEqual(byByte.report.warnings, once.report.warnings)
    }),
    { numRuns: 100 },
  )
})

test('a good file that is cut anywhere loses its last card at most, and says so', async () => {
  const whole = Buffer.from([1, 2, 3].map(card).join(''))
  const length = Buffer.from(card(1)).length
  const all = (await read([whole])).people
  assert.equal(all.length, 3)
  for (let cut = 1; cut < whole.length; cut++) {
    const { people, report } = await read([whole.subarray(0, cut)])
    const complete = Math.floor((cut + 2) / length)
    assert.deepEqual(people.slice(0, complete), all.slice(0, complete), `${cut} bytes`)
    if (cut >= complete * length && cut % length !== 0) {
      const said = [...report.warnings, ...(people[complete]?.warnings ?? [])].map(({ code }) => code)
      assert.ok(said.includes('card_cut_off') || said.includes('outside_card'), `${cut} bytes: ${said}`)
    }
    assert.ok(people.length <= complete + 1)
  }
})

test('what is too large is left out by itself, with a word', async () => {
  const limits = { photoBytesMax: 100, lineBytesMax: 2_000, cardBytesMax: 10_000, propertiesMax: 20 }
  const jpeg = (bytes: number) => Buffer.alloc(bytes, Buffer.from([0xff, 0xd8, 0xff])).toString('base64')
  const text = (body: string) => [Buffer.from(`BEGIN:VCARD\nFN:Big Bertha\n${body}\nTEL:123456\nEND:VCARD\n`)]
  const codesOf = ({ people }: { people: ImportedPerson[] }) => people[0]?.warnings.map(({ code }) => code)
  for (const [body, code] of [
    [`PHOTO;ENCODING=b:${jpeg(900)}`, 'photo_too_large'],
    [`PHOTO;ENCODING=b:${jpeg(9_000)}`, 'photo_too_large'],
    [
      `PHOTO;ENCODING=b:${jpeg(9_000)
        .match(/.{1,70}/g)
        ?.join('\n ')}`,
      'photo_too_large',
    ],
    [`NOTE:${'x'.repeat(3_000)}`, 'value_too_long'],
  ] as const) {
    const outcome = await read(text(body), limits)
    assert.deepEqual(codesOf(outcome), [code])
    assert.deepEqual(outcome.people[0]?.phones, [{ label: '', value: '123456' }])
    assert.equal(outcome.people[0]?.photo, null)
  }
  const many = await read(text('X-A:b\n'.repeat(30).trim()), limits)
  assert.deepEqual(codesOf(many), ['too_many_properties'])
})

test('thirty megabytes of cards with pictures are never held at once', async () => {
  const photo = Buffer.alloc(60_000, 'Zm9vYmFy').toString()
  const folded = `/9j/${photo}`.match(/.{1,74}/g)?.join('\r\n ') ?? ''
  const one = Buffer.from(card(1).replace('END:', `PHOTO;ENCODING=b;TYPE=JPEG:${folded}\r\nEND:`))
  const count = Math.ceil((30 * 1_048_576) / one.length)
  function* chunks() {
    for (let n = 0; n < count; n++) yield one
  }
  const { people, report } = readVcards(chunks())
  let read = 0
  for await (const person of people) {
    assert.equal(person.photo?.kind, 'bytes')
    read++
  }
  assert.equal(read, count)
  assert.ok(report.bytesRead > 30_000_000)
  assert.ok(report.bufferedBytesPeak < 1_000_000, `${report.bufferedBytesPeak} bytes at once`)
})

test('a value of twenty megabytes on one line costs its own card that value', async () => {
  function* chunks() {
    yield Buffer.from('BEGIN:VCARD\nFN:Long Lars\nNOTE:')
    for (let n = 0; n < 20; n++) yield Buffer.alloc(1_048_576, 'x')
    yield Buffer.from('\nTEL:123456\nEND:VCARD\n')
  }
  const { people, report } = await read(chunks())
  assert.deepEqual(
    people[0]?.warnings.map(({ code }) => code),
    ['value_too_long'],
  )
  assert.equal(people[0]?.phones.length, 1)
  assert.ok(report.bufferedBytesPeak < 70_000_000, `${report.bufferedBytesPeak} bytes at once`)
})

test('a value that is made to be slow is read like any other', async () => {
  const parts = ['<a@', '<', 'a,', ',', ';', '\\n', '\\', ' ', ', ', 'a;', '=', '"', ':', 'ü']
  const heads = [
    'FN',
    'N',
    'NICKNAME',
    'EMAIL',
    'TEL',
    'ADR',
    'ORG',
    'CATEGORIES',
    'RELATED',
    'AGENT',
    'BDAY',
    'PHOTO',
    'GENDER',
    'X-ANY',
  ]
  for (const part of parts) {
    const body = heads.map((head) => `${head}:${part.repeat(60_000 / part.length)}`)
    const coded = `NOTE;ENCODING=QUOTED-PRINTABLE:${part.repeat(60_000 / part.length)}`
    const text = [
      'BEGIN:VCARD',
      ...body,
      `TEL;${part.repeat(5_000)}:1`,
      coded,
      'END:VCARD',
      'BEGIN:VCARD',
      'FN:After',
      'END:VCARD',
    ]
    const { people } = await read([Buffer.from(text.join('\n'))])
    assert.equal(people.at(-1)?.formattedName, 'After')
  }
})

test('a card that never ends, of lines that are none or of cards within it, is not held as a whole', async () => {
  for (const part of [
    'a line of a note that nobody folded\n',
    'AGENT:\nBEGIN:VCARD\nFN:Inner\nEND:VCARD\n',
    'X-A:b\n',
    'RELATED;VALUE=text:x\n',
  ]) {
    function* chunks() {
      yield Buffer.from('BEGIN:VCARD\nFN:Endless\nNOTE:x\n')
      for (let n = 0; n < 60; n++) yield Buffer.from(part.repeat(20_000 / part.length))
    }
    const { people, report } = readVcards(chunks(), { cardBytesMax: 300_000, propertiesMax: 1_000 })
    let relations = 0
    for await (const person of people) relations = Math.max(relations, person.relations.length)
    assert.ok(relations <= 1_000, part)
    assert.ok(report.bufferedBytesPeak < 2_000_000, `${part}: ${report.bufferedBytesPeak}`)
  }
})
