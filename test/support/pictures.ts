/** Pictures for tests, made on the spot, and forms to send them in. */
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import type { Send } from './visitor.ts'

/** One colour, which decides its content. */
export function plain(width: number, height: number, colour = '#2f6f6a') {
  return sharp({ create: { width, height, channels: 3, background: colour } })
}

export const pngOf = (width: number, height: number, colour?: string): Promise<Buffer> =>
  plain(width, height, colour).png().toBuffer()

/** Frames of different colours, 100 ms each. */
export async function gifOf(width: number, height: number, frames: number): Promise<Buffer> {
  const raw = Buffer.alloc(width * height * 3 * frames)
  for (let frame = 0; frame < frames; frame++) {
    raw.fill((frame * 37) % 256, frame * width * height * 3, (frame + 1) * width * height * 3)
  }
  return sharp(raw, { raw: { width, height: height * frames, channels: 3, pageHeight: height } })
    .gif({ delay: Array(frames).fill(100), loop: 0 })
    .toBuffer()
}

/** A PNG that claims a size, and holds next to nothing. */
export function pngClaiming(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(4_096))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A GIF of these frames, each of which claims a size and holds one pixel. */
export function gifClaiming(width: number, height: number, frames: number): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt16LE(width, 0)
  size.writeUInt16LE(height, 2)
  // Two colours; a frame's place and size, and the code of one pixel of the first.
  const screen = Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255])
  const control = Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0])
  const frame = Buffer.concat([Buffer.from([0x2c, 0, 0, 0, 0]), size, Buffer.from([0, 2, 2, 0x44, 1, 0])])
  const all = Array.from({ length: frames }, () => Buffer.concat([control, frame]))
  return Buffer.concat([Buffer.from('GIF89a'), size, screen, ...all, Buffer.from([0x3b])])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

export interface Part {
  name?: string
  content: string | Uint8Array
  /** More of the headers, or others. */
  head?: string
}

const BOUNDARY = 'xYzZY'

/** A form as a client sends it. */
export function form(parts: Part[], boundary = BOUNDARY): Send {
  const body = Buffer.concat([
    ...parts.flatMap(({ name = 'file', content, head }) => [
      Buffer.from(`--${boundary}\r\n`),
      Buffer.from(head ?? `Content-Disposition: form-data; name="${name}"; filename="a.bin"\r\n`),
      Buffer.from('\r\n'),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])
  return { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }, body }
}

export const formOf = (content: string | Uint8Array): Send => form([{ content }])
