/** Pictures of one pixel or so, and what is none. */
const bytes = (base64: string) => Buffer.from(base64, 'base64')

export const GIF = bytes('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7')
export const PNG = bytes(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
)
/** The frame of a JPEG around bytes that mean nothing: a reader looks at its beginning and its end. */
export const JPEG = Buffer.concat([
  bytes('/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQ=='),
  Buffer.from(Array.from({ length: 150 }, (_, index) => (index * 7) % 251)),
  Buffer.from([0xff, 0xd9]),
])
export const TIFF = Buffer.concat([Buffer.from('II*\0'), Buffer.from([8, 0, 0, 0, 0, 0, 0, 0, 0, 0])])
export const HTML = Buffer.from('<!doctype html><title>Sign in</title><p>Your session has expired.</p>')

export function folded(base64: string, indent: string, width = 72): string {
  return base64.match(new RegExp(`.{1,${width}}`, 'g'))?.join(`\r\n${indent}`) ?? ''
}
