// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../../../../test/corpus/encode.ts'
import { decodeValue } from './decode.ts'
import { decodeLossily } from './encodings.ts'
import { guessEncoding } from './guess.ts'
import { Narrower } from './narrow.ts'

/** As short as a file of one card may be. */
const TEXTS: Record<string, string[]> = {
  'windows-1252': [
    'N:Jäger;Björn\nNOTE:Grüße',
    'N:Müller;Jürgen',
    'N:Lefèvre;Renée\nNOTE:Ça va très bien',
    'N:Núñez;José\nADR:Málaga, España',
    'N:Conceição;João',
    'N:Sørensen;Åse\nADR:Århus',
    'N:O’Neill;Zoë\nNOTE:“50 €”',
  ],
  macintosh: [
    'N:Benoît;Andréa\nADR:Muñoz',
    'N:Jäger;Björn\nNOTE:Grüße',
    'N:Lefèvre;Renée\nNOTE:Ça va très bien',
    'N:Núñez;José\nADR:Málaga',
  ],
  'iso-8859-2': [
    'N:Wałęsa;Lech\nADR:Gdańsk',
    'N:Dvořák;Antonín\nADR:Žďár',
    'N:Kovačević;Željko\nADR:Šibenik',
  ],
  'windows-1250': [
    'N:Dvořák;Šárka\nADR:Žďár, Šumperk, Žatec, Těšín',
    'N:Świątek;Iga\nADR:Świętojańska, Łódź, Śląsk',
  ],
  'windows-1251': ['N:Толстой;Лев\nADR:Ясная Поляна', 'N:Шевченко;Тарас'],
  'koi8-r': ['N:Толстой;Лев\nADR:Ясная Поляна'],
  shift_jis: [
    'N:山田;太郎',
    'N:すずき;さくら\nADR:東京都渋谷区',
    'N:カトウ;ケン',
    'N:Smith;John\nORG:株式会社サンプル',
  ],
  'euc-jp': ['N:山田;太郎\nNOTE:しぶやであいました', 'N:すずき;さくら\nADR:とうきょう'],
  gb18030: ['N:王;小明\nADR:北京市海淀区中关村大街', 'N:张;伟\nNOTE:我们在上海认识的'],
  big5: ['N:陳;怡君\nADR:台北市大安區信義路', 'N:林;志明\nNOTE:我們在台北認識的'],
  'euc-kr': ['N:김;민수\nADR:서울특별시 강남구', 'N:박;지성\nNOTE:부산에서 만났습니다'],
  'utf-8': ['N:Jäger;Björn', 'N:山田;太郎', 'N:김;민수', 'N:Толстой;Лев', 'N:Wałęsa;Lech 😀'],
  'utf-16le': ['N:Jäger;Björn\nNOTE:Grüße', 'N:Smith;John\nORG:株式会社サンプル'],
  'utf-16be': ['N:Jäger;Björn\nNOTE:Grüße', 'N:Smith;John\nORG:株式会社サンプル'],
}

for (const [encoding, texts] of Object.entries(TEXTS)) {
  test(`a short text in ${encoding} is read as what it is, without being told`, () => {
    for (const text of texts) {
      const bytes = encode(text, encoding)
      const guess = guessEncoding(bytes)
      assert.equal(decodeLossily(bytes, guess.encoding), text, guess.encoding)
      assert.notEqual(guess.words, '')
    }
  })
}

test('what a person chose is taken, and a choice that is no encoding is none', () => {
  const bytes = encode('Jürgen', 'utf-8')
  assert.equal(guessEncoding(bytes, 'ISO-8859-1').encoding, 'windows-1252')
  assert.equal(guessEncoding(bytes, 'latin-nonsense').encoding, 'utf-8')
})

test('letters of UTF-16 that are cut between two pieces are whole', () => {
  const text = 'Jürgen 😀 山田'
  for (const encoding of ['utf-16le', 'utf-16be'] as const) {
    const narrower = new Narrower({ encoding, markBytes: 2 })
    const bytes = encode(`\ufeff${text}`, encoding)
    const pieces = [...bytes].map((byte) => narrower.take(Buffer.from([byte])))
    assert.equal(Buffer.concat([...pieces, narrower.end()]).toString(), text)
  }
})

test('a value is read by what it is, whatever it and the file are said to be', () => {
  for (const [bytes, file, declared, text, trouble] of [
    [encode('Größe', 'utf-8'), 'utf-8', 'ISO-8859-1', 'Größe', 'charset_wrong'],
    [encode('Größe', 'utf-8'), 'utf-8', 'SHIFT_JIS', 'Größe', 'charset_wrong'],
    [encode('Größe', 'windows-1252'), 'utf-8', 'ISO-8859-1', 'Größe', undefined],
    [encode('Größe', 'windows-1252'), 'utf-8', 'UTF-8', 'Größe', 'charset_wrong'],
    [encode('Größe', 'windows-1252'), 'utf-8', undefined, 'Größe', 'encoding_odd'],
    [encode('Größe', 'windows-1252'), 'ascii', undefined, 'Größe', undefined],
    [encode('渋谷', 'shift_jis'), 'utf-8', 'Shift-JIS', '渋谷', undefined],
    [encode('ﾃｱ', 'shift_jis'), 'utf-8', 'SHIFT_JIS', 'ﾃｱ', undefined],
    [Buffer.from([0x47, 0xc3, 0xb6, 0xff]), 'utf-8', undefined, 'Gö\ufffd', 'bytes_invalid'],
    [Buffer.from('plain'), 'shift_jis', 'UTF-16', 'plain', undefined],
  ] as const) {
    const decoded = decodeValue(bytes, file, declared)
    assert.deepEqual([decoded.text, decoded.trouble], [text, trouble], `${text}, ${file}, ${declared}`)
  }
})

test('no bytes and no name of an encoding make a guess throw', () => {
  const label = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('utf-7', 'replacement', 'x-user-defined', 'iso-2022-jp', '__proto__'),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), label, (array, declared) => {
      const bytes = Buffer.from(array)
      const { encoding } = guessEncoding(bytes)
      assert.equal(typeof decodeValue(bytes, encoding, declared).text, 'string')
      assert.equal(typeof guessEncoding(bytes, declared).encoding, 'string')
    }),
    { numRuns: 300 },
  )
})
