import { crc32, deflateSync } from 'node:zlib'
import { encode } from 'uqr'

/** Each module of the code is a square of so many pixels: sharp on any screen. */
const MODULE_PIXELS = 8
/** What scanners want around it (ISO/IEC 18004 §5.3.8). */
const QUIET_MODULES = 4

/** A QR code as a PNG image in black and white. */
export function qrPng(text: string): Buffer {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES })
  const width = size * MODULE_PIXELS
  const rows = data.flatMap((modules) => Array<Buffer>(MODULE_PIXELS).fill(scanline(modules, width)))
  return png({ width, height: width, pixels: Buffer.concat(rows) })
}

/** One row of pixels, a bit each, 1 for white; the byte before it says that nothing is filtered. */
function scanline(modules: boolean[], width: number): Buffer {
  const line = Buffer.alloc(1 + Math.ceil(width / 8))
  for (let x = 0; x < width; x++) {
    const isBlack = modules[Math.floor(x / MODULE_PIXELS)]
    if (!isBlack) line[1 + (x >> 3)] = (line[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7))
  }
  return line
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const BIT_DEPTH = 1
const GREYSCALE = 0

/** PNG (W3C, Portable Network Graphics, §5 and §11): header, one chunk of data, end. */
function png({ width, height, pixels }: { width: number; height: number; pixels: Buffer }): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(BIT_DEPTH, 8)
  header.writeUInt8(GREYSCALE, 9)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Its length, its name, what is in it, and a checksum of the last two. */
function chunk(name: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, checksum])
}
