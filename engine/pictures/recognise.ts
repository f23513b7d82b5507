/** What pictures may be made of. */
export type PictureType = 'jpeg' | 'png' | 'gif' | 'webp' | 'avif'

/**
 * Tells a picture by the bytes it begins with; what a caller says of it does not count. Nothing that is text (SVG,
 * HTML, PostScript) begins so, and no other reader is ever asked.
 */
export function recognisePicture(bytes: Uint8Array): PictureType | undefined {
  const at = (offset: number, text: string): boolean =>
    Buffer.from(bytes.subarray(offset, offset + text.length)).toString('latin1') === text
  if (at(0, '\xff\xd8\xff')) return 'jpeg'
  if (at(0, '\x89PNG\r\n\x1a\n')) return 'png'
  if (at(0, 'GIF87a') || at(0, 'GIF89a')) return 'gif'
  if (at(0, 'RIFF') && at(8, 'WEBP')) return 'webp'
  // The major brand of ISO base media (ISO/IEC 14496-12 §4.3): a picture, or a sequence of them.
  if (at(4, 'ftypavif') || at(4, 'ftypavis')) return 'avif'
  return undefined
}
