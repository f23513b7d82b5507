// runs once
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, inflateSync } from 'node:zlib'
import { encode } from 'uqr'
import { qrPng } from './qr-png.ts'

/** Reads a PNG of one bit a pixel, as any decoder does. @returns whether each pixel is black. */
function decode(image: Buffer): { width: number; height: number; pixels: boolean[][] } {
  assert.deepEqual([...image.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10])
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < image.length; ) {
    const length = image.readUInt32BE(at)
    const named = image.subarray(at + 4, at + 8 + length)
    assert.equal(image.readUInt32BE(at + 8 + length), crc32(named), 'the checksum')
    chunks.set(named.subarray(0, 4).toString('latin1'), named.subarray(4))
    at += 12 + length
  }
  assert.deepEqual([...chunks.keys()], ['IHDR', 'IDAT', 'IEND'])
  const header = chunks.get('IHDR') ?? Buffer.alloc(0)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  // One bit, greyscale; the only compression, filter and order that there are.
  assert.deepEqual([...header.subarray(8)], [1, 0, 0, 0, 0])
  const data = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
  const bytes = 1 + Math.ceil(width / 8)
  assert.equal(data.length, bytes * height)
  const pixels = Array.from({ length: height }, (_, y) => {
    const row = data.subarray(y * bytes, (y + 1) * bytes)
    assert.equal(row[0], 0, 'no filter')
    return Array.from({ length: width }, (_, x) => (((row[1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 0)
  })
  return { width, height, pixels }
}

test('the picture has the modules of the code, each a square, with a margin around', () => {
  const text =
    'otpauth://totp/Community:somebody%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Community'
  const { width, height, pixels } = decode(qrPng(text))
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  assert.equal(width, height)
  assert.equal(width % size, 0)
  const scale = width / size
  pixels.forEach((row, y) => {
    row.forEach((isBlack, x) => {
      assert.equal(isBlack, data[Math.floor(y / scale)]?.[Math.floor(x / scale)], `${x}, ${y}`)
    })
  })
  assert.ok(pixels.slice(0, 4 * scale).every((row) => row.every((isBlack) => !isBlack)))
})
