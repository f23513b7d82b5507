// runs once
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, test } from 'node:test'
import sharp, { type Metadata } from 'sharp'
import { gifClaiming, gifOf, plain, pngClaiming, pngOf } from '../../test/support/pictures.ts'
import { processorTime } from '../../test/support/work.ts'
import { createPictureMaker } from './picture-maker.ts'

const MIB = 1024 * 1024
const maker = createPictureMaker()
const make = (bytes: Uint8Array, bytesMax = 4 * MIB) => maker.make(bytes, bytesMax)

async function made(bytes: Uint8Array, bytesMax?: number): Promise<Metadata & { webp: Buffer }> {
  const result = await make(bytes, bytesMax)
  assert.ok(result.ok, JSON.stringify(result))
  return { webp: result.value, ...(await sharp(result.value).metadata()) }
}

async function refused(bytes: Uint8Array | string, code: string, what?: string): Promise<void> {
  const spent = await processorTime(async () => {
    const result = await make(Buffer.from(bytes))
    assert.deepEqual(result, { ok: false, failure: { code } }, what ?? code)
  })
  assert.ok(spent < 3_000, `${what} was refused before work was done`)
}

before(() => make(Buffer.from('GIF89a')))

test('each kind of picture becomes a WebP of its size', async () => {
  for (const kind of ['jpeg', 'png', 'gif', 'webp', 'avif'] as const) {
    const { format, width, height } = await made(await plain(64, 48)[kind]().toBuffer())
    assert.deepEqual([format, width, height], ['webp', 64, 48], kind)
  }
})

test('a picture is turned as its camera says, and nothing that it says of itself is kept', async () => {
  const exif = { IFD0: { Copyright: 'Ada at home', Make: 'Camera' }, IFD3: { GPSLatitude: '52/1 30/1 0/1' } }
  const bytes = await plain(60, 40)
    .withExif(exif)
    .withMetadata({ orientation: 6 })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">Ada</x:xmpmeta>')
    .jpeg()
    .toBuffer()
  const { width, height, exif: left, xmp, icc, iptc, orientation, webp } = await made(bytes)
  assert.deepEqual([width, height], [40, 60])
  assert.deepEqual(
    [left, xmp, icc, iptc, orientation],
    [undefined, undefined, undefined, undefined, undefined],
  )
  assert.ok(!webp.includes('Ada') && !webp.includes('EXIF'))
})

test('an animation keeps its frames and their times', async () => {
  const { pages, delay, loop, width, height } = await made(await gifOf(20, 10, 5))
  assert.deepEqual([pages, delay, loop, width, height], [5, Array(5).fill(100), 0, 20, 10])
})

test('the same picture becomes the same bytes', async () => {
  const bytes = await pngOf(50, 50)
  assert.deepEqual((await made(bytes)).webp, (await made(bytes)).webp)
})

test('what is no picture of these kinds is refused by its content, whatever it contains', async () => {
  const png = await pngOf(8, 8)
  for (const [what, bytes] of [
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'],
    ['SVG behind a mark', '\ufeff<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['HTML before a picture', Buffer.concat([Buffer.from('<script>alert(1)</script>'), png])],
    ['PDF', '%PDF-1.7\n'],
    ['text', 'hello'],
    ['one byte', 'G'],
    ['TIFF', await plain(8, 8).tiff().toBuffer()],
    ['a video', Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0', 'latin1')],
    ['HEIC', Buffer.from('\0\0\0\x20ftypheic\0\0\0\0', 'latin1')],
    ['BMP', 'BM\x36\0\0\0'],
    ['a sound in a RIFF', Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1')],
    ['raw data of the library’s own', Buffer.from([0x08, 0xf2, 0xa6, 0xb6, 0, 0, 0, 0])],
  ] as const) {
    await refused(bytes, 'picture_not_supported', what)
  }
})

test('a picture that is something else as well becomes a picture alone', async () => {
  const script = '<script>alert(document.domain)</script>'
  for (const kind of ['jpeg', 'png', 'gif', 'webp'] as const) {
    const { webp } = await made(Buffer.concat([await plain(9, 9)[kind]().toBuffer(), Buffer.from(script)]))
    assert.ok(!webp.includes('script'), kind)
  }
  const commented = Buffer.from(await plain(9, 9).jpeg().toBuffer())
  const comment = Buffer.from(`\xff\xfe\x00${String.fromCharCode(script.length + 2)}${script}`, 'latin1')
  const { webp } = await made(Buffer.concat([commented.subarray(0, 2), comment, commented.subarray(2)]))
  assert.ok(!webp.includes('script'))
})

test('pictures that are cut off, or broken within, are refused', async () => {
  // Noise, so that there is content to be cut off.
  const raw = { width: 80, height: 80, channels: 3 } as const
  const noise = sharp(randomBytes(80 * 80 * 3), { raw })
  for (const kind of ['jpeg', 'png', 'gif', 'webp', 'avif'] as const) {
    const bytes = await noise.clone()[kind]().toBuffer()
    for (const part of [0.1, 0.5, 0.9]) {
      await refused(bytes.subarray(0, bytes.length * part), 'picture_broken', `${part} of a ${kind}`)
    }
  }
  for (const begin of [
    '\xff\xd8\xff',
    '\x89PNG\r\n\x1a\n',
    'GIF89a',
    'RIFF\0\0\0\0WEBP',
    '\0\0\0\x1cftypavif',
  ]) {
    await refused(Buffer.from(begin, 'latin1'), 'picture_broken', begin)
  }
})

test('D8: what claims too many pixels is refused by its header, a few bytes of it', async () => {
  for (const [width, height] of [
    [60_000, 1],
    [1, 60_000],
    [60_000, 60_000],
    [8_000, 4_001],
    [16_384, 8],
  ] as const) {
    await refused(pngClaiming(width, height), 'picture_too_large', `${width} x ${height}`)
  }
  assert.ok(pngClaiming(60_000, 60_000).length < 200)
  // More than any reader of PNG believes.
  await refused(pngClaiming(2 ** 31 - 1, 2 ** 31 - 1), 'picture_broken', 'all it can')
})

test('D8: an animation of too many frames, or of too many pixels in all, is refused', async () => {
  await refused(gifClaiming(4, 4, 301), 'picture_too_large', '301 frames')
  assert.equal((await make(gifClaiming(1, 1, 300))).ok, true)
  await refused(gifClaiming(5_000, 5_000, 6), 'picture_too_large', '150 megapixels in frames')
})

test('what becomes too large is refused; the limit itself is none too many', async () => {
  const { webp } = await made(await pngOf(50, 50))
  assert.equal((await make(await pngOf(50, 50), webp.length)).ok, true)
  const result = await make(await pngOf(50, 50), webp.length - 1)
  assert.deepEqual(result, { ok: false, failure: { code: 'picture_too_large' } })
})

test('what takes too long is given up', async () => {
  const hurried = createPictureMaker({ secondsMax: 1 })
  const raw = { width: 5_000, height: 5_000, channels: 1 } as const
  const bytes = await sharp(randomBytes(25_000_000), { raw }).png({ compressionLevel: 0 }).toBuffer()
  assert.deepEqual(await hurried.make(bytes, 99 * MIB), { ok: false, failure: { code: 'picture_too_slow' } })
})

test('D8: of a flood some wait, the others are refused at once, and then there is room again', async () => {
  const narrow = createPictureMaker({ threads: 1 })
  const bytes = await pngOf(600, 600)
  const results = await Promise.all(Array.from({ length: 20 }, () => narrow.make(bytes, MIB)))
  const refusals = results.filter(({ ok }) => !ok)
  assert.equal(refusals.length, 11)
  for (const result of refusals) {
    assert.deepEqual(result, { ok: false, failure: { code: 'pictures_busy', retryAfterSeconds: 5 } })
  }
  assert.equal(narrow.waiting, 0)
  assert.equal((await narrow.make(bytes, MIB)).ok, true)
})
