/**
 * The readers of contact files by themselves, without a database: how fast they are, and whether their memory stays flat.
 *
 *     node bench/import-readers.ts
 */
import { availableParallelism } from 'node:os'
import { readContacts } from '../engine/contacts/import/read-contacts.ts'

const MEBIBYTE = 1_048_576
const CARD_BYTES = 500 * MEBIBYTE
const TABLE_BYTES = 200 * MEBIBYTE
const ROWS = 100_000
const PHOTO_BYTES = 40_000
const CHUNK_BYTES = 65_536

interface Outcome {
  people: number
  megabytes: number
  seconds: number
  /** Of the process, while it read. */
  residentMegabytesPeak: number
  bufferedMegabytesPeak: number
}

async function measure(chunks: Iterable<Uint8Array>): Promise<Outcome> {
  const startedAt = performance.now()
  const { people, report } = await readContacts(chunks)
  let resident = 0
  for await (const person of people) {
    if (person.position % 500 === 0) resident = Math.max(resident, process.memoryUsage.rss())
  }
  return {
    people: report.people,
    megabytes: report.bytesRead / MEBIBYTE,
    seconds: (performance.now() - startedAt) / 1_000,
    residentMegabytesPeak: resident / MEBIBYTE,
    bufferedMegabytesPeak: report.bufferedBytesPeak / MEBIBYTE,
  }
}

/** As an upload comes: in pieces that end anywhere. */
function* inChunks(parts: Iterable<Buffer>): Generator<Buffer> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += CHUNK_BYTES) yield part.subarray(at, at + CHUNK_BYTES)
  }
}

function* cards(): Generator<Buffer> {
  const photo = Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff]),
    Buffer.alloc(PHOTO_BYTES, 'picture'),
    Buffer.from([0xff, 0xd9]),
  ])
  const folded =
    photo
      .toString('base64')
      .match(/.{1,74}/g)
      ?.join('\r\n ') ?? ''
  for (let [bytes, n] = [0, 0]; bytes < CARD_BYTES; n++) {
    const card = Buffer.from(
      `BEGIN:VCARD\r\nVERSION:3.0\r\nN:Müller;Person ${n};;;\r\nFN:Person ${n} Müller\r\nTEL;TYPE=CELL:+49 171 ${1_000_000 + n}\r\nEMAIL;TYPE=HOME:p${n}@example.org\r\nADR;TYPE=HOME:;;Königstraße ${n};Köln;;50667;Deutschland\r\nBDAY:1970-04-15\r\nNOTE:Met at the lake\\, in June.\r\nPHOTO;ENCODING=b;TYPE=JPEG:${folded}\r\nEND:VCARD\r\n`,
    )
    bytes += card.length
    yield card
  }
}

const HEADER =
  'First Name;Last Name;E-mail 1 - Value;Phone 1 - Value;Street;City;Birthday;Notes;Shoe Size\r\n'

function* rows(bytesMax: number, rowsMax: number): Generator<Buffer> {
  yield Buffer.from(HEADER)
  for (let [bytes, n] = [0, 0]; bytes < bytesMax && n < rowsMax; ) {
    let text = ''
    for (let row = 0; row < 500; row++, n++) {
      text += `Person ${n};Müller;p${n}@example.org;+49 171 ${1_000_000 + n};"Königstraße ${n}";Köln;15.04.1970;"Met at the lake; in June.";42\r\n`
    }
    const part = Buffer.from(text)
    bytes += part.length
    yield part
  }
}

const RUNS: [name: string, make: () => Iterable<Buffer>, unit: string][] = [
  ['500 MB of cards with pictures', () => cards(), 'cards'],
  ['a table of 200 MB', () => rows(TABLE_BYTES, Number.POSITIVE_INFINITY), 'rows'],
  ['a table of 100,000 rows', () => rows(Number.POSITIVE_INFINITY, ROWS), 'rows'],
]

console.log(`${availableParallelism()} cores, Node ${process.versions.node}`)
for (const [name, make, unit] of RUNS) {
  const { people, megabytes, seconds, residentMegabytesPeak, bufferedMegabytesPeak } = await measure(
    inChunks(make()),
  )
  const rate = Math.round(people / seconds).toLocaleString('en')
  console.log(
    `${name}: ${people.toLocaleString('en')} ${unit} in ${seconds.toFixed(1)} s, ${rate} ${unit}/s, ${(megabytes / seconds).toFixed(0)} MB/s, ` +
      `process ${residentMegabytesPeak.toFixed(0)} MB at most, reader ${bufferedMegabytesPeak.toFixed(2)} MB at most`,
  )
}
