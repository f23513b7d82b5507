// runs once
/** What we write we read again as it was: an export is a copy of a book, not a picture of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyPerson } from '../../../test/corpus/any-person.ts'
import { GIF } from '../../../test/corpus/pictures.ts'
import { CSV_SHAPE, writeCsvHeader, writeCsvRow } from './csv/write.ts'
import { emptyPerson, type ImportedPerson } from './imported-person.ts'
import { readContacts } from './read-contacts.ts'
import { foldLine, writeVcard } from './vcard/write.ts'

async function read(text: string): Promise<ImportedPerson[]> {
  const { people } = await readContacts([Buffer.from(text)])
  return Array.fromAsync(people)
}

for (const version of ['3.0', '4.0'] as const) {
  test(`a person written as vCard ${version} is the same when it is read, and has nothing to be warned of`, async () => {
    await fc.assert(
      fc.asyncProperty(anyPerson(false), async (person) => {
        assert.deepEqual(await read(writeVcard(person, version)), [person])
      }),
      { numRuns: 60 },
    )
  })
}

test('a picture comes back to the byte', async () => {
  const photo = { kind: 'bytes' as const, bytes: GIF, mediaType: 'image/gif' }
  for (const version of ['3.0', '4.0'] as const) {
    const [back] = await read(writeVcard({ ...emptyPerson(1, 1), formattedName: 'Pia', photo }, version))
    assert.deepEqual(back?.photo, photo)
  }
})

test('no line of a card is longer than 75 octets, and none is cut in a letter', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aüß山😀é ,;'), maxLength: 200 }), (text) => {
      const folded = foldLine(`NOTE:${text}`)
      for (const line of folded.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75)
      assert.equal(folded.replaceAll('\r\n ', ''), `NOTE:${text}`)
    }),
  )
})

test('a person written as a row of a table is the same when it is read, whatever the number of columns', async () => {
  const one = { emails: 1, phones: 1, addresses: 1, urls: 1, impps: 1, relations: 1, customFields: 1 }
  await fc.assert(
    fc.asyncProperty(anyPerson(true), fc.constantFrom(CSV_SHAPE, one), async (person, shape) => {
      const [back] = await read(writeCsvHeader(shape) + writeCsvRow(person, shape))
      const sorted = (all: ImportedPerson) => ({
        ...all,
        relations: all.relations.map((one) => JSON.stringify(one)).sort(),
      })
      assert.deepEqual(back && sorted(back), sorted({ ...person, line: 2 }))
    }),
    { numRuns: 60 },
  )
})

test('no cell of a table is run by a spreadsheet', () => {
  const evil = ['=HYPERLINK("http://evil.example")', '+cmd|x', '-1+1', '@SUM(A1)', '\t=1', "'=1"]
  for (const text of evil) {
    const row = writeCsvRow({ ...emptyPerson(1, 1), formattedName: text, notes: [text] })
    assert.doesNotMatch(row, /(^|,)"?[=+\-@\t]/, text)
  }
  const phone = writeCsvRow({
    ...emptyPerson(1, 1),
    formattedName: 'A',
    phones: [{ label: '', value: '+49 (30) 123-45' }],
  })
  assert.match(phone, /,\+49 \(30\) 123-45,/)
})
